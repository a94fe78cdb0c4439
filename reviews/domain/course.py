"""The usual course of a way out: which share of what still runs stops in each week before and after
the last permitted day.

Weeks are counted from that day: week 0 begins on it, week -1 is the one that ends before it.
"""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate

WEEK = 7
_MOST = 0.95
"""No week stops more than this share: the next one would have nothing to say."""


@dataclass(frozen=True)
class Course:
    """``weekly``: the shares from week ``first_week`` on; ``before`` and ``after`` hold outside.

    Pressure is a share told so that weeks add up: a share ``s`` is a pressure of ``-ln(1 - s)``.
    """

    first_week: int
    weekly: Sequence[float]
    before: float
    after: float
    _sums: list[float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        days = (_pressure(share) / WEEK for share in self.weekly for _ in range(WEEK))
        object.__setattr__(self, "_sums", list(accumulate(days, initial=0.0)))

    def until(self, day: float) -> float:
        """Pressure from the first known week up to the end of this day; negative before it.

        ``day`` counts from the last permitted day, which is 0.
        """
        place = day + 1 - self.first_week * WEEK
        if place <= 0:
            return place * _pressure(self.before) / WEEK
        if place >= len(self._sums) - 1:
            rest = place - (len(self._sums) - 1)
            return self._sums[-1] + rest * _pressure(self.after) / WEEK
        whole = int(place)
        step = self._sums[whole + 1] - self._sums[whole]
        return self._sums[whole] + (place - whole) * step

    def reaches(self, pressure: float) -> int:
        """The first day by whose end ``until`` is at least this."""
        if pressure <= 0:
            return math.ceil(pressure * WEEK / _pressure(self.before)) + self._first_day - 1
        if pressure > self._sums[-1]:
            rest = (pressure - self._sums[-1]) * WEEK / _pressure(self.after)
            return self._first_day - 1 + len(self._sums) - 1 + math.ceil(rest)
        return self._first_day - 1 + bisect_left(self._sums, pressure)

    @property
    def _first_day(self) -> int:
        return self.first_week * WEEK


FLAT = Course(0, (), before=0.02, after=0.02)
"""Where no last permitted day is known, all weeks are alike."""


@dataclass(frozen=True, slots=True)
class FinishedYear:
    """The day of each discontinuation, of a year in which all stopped in the end."""

    last_day: date
    stopped: Sequence[date]


def learn(years: Iterable[FinishedYear], *, first_week: int, last_week: int) -> Course:
    """The average course of finished years. Each year counts alike, whatever its size.

    Weeks after ``last_week`` go by the average of the six before its end, weeks before
    ``first_week`` by that of the first half year.
    """
    went: defaultdict[int, float] = defaultdict(float)
    ran: defaultdict[int, float] = defaultdict(float)
    for year in years:
        weeks = Counter((day - year.last_day).days // WEEK for day in year.stopped)
        left = size = sum(weeks.values())
        for week in range(min(*weeks, first_week), last_week + 1):
            went[week] += weeks[week] / size
            ran[week] += left / size
            left -= weeks[week]
    shares = [went[week] / ran[week] for week in range(first_week, last_week + 1)]
    return Course(
        first_week,
        tuple(round(share, 4) for share in shares),
        before=round(sum(shares[:26]) / len(shares[:26]), 4),
        after=round(sum(shares[-6:]) / len(shares[-6:]), 4),
    )


def _pressure(share: float) -> float:
    return -math.log1p(-min(share, _MOST))
