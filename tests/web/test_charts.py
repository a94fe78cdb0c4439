"""Charts: what is drawn where."""

from datetime import date, timedelta

import pytest

from reviews.domain.burn_down import burn_down
from reviews.domain.forecast import Forecast
from reviews.web.board_charts import parts_chart
from reviews.web.charts import HEIGHT, WIDTH, burn_down_chart, days_chart

FIRST, TODAY, LAST = date(2022, 6, 21), date(2023, 6, 1), date(2023, 6, 30)


def curve(count=100, today=TODAY):
    return burn_down({FIRST: count}, {}, first=FIRST, today=today, last_day=LAST)


def points(text):
    return [tuple(float(number) for number in pair.split(",")) for pair in text.split()]


@pytest.mark.parametrize("count", [1, 4, 7, 60, 999, 10_000, 1_000_000])
def test_everything_lies_within_the_frame(count):
    chart = burn_down_chart(curve(count), None)

    for x, y in points(chart.running) + points(chart.needed):
        assert chart.left <= x <= WIDTH
        assert 0 <= y <= HEIGHT
    assert 3 <= len(chart.levels) <= 6
    assert 1 <= len(chart.columns) <= 7


def test_the_line_needed_ends_at_nothing_on_the_last_day():
    chart = burn_down_chart(curve(), None)

    assert points(chart.needed)[-1] == (chart.last_day, chart.bottom)
    assert chart.today < chart.last_day


def test_after_the_last_day_today_lies_behind_it():
    chart = burn_down_chart(curve(today=date(2023, 8, 1)), None)

    assert chart.last_day < chart.today


def test_the_interval_is_drawn_as_far_as_the_chart_goes():
    said = Forecast(date(2023, 7, 10), date(2023, 9, 1), date(2025, 1, 1), 13, 40)

    chart = burn_down_chart(curve(), said)

    low, high = chart.interval
    assert chart.last_day < low < high <= chart.right


def test_an_interval_far_away_is_not_drawn():
    said = Forecast(None, None, None, 13, 40)

    assert burn_down_chart(curve(), said).interval is None


@pytest.mark.parametrize("span", [0, 1, 30, 99, 101, 400, 1100])
def test_days_have_words_below(span):
    chart = days_chart([(FIRST, 3), (FIRST + timedelta(days=span), 5)])

    assert 1 <= len(chart.columns) <= 8
    assert all(bar.height >= 0 and chart.left <= bar.x <= WIDTH for bar in chart.bars)


def test_no_day_no_chart():
    assert days_chart([]) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("The reviewers", ("The reviewers", "")),
        ("Another lead: decide on the appeal", ("Another lead: decide on", "the appeal")),
        ("x" * 60, ("x" * 24, "x" * 23 + "…")),
    ],
)
def test_a_name_beside_a_line_takes_a_second_row_before_it_is_cut(name, shown):
    chart = parts_chart("Who", ["open"], [(name, [2])])
    mark = chart.names[0]
    assert (mark.label, mark.second) == shown
    assert chart.height == 8 + (48 if shown[1] else 30)
