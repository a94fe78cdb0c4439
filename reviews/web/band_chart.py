"""The forecasts of a replayed year as a band, drawn by the server: weeks across, days upwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reviews.models import RehearsedForecast
from reviews.web.charts import HEIGHT, WIDTH, Mark

_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 16, 16, 34
_LONGEST = timedelta(days=270)
"""So far beyond the day that came the chart goes at most; what lies beyond is cut."""


@dataclass(frozen=True, slots=True)
class BandChart:
    """``band``: points of the interval's outline; ``middle`` of its middle. All in pixels.

    ``came``: height of the day that came; ``None`` where it has not.
    """

    width: int
    height: int
    band: str
    middle: str
    came: float | None
    columns: Sequence[Mark]
    levels: Sequence[Mark]
    left: int
    right: int
    bottom: int


def band_chart(weeks: Sequence[RehearsedForecast]) -> BandChart | None:
    """Of the weeks of one year; ``None`` where fewer than two make no band."""
    if len(weeks) < 2:
        return None
    scale = _Scale.of(weeks)
    low = [scale.point(week.on, week.low) for week in weeks]
    high = [scale.point(week.on, week.high) for week in weeks]
    came_on = weeks[0].came_on
    return BandChart(
        width=WIDTH,
        height=HEIGHT,
        band=" ".join([*low, *reversed(high)]),
        middle=" ".join(scale.point(week.on, week.middle) for week in weeks),
        came=scale.y(came_on) if came_on else None,
        columns=[Mark(scale.x(week.on), f"{week.on:%-d %b}") for week in _few(weeks, 6)],
        levels=[Mark(scale.y(day), f"{day:%-d %b %y}") for day in scale.days()],
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=HEIGHT - _BOTTOM,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date
    lowest: date
    highest: date

    @classmethod
    def of(cls, weeks: Sequence[RehearsedForecast]) -> "_Scale":
        said = [day for week in weeks for day in (week.low, week.middle, week.high) if day]
        days = [*said, *(week.came_on for week in weeks if week.came_on)] or [weeks[-1].on]
        farthest = (weeks[0].came_on or min(days)) + _LONGEST
        highest = max(min(max(days), farthest), min(days) + timedelta(days=28))
        return cls(weeks[0].on, weeks[-1].on, min(days), highest)

    def x(self, day: date) -> float:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT - 24) + 12, 1)

    def y(self, day: date | None) -> float:
        """A day that is missing lies beyond all others."""
        shown = min(day or self.highest, self.highest)
        share = (shown - self.lowest).days / (self.highest - self.lowest).days
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)

    def point(self, on: date, day: date | None) -> str:
        return f"{self.x(on)},{self.y(day)}"

    def days(self) -> list[date]:
        """Five days, evenly spread."""
        whole = (self.highest - self.lowest).days
        return [self.lowest + timedelta(days=round(whole * part / 4)) for part in range(5)]


def _few(weeks: Sequence[RehearsedForecast], most: int) -> Sequence[RehearsedForecast]:
    return weeks[:: -(-len(weeks) // most)]
