"""Working days: examples that people checked, and rules that hold for every day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain.calendars import (
    NO_HOLIDAYS,
    add_business_days,
    business_day_on_or_after,
    business_day_on_or_before,
    is_business_day,
    last_safe_filing_on,
    step_on,
)

LAST_PERMITTED_DAY = date(2023, 6, 30)
JUNETEENTH = frozenset({date(2023, 6, 19)})

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2032, 12, 31))
HOLIDAYS = st.frozensets(DAYS, max_size=40)


def working_days_after(start, end, holidays):
    """Count them one by one, without the functions under test."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(1 for day in days if day.weekday() not in (5, 6) and day not in holidays)


@pytest.mark.parametrize(
    ("holidays", "expected"),
    [(NO_HOLIDAYS, date(2023, 6, 16)), (JUNETEENTH, date(2023, 6, 15))],
    ids=["weekends only", "Juneteenth free"],
)
def test_last_safe_filing_on_for_the_sunset_of_2023(holidays, expected):
    assert last_safe_filing_on(LAST_PERMITTED_DAY, 10, holidays) == expected


def test_last_safe_filing_on_counts_back_from_the_friday_when_the_deadline_is_a_sunday():
    assert last_safe_filing_on(date(2023, 7, 2), 1) == date(2023, 6, 29)


def test_last_safe_filing_on_is_the_deadline_when_no_review_is_needed():
    assert last_safe_filing_on(LAST_PERMITTED_DAY, 0) == LAST_PERMITTED_DAY


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2023, 6, 16), True),
        (date(2023, 6, 17), False),
        (date(2023, 6, 18), False),
        (date(2023, 6, 19), False),
        (date(2023, 6, 20), True),
    ],
)
def test_is_business_day_around_juneteenth(day, expected):
    assert is_business_day(day, JUNETEENTH) is expected


def test_add_business_days_steps_over_a_weekend():
    assert add_business_days(date(2023, 6, 16), 1) == date(2023, 6, 19)
    assert add_business_days(date(2023, 6, 19), -1) == date(2023, 6, 16)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2023, 6, 25), date(2023, 6, 23)),  # Sunday before the deadline: the Friday before
        (date(2023, 6, 30), date(2023, 6, 30)),  # the deadline itself, a Friday
        (date(2023, 7, 1), date(2023, 7, 3)),  # Saturday after it: the Monday after
    ],
)
def test_step_on_moves_early_before_the_deadline_and_late_after_it(day, expected):
    assert step_on(day, deadline=LAST_PERMITTED_DAY) == expected


@given(DAYS, st.integers(min_value=1, max_value=60), HOLIDAYS)
def test_add_business_days_lands_on_a_working_day_with_the_right_count(day, count, holidays):
    later = add_business_days(day, count, holidays)

    assert is_business_day(later, holidays)
    assert working_days_after(day, later, holidays) == count


@given(DAYS, st.integers(min_value=0, max_value=60), HOLIDAYS)
def test_add_business_days_there_and_back_again(day, count, holidays):
    start = business_day_on_or_after(day, holidays)

    assert add_business_days(add_business_days(start, count, holidays), -count, holidays) == start


@given(DAYS, st.integers(min_value=0, max_value=40), HOLIDAYS)
def test_last_safe_filing_on_leaves_exactly_the_time_a_review_takes(deadline, days, holidays):
    filed = last_safe_filing_on(deadline, days, holidays)

    assert is_business_day(filed, holidays)
    assert working_days_after(filed, deadline, holidays) == days


@given(DAYS, st.integers(min_value=0, max_value=40), HOLIDAYS, HOLIDAYS)
def test_last_safe_filing_on_never_gets_later_by_more_holidays(deadline, days, some, more):
    assert last_safe_filing_on(deadline, days, some | more) <= last_safe_filing_on(
        deadline, days, some
    )


@given(DAYS, HOLIDAYS)
def test_business_day_on_or_before_and_after_are_the_nearest_ones(day, holidays):
    before = business_day_on_or_before(day, holidays)
    after = business_day_on_or_after(day, holidays)

    assert before <= day <= after
    assert working_days_after(before, day, holidays) == 0
    assert (before == day) == (after == day) == is_business_day(day, holidays)


@given(DAYS, DAYS, HOLIDAYS)
def test_step_on_never_crosses_the_deadline(day, deadline, holidays):
    moved = step_on(day, deadline=deadline, holidays=holidays)

    assert is_business_day(moved, holidays)
    assert (moved <= deadline) == (day <= deadline)
