"""Yearly: opened by the portal once the day is reached, earlier by a lead."""

from datetime import date, timedelta

import pytest

from reviews.domain.enums import AuditKind, Outcome, ReviewKind, Role, State
from reviews.domain.errors import NotPermitted, StateConflict, TransitionNotAllowed
from reviews.models import AuditEvent, Decision, UseCase
from reviews.services.deciding import record_decision
from reviews.services.rereviewing import open_due, open_rereview
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import awaiting_decision, decisions, office

pytestmark = pytest.mark.django_db
DUE = date(2024, 6, 1)


@pytest.fixture
def people(roles):
    return office()


def approved(people, outcome=Outcome.APPROVED) -> UseCase:
    case = awaiting_decision(people)
    record_decision(case, scenarios=decisions(case, outcome), by=people.lead, at=NOW, on=TODAY)
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(
    ("days", "opened"), [(-1, 0), (0, 1), (1, 1), (45, 1)], ids=["before", "on", "after", "late"]
)
def test_open_due_once_the_day_is_reached(people, days, opened):
    case = approved(people)

    assert open_due(at=NOW, on=DUE + timedelta(days=days)) == opened

    case.refresh_from_db()
    assert case.state == (State.IN_REVIEW if opened else State.APPROVED)


def test_open_due_again_opens_nothing(people):
    approved(people)

    assert [open_due(at=NOW, on=DUE), open_due(at=NOW, on=DUE)] == [1, 0]


def test_open_due_leaves_declined_and_unfiled_cases_alone(people):
    approved(people, Outcome.DECLINED)
    bare = awaiting_decision(people, state=State.APPROVED)
    UseCase.objects.filter(pk=bare.pk).update(rereview_on=None)

    assert open_due(at=NOW, on=DUE) == 0


def test_open_rereview_opens_a_round_and_keeps_the_decision(people):
    case = approved(people)

    review = open_rereview(case, by=None, at=NOW, on=DUE)

    assert (review.kind, review.number) == (ReviewKind.REREVIEW, 2)
    assert review.submission == case.submissions.get()
    assert Decision.objects.in_force().count() == 1
    event = AuditEvent.objects.order_by("-seq").first()
    assert (event.kind, event.actor) == (AuditKind.REREVIEW_OPENED, None)


def test_open_rereview_by_the_portal_waits_for_its_day(people):
    case = approved(people)

    with pytest.raises(StateConflict, match="not due yet"):
        open_rereview(case, by=None, at=NOW, on=DUE - timedelta(days=1))


def test_open_rereview_by_a_lead_may_come_earlier(people):
    case = approved(people)

    open_rereview(case, by=people.lead2, at=NOW, on=TODAY)

    case.refresh_from_db()
    assert case.state == State.IN_REVIEW


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.LEAD])
def test_open_rereview_is_for_leads(people, role):
    case = approved(people)

    with pytest.raises(NotPermitted):
        open_rereview(case, by=user("someone", role), at=NOW, on=DUE)


def test_open_rereview_wants_a_decided_case(people):
    case = awaiting_decision(people)

    for by in (None, people.lead):
        with pytest.raises(TransitionNotAllowed):
            open_rereview(case, by=by, at=NOW, on=DUE)
