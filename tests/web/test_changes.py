"""“12 changes since …” on the case page, changed answers, and which looks count."""

import re

import pytest
from django.urls import reverse

from reviews.domain.enums import AuditKind, ReviewKind
from reviews.models import Visit
from reviews.services import audit
from tests.builders import NOW, TODAY
from tests.builders_deciding import office
from tests.builders_reviewing import (
    LOW_RISK,
    SCENARIO,
    assigned,
    in_review,
    merged,
    next_round,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(roles, catalogue):
    return office()


@pytest.fixture
def case(people):
    return in_review(people).use_case


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def event(case, by, kind=AuditKind.EVIDENCE_ADDED) -> None:
    audit.record(kind, subject=case, by=by, at=NOW, on=TODAY, use_case=case)


def opened(client, person, case, **headers):
    client.force_login(person)
    return client.get(case.get_absolute_url(), headers=headers)


def test_the_first_look_lists_no_changes(client, people, case):
    assert opened(client, people.lead, case).context["changes"] is None
    assert Visit.objects.get().user == people.lead


def test_what_others_did_since_is_counted_and_listed(client, people, case):
    opened(client, people.lead, case)
    event(case, people.requester)
    event(case, people.requester, AuditKind.CO_AUTHOR_SET)
    event(case, people.lead)

    page = opened(client, people.lead, case)

    assert "2 changes since" in words(page)
    assert [one.what for one in page.context["changes"].entries] == [
        "A co-author was added or given another right",
        "Evidence was added",
    ]


def test_mark_all_as_seen_empties_the_list(client, people, case):
    opened(client, people.lead, case)
    event(case, people.requester)
    page = opened(client, people.lead, case)

    answer = client.post(page.context["changes"].mark_url)

    assert answer.url == case.get_absolute_url()
    assert client.get(answer.url).context["changes"] is None


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Moz"])
def test_a_page_fetched_ahead_is_no_look(client, people, case, header):
    opened(client, people.lead, case, **{header: "prefetch"})

    assert not Visit.objects.exists()


def test_a_head_request_is_no_look(client, people, case):
    client.force_login(people.lead)
    assert client.head(case.get_absolute_url()).status_code == 200

    assert not Visit.objects.exists()


def test_the_team_never_learns_of_the_offices_work(client, people, case):
    opened(client, people.requester, case)
    event(case, people.reviewer, AuditKind.VERDICT_CHANGED)
    event(case, people.lead, AuditKind.COMMENT_POSTED)

    assert opened(client, people.requester, case).context["changes"] is None


def test_a_stranger_cannot_mark_anything(client, people, case):
    client.force_login(people.requester.__class__.objects.create(username="stranger"))

    url = reverse("reviews:use_case_seen", args=[case.reference])

    assert client.post(url).status_code == 404
    assert client.get(url).status_code == 405


def test_changed_answers_stand_in_the_submission_and_in_the_comparison(client, people, case):
    assigned(case.reviews.get(), people.reviewer, people)
    opened(client, people.reviewer, case)
    other = merged(LOW_RISK, {SCENARIO: {"fitness": "It helps a lot."}})
    next_round(case, other, ReviewKind.DELTA)
    event(case, people.requester, AuditKind.USE_CASE_RESUBMITTED)

    page = opened(client, people.reviewer, case)
    compare = client.get(page.context["changes"].compare_url)
    frozen = client.get(reverse("reviews:use_case_submission", args=[case.reference, 2]))
    older = client.get(reverse("reviews:use_case_submission", args=[case.reference, 1]))

    assert "It helps [added: a lot ] ." in words(compare)
    assert "Changed since you last looked" in words(frozen)
    assert "<ins>" in frozen.text
    assert "<ins>" not in older.text
