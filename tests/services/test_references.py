"""References: one run of numbers a year, none twice."""

from datetime import date

import pytest

from reviews.services import references


@pytest.mark.django_db
def test_allot_counts_on_within_a_year():
    first = references.allot(2, on=date(2023, 6, 1))
    second = references.allot(1, on=date(2023, 12, 31))

    assert first + second == ["RAI-2023-000001", "RAI-2023-000002", "RAI-2023-000003"]


@pytest.mark.django_db
def test_allot_starts_afresh_in_a_new_year():
    references.allot(5, on=date(2023, 6, 1))

    assert references.allot(1, on=date(2024, 1, 1)) == ["RAI-2024-000001"]
