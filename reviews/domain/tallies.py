"""What boards make of summary rows: percentiles of a histogram, shares, weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from reviews.domain.ageing import monday_of

ENOUGH = 5
"""A median of fewer would be nonsense."""

PERIODS = (30, 90, 365)
"""Days that a board looks back, its own day included."""

NO_DAY = date.min
"""Stands in a summary row that belongs to no day."""


class Measure(StrEnum):
    """What a summary row counts. ``scope`` and ``key`` of the row depend on it."""

    STATE = "state"
    """Use cases now. Scope: team; key: state, or ``imported``; day: in it since, where open."""
    STATE_CAPABILITY = "state_capability"
    """The same by capability; a case with two stands in both."""
    FILED = "filed"
    """First submissions. Day: filed on."""
    FILED_TEAM = "filed_team"
    FILED_CAPABILITY = "filed_capability"
    DECIDED = "decided"
    """Decisions that took effect. Day: took effect on; number: working days since the round."""
    DECIDED_TEAM = "decided_team"
    DECIDED_CAPABILITY = "decided_capability"
    REFUSED = "refused"
    """Refusals at filing. Key: rule of the gate."""
    REFUSED_TEAM = "refused_team"
    VERDICT = "verdict"
    """Verdicts of rounds whose decision took effect. Scope: requirement; key: the verdict."""


IMPORTED = "imported"
"""Key of a case that came by import and was never filed: everybody at the office sees it."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def weeks(self) -> list["Period"]:
        """The weeks that it touches, Monday to Sunday, cut to its ends."""
        found, monday = [], monday_of(self.first)
        while monday <= self.last:
            sunday = monday + timedelta(days=6)
            found.append(Period(max(monday, self.first), min(sunday, self.last)))
            monday += timedelta(days=7)
        return found


def period_of(days: int, *, on: date) -> Period:
    """The last ``days`` days, ``on`` included."""
    return Period(on - timedelta(days=days - 1), on)


@dataclass(frozen=True, slots=True)
class Took:
    """How long a number of things took. ``None`` where too few say anything."""

    count: int
    median: int | None
    p90: int | None


def took(histogram: Mapping[int, int]) -> Took:
    """``histogram``: days to how many took so long. Nearest rank: a day that really occurred."""
    count = sum(histogram.values())
    if count < ENOUGH:
        return Took(count, None, None)
    return Took(count, _within(histogram, 50), _within(histogram, 90))


def _within(histogram: Mapping[int, int], percent: int) -> int:
    """The fewest days within which at least ``percent`` of 100 were done."""
    wanted = -(-sum(histogram.values()) * percent // 100)
    done = 0
    for days in sorted(histogram):
        done += histogram[days]
        if done >= wanted:
            return days
    return max(histogram)


def share(part: int, whole: int) -> int | None:
    """Whole percent, ``None`` of nothing."""
    return round(100 * part / whole) if whole else None


def by_week(counted: Mapping[date, int], period: Period) -> Sequence[tuple[Period, int]]:
    """Counts of days put into the weeks of ``period``."""
    return [
        (week, sum(count for day, count in counted.items() if week.first <= day <= week.last))
        for week in period.weeks
    ]
