"""Pages by key: nothing twice, nothing left out, in both directions."""

from datetime import timedelta

import pytest

from reviews.domain.errors import BadInput
from reviews.models import UseCase
from reviews.selectors.paging import newest_first
from tests import builders


@pytest.fixture
def seven(roles):
    """Seven cases; three changed at the same moment: only the key tells them apart."""
    person = builders.user()
    team = builders.team("Vision", person)
    rows = [builders.use_case(team, by=person, title=f"Case {n}") for n in range(7)]
    for n, row in enumerate(rows):
        later = builders.NOW + timedelta(minutes=max(n - 2, 0))
        UseCase.objects.filter(pk=row.pk).update(updated_at=later)
    return list(UseCase.objects.order_by("-updated_at", "-pk"))


def _walk(size):
    found, cursor = [], ""
    for _ in range(10):
        page = newest_first(UseCase.objects.all(), "updated_at", cursor=cursor, size=size)
        found.append(page)
        cursor = page.next
        if not cursor:
            return found
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10])
def test_forward_pages_show_every_row_once_in_order(seven, size):
    pages = _walk(size)

    assert [row for page in pages for row in page.rows] == seven


@pytest.mark.parametrize("size", [1, 2, 3])
def test_backward_pages_lead_back_to_the_first(seven, size):
    last = _walk(size)[-1]
    found, cursor = list(last.rows), last.previous
    while cursor:
        page = newest_first(UseCase.objects.all(), "updated_at", cursor=cursor, size=size)
        found, cursor = [*page.rows, *found], page.previous

    assert found == seven


def test_first_page_has_no_previous_and_last_no_next(seven):
    pages = _walk(3)

    assert (pages[0].previous, pages[-1].next) == ("", "")


@pytest.mark.parametrize("cursor", ["x", "!!!", "W10", "WzAsICJ4IiwgMV0"])
def test_damaged_cursor_is_refused_in_words(seven, cursor):
    with pytest.raises(BadInput, match="page link is damaged"):
        newest_first(UseCase.objects.all(), "updated_at", cursor=cursor, size=3)
