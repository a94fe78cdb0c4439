"""Working days: weekends plus a set of holidays. All days are civil days, all ends inclusive."""

from collections.abc import Set
from datetime import date, timedelta

NO_HOLIDAYS: frozenset[date] = frozenset()
"""The calendar ``none``: only weekends are free."""

_SATURDAY = 5
_WEEK = 7
_DAY = timedelta(days=1)


def is_business_day(day: date, holidays: Set[date] = NO_HOLIDAYS) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def business_day_on_or_before(day: date, holidays: Set[date] = NO_HOLIDAYS) -> date:
    """``day`` itself if people work on it, else the working day before it.

    Where a reminder before a deadline goes: early rather than late.
    """
    while not is_business_day(day, holidays):
        day -= _DAY
    return day


def business_day_on_or_after(day: date, holidays: Set[date] = NO_HOLIDAYS) -> date:
    """``day`` itself if people work on it, else the working day after it.

    Where a reminder after a deadline goes.
    """
    while not is_business_day(day, holidays):
        day += _DAY
    return day


def step_on(day: date, *, deadline: date, holidays: Set[date] = NO_HOLIDAYS) -> date:
    """The working day of a ladder's step that falls on ``day``.

    Up to the deadline (that day included) it moves to the working day before, after it to the one
    after: no notice comes later than promised while time is left, none comes before it is overdue.
    """
    if day <= deadline:
        return business_day_on_or_before(day, holidays)
    return business_day_on_or_after(day, holidays)


def add_business_days(day: date, count: int, holidays: Set[date] = NO_HOLIDAYS) -> date:
    """The working day that lies ``count`` working days after ``day``; before it, if negative.

    ``day`` itself is not counted, whether or not people work on it. Zero gives ``day`` back.
    """
    step = _DAY if count >= 0 else -_DAY
    for _ in range(abs(count)):
        day += step
        while not is_business_day(day, holidays):
            day += step
    return day


def last_safe_filing_on(
    deadline: date, review_business_days: int, holidays: Set[date] = NO_HOLIDAYS
) -> date:
    """The last working day to file on, so that a review of that length ends by ``deadline``.

    ``review_business_days`` working days lie after it, the last of them on ``deadline`` or, where
    nobody works on that day, on the working day before it. Deadline 2023-06-30 with 10 working
    days: 2023-06-16; with the US federal holidays: 2023-06-15, since Juneteenth lies between.
    """
    end = business_day_on_or_before(deadline, holidays)
    return add_business_days(end, -review_business_days, holidays)


def business_days_between(start: date, end: date, holidays: Set[date] = NO_HOLIDAYS) -> int:
    """Working days after ``start``, up to ``end`` (included); 0 where ``end`` is not later.

    From a Tuesday to the Monday after it: 4.
    """
    if end <= start:
        return 0
    weeks, rest = divmod((end - start).days, _WEEK)
    days = weeks * _SATURDAY
    days += sum(
        (start + timedelta(weeks=weeks, days=n)).weekday() < _SATURDAY for n in range(1, rest + 1)
    )
    return days - sum(start < day <= end and day.weekday() < _SATURDAY for day in holidays)
