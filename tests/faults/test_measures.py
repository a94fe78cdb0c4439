"""Bounds, and the line of the report that they make."""

import pytest

from chaos.measures import at_least, at_most, exactly, finding, none, shown


@pytest.mark.parametrize(
    ("measure", "ok", "bound"),
    [
        (none("lost", 0), True, "0"),
        (none("lost", 1), False, "0"),
        (exactly("failed", 3, 3), True, "3"),
        (at_most("twice", 20, 20), True, "at most 20"),
        (at_most("twice", 21, 20), False, "at most 20"),
        (at_most("seconds", None, 20), False, "at most 20"),
        (at_least("kills", 19, 20), False, "at least 20"),
        (shown("hours", 60), True, "shown"),
    ],
)
def test_a_measure_holds_its_bound(measure, ok, bound):
    assert (measure.ok, measure.bound) == (ok, bound)


def test_a_finding_is_one_line_with_the_five_fields():
    found = finding("sender killed", "kill -9", [none("lost", 0), at_most("twice", 2, 1)])

    assert found.line() == {
        "fault": "sender killed",
        "injected": "kill -9",
        "expected": {"lost": "0", "twice": "at most 1"},
        "measured": {"lost": 0, "twice": 2},
        "ok": False,
    }
