"""Charts drawn by the server as SVG: no script, no inline style; a table has the numbers, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reviews.domain.burn_down import BurnDown, needed_on
from reviews.domain.forecast import Forecast

WIDTH, HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 16, 16, 34
_MONTHS_FROM = 100
"""Days from which on months are the better words."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled line of the grid: where it lies, and its word."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Polylines as point lists; ``columns`` and ``levels`` are the grid. All in pixels."""

    width: int
    height: int
    running: str
    needed: str
    columns: Sequence[Mark]
    levels: Sequence[Mark]
    today: float
    last_day: float
    left: int
    right: float
    top: int
    bottom: float
    interval: tuple[float, float] | None
    """From and to of the forecast's interval on the bottom line; what lies beyond is cut."""


def burn_down_chart(curve: BurnDown, foretold: Forecast | None) -> Chart:
    """Running deployments against the line needed, up to the last permitted day or the forecast."""
    points = curve.points
    first, today = points[0].on, points[-1].on
    end = max(curve.last_day, today)
    if foretold and foretold.high:
        end = max(end, min(foretold.high, curve.last_day + timedelta(days=180)))
    most = max(1, *(point.running for point in points))
    scale = _Scale(first, end + timedelta(days=1), _round_up(most))
    peak = max(points, key=lambda point: (point.running, -point.on.toordinal()))
    needed = [
        (day, needed_on(day, peak=peak.running, peak_on=peak.on, last_day=curve.last_day))
        for day in (first, peak.on, max(curve.last_day, peak.on))
    ]
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        running=" ".join(scale.point(point.on, point.running) for point in points),
        needed=" ".join(scale.point(day, count) for day, count in needed),
        columns=_columns(scale, first, end),
        levels=[Mark(scale.y(level), f"{level:,}") for level in scale.levels()],
        today=scale.x(today),
        last_day=scale.x(curve.last_day),
        left=_LEFT,
        right=WIDTH - _RIGHT,
        top=_TOP,
        bottom=HEIGHT - _BOTTOM,
        interval=_interval(scale, foretold, end),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    end: date
    most: int

    def x(self, day: date) -> float:
        share = (day - self.first).days / max((self.end - self.first).days, 1)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, count: float) -> float:
        return round(HEIGHT - _BOTTOM - count / self.most * (HEIGHT - _TOP - _BOTTOM), 1)

    def point(self, day: date, count: float) -> str:
        return f"{self.x(day)},{self.y(count)}"

    def levels(self) -> list[int]:
        step = max(self.most // 4, 1)
        return list(range(0, self.most + 1, step))


def _interval(scale: _Scale, foretold: Forecast | None, end: date) -> tuple[float, float] | None:
    if foretold is None or foretold.low is None or foretold.low > end:
        return None
    high = min(foretold.high or end, end)
    return scale.x(foretold.low), scale.x(high)


def _columns(scale: _Scale, first: date, end: date) -> list[Mark]:
    """Words below the chart, seven at most: months, or days where it spans few of them."""
    if (end - first).days > _MONTHS_FROM:
        return [Mark(scale.x(day), f"{day:%b %Y}") for day in _months(first, end)]
    every = max(7, -(-(end - first).days // 49) * 7)
    days = [first + timedelta(days=passed) for passed in range(0, (end - first).days + 1, every)]
    return [Mark(scale.x(day), f"{day:%-d %b}") for day in days]


def _months(first: date, end: date) -> list[date]:
    """The first days of at most seven months between."""
    months = []
    day = date(first.year, first.month, 1)
    while day <= end:
        if day >= first:
            months.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    every = -(-len(months) // 7) or 1
    return months[::every]


def _round_up(most: int) -> int:
    """A round number, 4 steps of which make a readable scale."""
    step = 4
    while step < most:
        for factor in (4, 8, 20, 40):
            if factor * (step // 4) >= most:
                return factor * (step // 4)
        step *= 10
    return step


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: its left edge and top in pixels, and its words."""

    x: float
    y: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class DaysChart:
    """How many mails leave on each day."""

    width: int
    height: int
    bars: Sequence[Bar]
    bar_width: float
    columns: Sequence[Mark]
    levels: Sequence[Mark]
    left: int
    right: float
    bottom: float


def days_chart(days: Sequence[tuple[date, int]]) -> DaysChart | None:
    """Bars by day; ``None`` where there is nothing to show."""
    if not days:
        return None
    first, end = days[0][0], days[-1][0]
    scale = _Scale(first, end + timedelta(days=1), _round_up(max(count for _, count in days)))
    bottom = HEIGHT - _BOTTOM
    width = (WIDTH - _LEFT - _RIGHT) / max((end - first).days + 1, 1)
    return DaysChart(
        width=WIDTH,
        height=HEIGHT,
        bars=[
            Bar(
                scale.x(day),
                scale.y(count),
                round(bottom - scale.y(count), 1),
                f"{day:%-d %b %Y}: {count:,}",
            )
            for day, count in days
        ],
        bar_width=round(min(max(width - 1, 3), 40), 1),
        columns=_columns(scale, first, end),
        levels=[Mark(scale.y(level), f"{level:,}") for level in scale.levels()],
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=bottom,
    )
