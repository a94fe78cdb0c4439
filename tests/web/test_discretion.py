"""What a page must not tell the team, or a reviewer who is blind to the other."""

import pytest
from django.db import transaction
from django.urls import reverse

from reviews.domain.enums import AuditKind, Outcome, Party, Role
from reviews.permissions.use_cases import parties_of
from reviews.selectors.conditions import to_prove
from reviews.services import assigning, audit, questions, withdrawing
from reviews.services.deciding import record_decision
from tests import builders, builders_deciding, builders_reviewing

WHEN = {"at": builders.NOW, "on": builders.TODAY}


@pytest.mark.parametrize("query", ["/use-cases/%00/", "/teams/?q=%00", "/use-cases/?q=a%00b"])
def test_an_address_with_nul_is_refused_in_words(client, roles, query):
    client.force_login(builders.user("member"))

    assert client.get(query).status_code == 400


def test_a_damaged_person_is_no_server_error(client, roles):
    lead = builders.user("lead", Role.LEAD)
    client.force_login(lead)

    response = client.post(
        reverse("reviews:team_remove_member", args=[builders.team().uid]), {"person": "x"}
    )

    assert response.status_code == 404


@pytest.fixture
def people(roles, catalogue):
    return builders_deciding.office()


def _timeline(client, person, case):
    client.force_login(person)
    entries = client.get(case.get_absolute_url()).context["entries"]
    return {entry.what: entry.who for entry in entries}


@pytest.fixture
def asked(people):
    """A sensitive case with two reviewers; the first asked the team a question."""
    review = builders_reviewing.in_review(people, sensitive=True)
    for reviewer in (people.reviewer, people.reviewer2):
        builders_reviewing.assigned(review, reviewer, people)
    questions.ask(review, text="Who trained it?", by=people.reviewer, **WHEN)
    return review.use_case


@pytest.mark.parametrize(
    ("who", "named"),
    [
        ("requester", "A reviewer"),
        ("reviewer2", "A reviewer"),
        ("lead", "Reviewer"),
    ],
)
def test_timeline_names_the_asking_reviewer_to_the_office_alone(client, people, asked, who, named):
    found = _timeline(client, getattr(people, who), asked)

    assert found["The reviewers asked a question"] == named


@pytest.mark.parametrize("who", ["requester", "reviewer2", "lead"])
def test_no_timeline_prints_what_an_event_holds(client, people, asked, who):
    """Whatever a kind records, recommendations above all: sentences only, never the data."""
    canary = "canary-recommendation"
    with transaction.atomic():
        for kind in AuditKind:
            audit.record(
                kind,
                subject=asked,
                by=people.reviewer,
                recommendation=canary,
                sign_offs_undone={"1": canary},
                reasons=canary,
                **WHEN,
            )
    client.force_login(getattr(people, who))

    page = client.get(asked.get_absolute_url())

    assert len(page.context["entries"]) > 50
    assert canary not in page.text


@pytest.mark.parametrize("who", ["requester", "reviewer2"])
def test_a_recommendation_stays_with_the_office_until_the_decision(client, people, asked, who):
    review = asked.reviews.get()
    questions.answer(review.questions.get(), text="We did.", by=people.requester, **WHEN)
    builders_reviewing.signed(review, people.reviewer, "decline", "canary-reasons")
    client.force_login(getattr(people, who))

    for address in [
        asked.get_absolute_url(),
        reverse("reviews:decision", args=[asked.reference]),
        reverse("reviews:use_case_questions", args=[asked.reference]),
    ]:
        shown = client.get(address).text
        assert "canary-reasons" not in shown
        assert "Decline" not in shown


def test_a_lead_who_stepped_back_as_a_reviewer_cannot_decide(people):
    lead = builders.user("both", Role.LEAD, Role.REVIEWER)
    review = builders_reviewing.in_review(people)
    assignment = builders_reviewing.assigned(review, lead, people)
    assert parties_of(lead, review.use_case) == {Party.REVIEWER}

    assigning.recuse(assignment, reason="I know the team well.", by=lead, **WHEN)

    assert parties_of(lead, review.use_case) == frozenset()


def test_conditions_of_a_withdrawn_case_wait_for_nobody(people):
    case = builders_deciding.awaiting_decision(people)
    draft = builders_deciding.condition_draft(people.requester, people.lead2)
    drafts = builders_deciding.decisions(case, Outcome.WITH_CONDITIONS, conditions=[draft])
    record_decision(case, scenarios=drafts, by=people.lead, **WHEN)
    assert to_prove(people.requester).count() == 1

    withdrawing.withdraw(case, by=people.requester, **WHEN)

    assert not to_prove(people.requester).exists()
