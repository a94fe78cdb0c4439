"""Yearly from the day of the decision; reached, never equals."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain.rereview import is_due, next_rereview_on


@pytest.mark.parametrize(
    ("decided_on", "due_on"),
    [
        (date(2023, 6, 1), date(2024, 6, 1)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28)),
        (date(2023, 12, 31), date(2024, 12, 31)),
    ],
)
def test_next_rereview_on_is_the_same_day_of_the_next_year(decided_on, due_on):
    assert next_rereview_on(decided_on) == due_on


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_next_rereview_on_is_never_more_than_a_year_and_a_day_away(decided_on):
    assert timedelta(365) <= next_rereview_on(decided_on) - decided_on <= timedelta(366)


@pytest.mark.parametrize(("days", "due"), [(-1, False), (0, True), (1, True), (400, True)], ids=str)
def test_is_due_from_its_day_on(days, due):
    day = date(2024, 6, 1)

    assert is_due(day, on=day + timedelta(days=days)) is due


def test_is_due_never_without_a_day():
    assert is_due(None, on=date(2024, 6, 1)) is False
