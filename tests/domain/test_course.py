"""The usual course: how weeks add up, and how it is learnt."""

from datetime import date, timedelta

import pytest

from reviews.domain.course import Course, FinishedYear, learn

LAST = date(2023, 6, 30)
COURSE = Course(-2, (0.1, 0.2, 0.5), before=0.05, after=0.4)


@pytest.mark.parametrize("day", [-40, -15, -14, -13, -8, -1, 0, 3, 6, 7, 30, 400])
def test_a_day_and_its_pressure_find_each_other(day):
    assert COURSE.reaches(COURSE.until(day)) == pytest.approx(day, abs=1)


def test_a_week_presses_by_its_share():
    assert COURSE.until(6) - COURSE.until(-1) == pytest.approx(0.6931, abs=1e-4)
    assert COURSE.until(-15) == 0
    assert COURSE.until(-22) == pytest.approx(-0.0513, abs=1e-4)


def test_pressure_only_grows():
    found = [COURSE.until(day) for day in range(-50, 50)]

    assert found == sorted(found)


def test_learnt_from_one_year_it_is_that_year():
    """Of 10, 1 stops in the week before the last day, 3 in its week, the rest a week later."""
    year = FinishedYear(
        LAST,
        [LAST - timedelta(days=3)] + [LAST] * 3 + [LAST + timedelta(days=8)] * 6,
    )

    found = learn([year], first_week=-2, last_week=1)

    assert found.weekly == (0.0, 0.1, round(3 / 9, 4), 1.0)


def test_every_year_counts_alike_whatever_its_size():
    small = FinishedYear(LAST, [LAST] * 2 + [LAST + timedelta(days=7)] * 2)
    large = FinishedYear(LAST, [LAST + timedelta(days=7)] * 4000)

    found = learn([small, large], first_week=-1, last_week=1)

    assert found.weekly[1] == 0.25
