"""How many deployments run on which day, against the straight line to none.

All days are civil days. A deployment counts from the day it was registered up to the day before
it was discontinued.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """``running``: how many ran at the end of ``on``; ``needed``: what the straight line says."""

    on: date
    running: int
    needed: float


@dataclass(frozen=True, slots=True)
class BurnDown:
    """``points`` by day, the first and the last included. ``ahead`` is negative when behind."""

    points: tuple[Point, ...]
    last_day: date

    @property
    def ahead(self) -> float:
        """By how many deployments the register is ahead of the line on the last point."""
        latest = self.points[-1]
        return latest.needed - latest.running


def burn_down(
    came: Mapping[date, int],
    went: Mapping[date, int],
    *,
    first: date,
    today: date,
    last_day: date,
    every: int = 7,
) -> BurnDown:
    """Points from ``first`` to ``today``, each ``every`` days and on ``today``.

    ``came`` and ``went`` count deployments by the day they were registered and discontinued;
    days before ``first`` count into the first point. The line leads from the most that ever ran,
    on the day it was first reached, to 0 at the end of ``last_day``.
    """
    running = sum(count for day, count in came.items() if day <= first) - sum(
        count for day, count in went.items() if day <= first
    )
    by_day = {first: running}
    day = first
    while day < today:
        day += _DAY
        running += came.get(day, 0) - went.get(day, 0)
        by_day[day] = running
    peak_on = max(by_day, key=lambda one: (by_day[one], -one.toordinal()))
    peak = by_day[peak_on]
    points = [
        Point(one, count, needed_on(one, peak=peak, peak_on=peak_on, last_day=last_day))
        for one, count in by_day.items()
        if one in (first, today) or (today - one).days % every == 0
    ]
    return BurnDown(tuple(points), last_day)


def needed_on(day: date, *, peak: int, peak_on: date, last_day: date) -> float:
    """How many may still run at the end of ``day`` on the straight line."""
    if day <= peak_on:
        return float(peak)
    if day >= last_day:
        return 0.0
    return peak * (last_day - day).days / (last_day - peak_on).days


def pace_needed(running: int, *, today: date, last_day: date) -> float | None:
    """Discontinuations a week that reach 0 by ``last_day``; nothing once that day has passed."""
    days = (last_day - today).days + 1
    return running * 7 / days if days > 0 else None
