"""Ages, working days, percentiles, and who is suggested as a reviewer."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain.ageing import AGES, age_of, working_days
from reviews.domain.calendars import is_business_day
from reviews.domain.suggesting import Person, Why, rank
from reviews.domain.tallies import Took, by_week, period_of, share, took

ON = date(2023, 6, 1)


@given(first=st.dates(date(2000, 1, 1), date(2030, 1, 1)), length=st.integers(0, 400))
def test_working_days_are_mondays_to_fridays_after_the_first(first, length):
    days = [first + timedelta(days=one) for one in range(1, length + 1)]

    assert working_days(first, first + timedelta(days=length)) == sum(map(is_business_day, days))


def test_working_days_are_never_less_than_none():
    assert working_days(ON, ON - timedelta(days=9)) == 0


@given(days=st.integers(-3, 1000))
def test_each_age_stands_in_one_band_whose_bounds_hold_it(days):
    began = ON - timedelta(days=days)
    first, last = age_of(began, on=ON).since(ON)

    assert (first is None or first <= began) and (last is None or began <= last)
    bounds = [age.since(ON) for age in AGES]
    holding = [
        (low, high)
        for low, high in bounds
        if (low is None or low <= began) and (high is None or began <= high)
    ]
    assert holding == [(first, last)]


@given(st.dictionaries(st.integers(0, 60), st.integers(1, 9), min_size=1))
def test_the_median_is_a_day_within_which_half_were_done(histogram):
    found = took(histogram)
    total = sum(histogram.values())

    if total < 5:
        assert found == Took(total, None, None)
        return
    for percent, days in ((50, found.median), (90, found.p90)):
        done = sum(count for one, count in histogram.items() if one <= days)
        before = sum(count for one, count in histogram.items() if one < days)
        assert before * 100 < total * percent <= done * 100


def test_of_four_no_median_is_said():
    assert took({3: 4}) == Took(4, None, None)
    assert took({3: 5}) == Took(5, 3, 3)


@given(days=st.integers(1, 365))
def test_the_weeks_of_a_period_are_the_period(days):
    period = period_of(days, on=ON)
    counted = {period.first + timedelta(days=one): 1 for one in range(days)}

    weeks = by_week(counted, period)

    assert sum(count for _, count in weeks) == days
    assert weeks[0][0].first == period.first and weeks[-1][0].last == ON


def test_a_share_of_nothing_is_not_said():
    assert share(0, 0) is None
    assert share(1, 3) == 33


AWAY = (ON - timedelta(days=1), ON + timedelta(days=3))
SOON = (ON + timedelta(days=5), ON + timedelta(days=9))
BASE = Person(1, "Base", load=10, reviews=1)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (BASE, Person(2, "Barred", bar="team", knows=("a",))),
        (BASE, Person(2, "Conflict", conflict=True, knows=("a",))),
        (BASE, Person(2, "Away", away=AWAY, knows=("a",), rounds=1)),
        (Person(2, "Earlier", load=90, reviews=3, rounds=1), Person(1, "Knows", knows=("a",))),
        (Person(2, "Knows", load=90, reviews=3, knows=("a",)), Person(1, "Free")),
        (Person(2, "Light", load=9, reviews=2), BASE),
        (Person(2, "Few", load=10, reviews=0), BASE),
        (Person(1, "There", load=1), Person(2, "Soon", load=1, away=SOON)),
        (Person(2, "Able", load=1), Person(1, "Baker", load=1)),
        (Person(1, "Same", load=1), Person(2, "Same", load=1)),
    ],
    ids=["bar", "conflict", "away", "earlier", "knows", "load", "reviews", "soon", "name", "key"],
)
def test_rank_puts_the_more_fitting_first_whatever_the_order(better, worse):
    assert rank([better, worse], on=ON) == rank([worse, better], on=ON)
    assert rank([worse, better], on=ON)[0].person is better


def test_the_best_is_the_first_who_is_there_and_not_barred():
    found = rank([Person(1, "Away", away=AWAY), Person(2, "Barred", bar="team")], on=ON)

    assert [one.best for one in found] == [False, False]
    assert [one.can for one in found] == [True, False]
    assert rank([BASE], on=ON)[0].best


def test_reasons_say_what_speaks_for_somebody():
    (found,) = rank(
        [Person(1, "A", knows=("emotion",), load=7, reviews=2, rounds=1, away=AWAY)], on=ON
    )

    assert [one.why for one in found.reasons] == [Why.EARLIER, Why.KNOWS, Why.LOAD, Why.AWAY]
    assert found.reasons[-1].on == AWAY[1] + timedelta(days=1)


def test_of_somebody_barred_only_the_bar_is_said():
    (found,) = rank([Person(1, "A", bar="team", conflict=True, knows=("emotion",))], on=ON)

    assert [(one.why, one.names) for one in found.reasons] == [(Why.BAR, ("team",))]
