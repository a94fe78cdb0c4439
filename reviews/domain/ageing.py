"""How long something waits or took, in days that people understand."""

from dataclasses import dataclass
from datetime import date, timedelta

_MONDAY = date(1900, 1, 1)
_WEEK, _WORKED = 7, 5


def working_days(first: date, last: date) -> int:
    """Mondays to Fridays after ``first`` up to ``last``; 0 where ``last`` is not later.

    Holidays count as worked: what is measured belongs to cases under several calendars.
    The database counts by the same arithmetic (``reviews_working_days``); a test holds them equal.
    """
    return max(_worked_by(last) - _worked_by(first), 0)


def _worked_by(day: date) -> int:
    weeks, rest = divmod((day - _MONDAY).days + 1, _WEEK)
    return weeks * _WORKED + min(rest, _WORKED)


@dataclass(frozen=True, slots=True)
class Age:
    """A band of ages in civil days, both ends included; ``oldest`` is ``None`` without an end."""

    name: str
    youngest: int
    oldest: int | None

    def since(self, on: date) -> tuple[date | None, date | None]:
        """First and last day on which what is of this age on ``on`` began; ``None``: no bound."""
        first = None if self.oldest is None else on - timedelta(days=self.oldest)
        last = None if self.youngest == 0 else on - timedelta(days=self.youngest)
        return first, last


AGES = (
    Age("week", 0, 7),
    Age("month", 8, 30),
    Age("quarter", 31, 90),
    Age("longer", 91, None),
)
"""What has begun after ``on`` (the reader's zone may be behind) belongs to the youngest."""


def age_of(began: date, *, on: date) -> Age:
    """The band that a wait which began on this day is in."""
    days = max((on - began).days, 0)
    return next(age for age in AGES if age.oldest is None or days <= age.oldest)


def monday_of(day: date) -> date:
    """The Monday of the week that holds ``day``."""
    return day - timedelta(days=day.weekday())
