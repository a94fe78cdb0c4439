"""Running deployments by day, and the straight line to none."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from reviews.domain.burn_down import burn_down, needed_on, pace_needed

FIRST, LAST = date(2022, 6, 21), date(2023, 6, 30)


def curve(came, went, today, **changed):
    given = {"first": FIRST, "today": today, "last_day": LAST, "every": 1, **changed}
    return burn_down(came, went, **given)


def test_counts_from_the_day_it_came_to_the_day_before_it_went():
    points = curve(
        {FIRST: 3, FIRST + timedelta(days=2): 1}, {FIRST + timedelta(days=3): 2}, date(2022, 6, 25)
    ).points

    assert [point.running for point in points] == [3, 3, 4, 2, 2]


def test_what_came_and_went_before_the_first_day_counts_into_it():
    points = curve({date(2022, 1, 1): 5}, {date(2022, 2, 1): 2}, FIRST).points

    assert [point.running for point in points] == [3]


def test_the_line_begins_at_the_peak_and_ends_with_the_last_permitted_day():
    line = {"peak": 100, "peak_on": date(2023, 6, 20), "last_day": LAST}

    assert needed_on(date(2023, 6, 1), **line) == 100
    assert needed_on(date(2023, 6, 25), **line) == 50
    assert needed_on(LAST, **line) == 0
    assert needed_on(date(2023, 7, 9), **line) == 0


def test_ahead_and_behind():
    came = {FIRST: 100}

    assert curve(came, {}, date(2023, 1, 1)).ahead < 0
    assert curve(came, {date(2022, 6, 22): 99}, date(2022, 7, 1)).ahead > 0


def test_weekly_points_end_with_today():
    days = [point.on for point in curve({FIRST: 1}, {}, date(2022, 7, 15), every=7).points]

    assert days[0] == FIRST
    assert days[-1] == date(2022, 7, 15)
    gaps = {(later - earlier).days for earlier, later in pairwise(days[1:])}
    assert gaps == {7}


@pytest.mark.parametrize(
    ("today", "pace"), [(date(2023, 6, 24), 10.0), (LAST, 70.0), (date(2023, 7, 1), None)]
)
def test_on_the_last_permitted_day_one_day_is_left(today, pace):
    assert pace_needed(10, today=today, last_day=LAST) == pace
