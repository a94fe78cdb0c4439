"""The forecast day, its interval, and how often the interval held."""

import random
from datetime import date, timedelta

import pytest

from reviews.domain.forecast import (
    ENOUGH,
    WEEKS,
    Coverage,
    backtest,
    forecast,
    holds,
    weekly_counts,
)

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


def test_a_steady_pace_gives_its_day():
    said = forecast(steady(10), 40, today=TODAY)

    assert said.pace == 10
    assert said.low == said.middle == said.high == TODAY + timedelta(weeks=4)


def test_the_interval_holds_the_middle_and_widens_with_what_remains():
    days = [
        day
        for day, often in zip(steady(1, 26), [0, 3, 1, 6] * 7, strict=False)
        for _ in range(often)
    ]

    near, far = forecast(days, 10, today=TODAY), forecast(days, 100, today=TODAY)

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


def a_year(seed: int, *, rush: float = 0.0, size: int = 400) -> list[date]:
    """Days on which ``size`` deployments stop; ``rush`` > 0: ever faster towards the end.

    The chance of a day changes from week to week: people stop in bursts.
    """
    chance = random.Random(seed)
    days, day, left = [], date(2022, 6, 21), size
    while left:
        week = (day - date(2022, 6, 21)).days // 7
        if day.weekday() == 0 or day == date(2022, 6, 21):
            burst = chance.choice([0.4, 0.8, 1.0, 1.2, 1.6])
        rate = size / 365 * burst * (1 + rush * week / 52)
        count = min(left, sum(chance.random() < rate / 20 for _ in range(20)))
        days += [day] * count
        left -= count
        day += timedelta(days=1)
    return days


def coverage(*, rush: float, years: int = 60) -> Coverage:
    """Forecasts of the very last day, made at four moments of each seeded year."""
    made = held = 0
    for seed in range(years):
        days = a_year(seed, rush=rush)
        for part in (0.35, 0.5, 0.65, 0.8):
            before = int(part * len(days))
            then = days[before - 1]
            known = [day for day in days if day <= then]
            said = forecast(known, len(days) - len(known), today=then, draws=100)
            made, held = made + 1, held + holds(said, days[-1])
    return Coverage(made, held)


def test_in_steady_years_the_interval_holds_about_as_often_as_it_says():
    found = coverage(rush=0)

    assert found.made == 240
    assert 0.72 <= found.share <= 0.92


def test_in_years_with_a_rush_it_errs_on_the_late_side():
    """It assumes no rush: the end comes sooner than foretold, never a surprise for the worse."""
    found = coverage(rush=2.0)

    assert found.share < 0.72


def test_the_backtest_counts_what_is_known_by_now():
    days = a_year(7)
    today = days[int(len(days) * 0.8)]

    found = backtest(days, today=today)

    assert 20 <= found.made <= 26
    assert 0 <= found.held <= found.made


def test_no_backtest_without_a_past():
    assert backtest(steady(1, 4), today=TODAY).share is None
