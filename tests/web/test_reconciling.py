"""Two blind reviewers compared: who may, only what differs, and how it is settled."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.domain.enums import Role
from reviews.domain.reconciling import Side, differs, is_settled
from reviews.services import conversations, reviewing
from reviews.services.conversations import Place
from tests.builders import user
from tests.builders_deciding import office
from tests.builders_reviewing import WHEN, assigned, in_review, item, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(roles, catalogue):
    return office()


@pytest.fixture
def blind(people):
    found = in_review(people, sensitive=True)
    assigned(found, people.reviewer, people)
    assigned(found, people.reviewer2, people)
    return found


def judge(review, by, code, value, note="", version=0):
    reviewing.save_verdict(
        item(review, code), value=value, note=note, version=version, by=by, **WHEN
    )


def both_signed(people, review, *differing, recommendation="approve_with_conditions"):
    """The first finds everything met; the second sees these otherwise."""
    for code in differing:
        judge(review, people.reviewer2, code, "partly_met", f"Not quite: {code}.")
    signed(review, people.reviewer)
    signed(review, people.reviewer2, recommendation)


def url(review) -> str:
    return reverse("reviews:review_reconcile", args=[review.uid])


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def get(client, person, review):
    client.force_login(person)
    return client.get(url(review))


@pytest.mark.parametrize(
    ("sides", "found"),
    [
        ([("met", "met"), ("met", "met")], (False, True)),
        ([("met", "met"), ("not_met", "not_met")], (True, False)),
        ([("met", "met"), ("not_met", "met")], (True, True)),
        ([("met", "not_met"), ("met", "met")], (True, False)),
        ([("met", "met"), ("", "")], (False, True)),
    ],
)
def test_what_differs_and_what_is_settled(sides, found):
    given = {key: Side(*one) for key, one in enumerate(sides)}

    assert (differs(given), is_settled(given)) == found


@pytest.mark.parametrize("who", ["reviewer", "reviewer2", "lead"])
def test_nobody_compares_before_both_have_signed(client, people, blind, who):
    judge(blind, people.reviewer, "A3.1", "not_met", "canary")
    signed(blind, people.reviewer, "approve_with_conditions")

    page = get(client, getattr(people, who), blind)

    assert page.status_code == 403
    assert "canary" not in page.text
    desk = client.get(reverse("reviews:review", args=[blind.uid]))
    assert "Where the reviewers differ" not in desk.text


def test_only_differences_stand_there_side_by_side(client, people, blind):
    both_signed(people, blind, "A3.1", "A4.1")

    page = get(client, people.reviewer, blind)

    assert re.findall(r'<section class="section difference" id="([^"]+)"', page.text) == [
        "difference-1",
        "difference-2",
    ]
    assert "Not quite: A3.1." in page.text
    assert "0 of 2 differences settled" in words(page)
    assert "They differ" in words(page)
    assert page.text.count("Change my verdict") == 2


def test_a_changed_mind_settles_a_difference_and_leads_back(client, people, blind):
    both_signed(people, blind, "A3.1", "A4.1")
    client.force_login(people.reviewer)
    where = reverse("reviews:review_item", args=[blind.uid, item(blind, "A3.1").uid])
    typed = {"value": "partly_met", "note": "Convinced.", "gap_plan": "", "version": "1"}

    reply = client.post(f"{where}?back=reconcile", typed)

    assert reply["Location"] == url(blind)
    page = client.get(url(blind))
    assert "1 of 2 differences settled" in words(page)
    assert "Changed after sign-off" in words(page)
    assert "Earlier verdicts (1)" in words(page)


def test_a_lead_reads_and_changes_nothing(client, people, blind):
    both_signed(people, blind, "A3.1")

    page = get(client, people.lead, blind)

    assert "Not quite: A3.1." in page.text
    assert "Change my verdict" not in page.text


def test_the_requesters_side_and_strangers_do_not_compare(client, people, blind):
    both_signed(people, blind, "A3.1")

    assert get(client, people.requester, blind).status_code == 403
    assert get(client, user("stranger"), blind).status_code == 404
    assert get(client, user("auditor", Role.AUDITOR), blind).status_code == 200


def test_where_they_agree_the_page_says_so(client, people, blind):
    both_signed(people, blind, recommendation="approve")

    text = words(get(client, people.reviewer, blind))

    assert "The reviewers agree on every item" in text
    assert "The same" in text


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_one_and_for_three_differences(client, people, blind, number):
    differing = ["A3.1", "A4.1", "A5.1"][:number]
    both_signed(people, blind, *differing)
    for code in differing:
        conversations.post(
            Place(blind, item(blind, code)), text="A word.", version=0, by=people.lead, **WHEN
        )
    get(client, people.reviewer, blind)

    with CaptureQueriesContext(connection) as counted:
        client.get(url(blind))

    assert len(counted) == 9
