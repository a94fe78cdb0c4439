"""Decided cases like one: beside the form, before filing, and on a page of their own."""

import pytest
from django.urls import reverse

from reviews.domain.enums import CoAuthorRight, Role
from reviews.services import precedents
from reviews.services.deciding import record_decision
from tests import builders
from tests.builders_deciding import awaiting_decision, co_author, decisions, office
from tests.builders_intake import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue", "roles")]
WHEN = {"at": builders.NOW, "on": builders.TODAY}
TITLE = "A camera at the gate of another team"


@pytest.fixture
def people(roles):
    return office()


@pytest.fixture
def decided(people):
    case = awaiting_decision(people)
    record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)
    precedents.remember([(case, {"system": {"title": TITLE, "purpose": "A sharper camera gate."}})])
    type(case).objects.filter(pk=case.pk).update(title=TITLE)
    return case


@pytest.fixture
def author():
    return builders.user("author", Role.REQUESTER)


@pytest.fixture
def mine(author):
    return draft(builders.team("", author), by=author)


PAGES = ["use_case_edit", "use_case_check", "use_case_precedents"]


@pytest.mark.parametrize("page", PAGES)
def test_who_writes_is_told_how_many_there_are_and_nothing_else(
    page, client, author, mine, decided
):
    client.force_login(author)

    text = client.get(reverse(f"reviews:{page}", args=[mine.reference])).content.decode()

    assert "1 more case like this was decided, which you cannot see." in text
    assert TITLE not in text
    assert decided.reference not in text


@pytest.mark.parametrize("page", PAGES)
def test_who_sees_the_case_reads_its_outcome(page, client, author, mine, decided):
    co_author(decided, author, CoAuthorRight.VIEW)
    client.force_login(author)

    text = client.get(reverse(f"reviews:{page}", args=[mine.reference])).content.decode()

    assert TITLE in text
    assert "Scenario 1" in text
    assert "cannot see" not in text


def test_a_stranger_gets_404(client, mine):
    client.force_login(builders.user("stranger", Role.REQUESTER))

    found = client.get(reverse("reviews:use_case_precedents", args=[mine.reference]))

    assert found.status_code == 404


def test_where_nothing_is_alike_the_page_says_so(client, author, mine):
    client.force_login(author)

    text = client.get(reverse("reviews:use_case_precedents", args=[mine.reference])).content

    assert b"No like case yet" in text
