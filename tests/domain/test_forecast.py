"""The forecast day, its interval, and how often the interval held."""

import math
from datetime import date, timedelta

import pytest

from reviews.domain.course import Course
from reviews.domain.forecast import ENOUGH, WEEKS, Outlook, backtest, forecast, weekly_counts

TODAY = date(2023, 6, 1)


def steady(a_week: int, weeks: int = 20, today: date = TODAY) -> list[date]:
    return [today - timedelta(days=7 * week + 1) for week in range(weeks) for _ in range(a_week)]


@pytest.mark.parametrize(("count", "says"), [(ENOUGH - 1, False), (ENOUGH, True)])
def test_below_twenty_nothing_is_said(count, says):
    days = [TODAY - timedelta(days=3 * number) for number in range(count)]

    assert (forecast(days, 5, today=TODAY) is not None) is says


def test_what_comes_later_is_not_looked_at():
    days = [TODAY + timedelta(days=1)] * 30

    assert forecast(days, 5, today=TODAY) is None


def test_as_fast_as_usual_ends_as_usual():
    """A tenth of what runs stops each week; 21 weeks on, 20 stopped of 23 or so that ran."""
    course = Course(-60, (0.1,) * 80, before=0.1, after=0.1)
    days, left = [], 400.0
    for week in reversed(range(20)):
        days += [TODAY - timedelta(days=7 * week + 1)] * round(left * 0.1)
        left *= 0.9

    said = forecast(days, round(left), today=TODAY, outlook=Outlook(TODAY, course))

    assert said.factor == pytest.approx(1, abs=0.1)
    usual = TODAY + timedelta(weeks=math.log(left) / -math.log(0.9))
    assert said.low < usual < said.high


def test_twice_as_fast_is_a_factor_of_two():
    course = Course(-60, (0.02,) * 80, before=0.02, after=0.02)
    days = [TODAY - timedelta(days=7 * week + 1) for week in range(13) for _ in range(20)]

    said = forecast(days, 375, today=TODAY, outlook=Outlook(TODAY, course))

    assert 1.7 < said.factor < 2.2


def test_a_rush_that_is_usual_is_foreseen():
    """The same weeks behind: where the course knows of a rush, the end comes sooner."""
    calm = Course(-10, (0.02,) * 20, before=0.02, after=0.02)
    rush = Course(-10, (0.02,) * 10 + (0.6,) * 10, before=0.02, after=0.6)

    ends = [
        forecast(steady(2), 50, today=TODAY, outlook=Outlook(TODAY, course)).middle
        for course in (calm, rush)
    ]

    assert ends[1] < ends[0] - timedelta(weeks=20)


def test_the_interval_holds_the_middle_and_widens_with_what_remains():
    days = [
        day
        for day, often in zip(steady(1, 26), [0, 3, 1, 6] * 7, strict=False)
        for _ in range(often)
    ]

    near, far = forecast(days, 4, today=TODAY), forecast(days, 40, today=TODAY)

    assert near.low <= near.middle <= near.high
    assert (far.high - far.low) > (near.high - near.low)


def test_the_same_register_gives_the_same_forecast():
    days = [day for day in steady(3) if day.day % 3]

    assert forecast(days, 50, today=TODAY) == forecast(days, 50, today=TODAY)


def test_nothing_remains():
    assert forecast(steady(2), 0, today=TODAY).middle == TODAY


def test_fewer_than_none_is_refused():
    with pytest.raises(ValueError, match="fewer than no"):
        forecast(steady(2), -1, today=TODAY)


def test_beyond_the_horizon_there_is_no_day():
    said = forecast(steady(2), 1_000_000, today=TODAY)

    assert (said.low, said.middle, said.high) == (None, None, None)


def test_a_long_silence_reaches_back_for_twenty():
    days = [day - timedelta(weeks=30) for day in steady(2, 10)]

    counts = weekly_counts(days, today=TODAY)

    assert len(counts) > WEEKS
    assert sum(counts) >= ENOUGH


def test_the_backtest_counts_what_is_known_by_now():
    days = [TODAY - timedelta(days=3 * number) for number in range(80)]

    found = backtest(days, 40, today=TODAY)

    assert 20 <= found.made <= 26
    assert 0 <= found.held <= found.made


def test_the_backtest_waits_for_as_few_as_run_today():
    """At a steady share the own past forecasts hold; the last of all is not asked for."""
    days, left = [], 2000.0
    for week in reversed(range(40)):
        days += [TODAY - timedelta(days=7 * week + 1)] * round(left * 0.02)
        left *= 0.98

    found = backtest(days, round(left), today=TODAY)

    assert found.made == 26
    assert found.share == 1


def test_no_backtest_without_a_past():
    assert backtest(steady(1, 4), 10, today=TODAY).share is None
