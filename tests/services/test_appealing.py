"""An appeal goes to a lead who was not among the two who decided, once per decision."""

import pytest

from reviews.domain.enums import (
    AuditKind,
    CoAuthorRight,
    Outcome,
    ReviewKind,
    Role,
    State,
)
from reviews.domain.errors import (
    Incomplete,
    NotPermitted,
    StateConflict,
    TransitionNotAllowed,
)
from reviews.models import Appeal, AuditEvent, Review, UseCase
from reviews.services import referring, withdrawing
from reviews.services.appealing import appeal
from reviews.services.deciding import countersign, record_decision, return_to_review
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import awaiting_decision, co_author, decisions, office

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}


@pytest.fixture
def people(roles):
    return office()


@pytest.fixture
def declined(people) -> UseCase:
    """A plain case, declined by ``lead``."""
    case = awaiting_decision(people)
    record_decision(case, scenarios=decisions(case, Outcome.DECLINED), by=people.lead, **WHEN)
    case.refresh_from_db()
    return case


@pytest.fixture
def declined_by_two(people) -> UseCase:
    """A sensitive case, declined by ``lead`` and countersigned by ``lead2``."""
    case = awaiting_decision(people, sensitive=True)
    proposal = record_decision(
        case, scenarios=decisions(case, Outcome.DECLINED), by=people.lead, **WHEN
    )
    countersign(proposal, agreed=True, by=people.lead2, **WHEN)
    case.refresh_from_db()
    return case


def file(case, people) -> Appeal:
    return appeal(case, grounds="The pilot was misread.", by=people.requester, **WHEN)


def test_appeal_opens_a_round_on_the_same_submission(people, declined):
    filed = file(declined, people)

    declined.refresh_from_db()
    assert declined.state == State.UNDER_APPEAL
    assert filed.review.kind == ReviewKind.APPEAL
    assert filed.review.submission == filed.against.submission
    assert not filed.review.items.exists()
    assert (filed.against.number, filed.filed_by) == (1, people.requester)
    assert AuditEvent.objects.order_by("-seq").first().kind == AuditKind.APPEAL_FILED


def test_another_lead_decides_and_that_settles_it(people, declined):
    filed = file(declined, people)

    decided = record_decision(declined, scenarios=decisions(declined), by=people.lead2, **WHEN)

    declined.refresh_from_db()
    filed.refresh_from_db()
    assert declined.state == State.APPROVED
    assert filed.decided_in == decided
    assert Review.objects.get(pk=filed.review_id).closed_at == NOW


@pytest.mark.parametrize("name", ["lead", "lead2"])
def test_neither_of_the_two_who_decided_decides_the_appeal(people, declined_by_two, name):
    file(declined_by_two, people)

    with pytest.raises(NotPermitted, match="against a decision of yours"):
        record_decision(
            declined_by_two,
            scenarios=decisions(declined_by_two),
            by=getattr(people, name),
            **WHEN,
        )


def test_an_appeal_on_a_sensitive_case_is_countersigned_too(people, declined_by_two):
    filed = file(declined_by_two, people)

    proposal = record_decision(
        declined_by_two, scenarios=decisions(declined_by_two), by=people.lead3, **WHEN
    )

    filed.refresh_from_db()
    assert filed.decided_in is None
    with pytest.raises(NotPermitted, match="you decided on this use case"):
        countersign(proposal, agreed=True, by=people.lead, **WHEN)
    countersign(proposal, agreed=True, by=people.lead2, **WHEN)
    declined_by_two.refresh_from_db()
    filed.refresh_from_db()
    assert declined_by_two.state == State.APPROVED
    assert filed.decided_in == proposal


def test_after_a_refused_countersignature_the_two_are_still_barred(people, declined_by_two):
    file(declined_by_two, people)
    proposal = record_decision(
        declined_by_two, scenarios=decisions(declined_by_two), by=people.lead3, **WHEN
    )
    countersign(proposal, agreed=False, reason="Too wide.", by=people.lead2, **WHEN)

    for lead in (people.lead, people.lead2):
        with pytest.raises(NotPermitted):
            record_decision(declined_by_two, scenarios=decisions(declined_by_two), by=lead, **WHEN)


def test_an_appeal_that_was_referred_is_settled_by_the_decision(people, declined):
    filed = file(declined, people)
    asked = user("panel", Role.PANEL)
    referral = referring.refer(
        declined, question="A pilot?", members=[asked], by=people.lead2, **WHEN
    )
    referring.close(referral, summary="Yes.", by=people.lead3, **WHEN)
    declined.refresh_from_db()
    assert declined.state == State.AWAITING_DECISION

    with pytest.raises(NotPermitted, match="against a decision of yours"):
        record_decision(declined, scenarios=decisions(declined), by=people.lead, **WHEN)
    decided = record_decision(declined, scenarios=decisions(declined), by=people.lead2, **WHEN)

    filed.refresh_from_db()
    assert filed.decided_in == decided


def test_an_appeal_is_not_sent_back_to_the_reviewers(people, declined):
    file(declined, people)
    referral = referring.refer(
        declined,
        question="A pilot?",
        members=[user("panel", Role.PANEL)],
        by=people.lead2,
        **WHEN,
    )
    referring.close(referral, summary="Yes.", by=people.lead2, **WHEN)

    with pytest.raises(StateConflict, match="not sent back"):
        return_to_review(declined, reason="Again.", by=people.lead2, **WHEN)


def test_appeal_wants_grounds(people, declined):
    with pytest.raises(Incomplete, match="why the decision should change"):
        appeal(declined, grounds=" ", by=people.requester, **WHEN)

    assert not Appeal.objects.exists()


def test_the_decision_of_an_appeal_may_be_appealed_in_its_turn(people, declined):
    file(declined, people)
    record_decision(
        declined, scenarios=decisions(declined, Outcome.DECLINED), by=people.lead2, **WHEN
    )

    assert file(declined, people).against.number == 2


def test_appeal_against_the_same_decision_twice_is_refused(people, declined):
    file(declined, people)
    withdrawing.withdraw(declined, by=people.requester, **WHEN)
    UseCase.objects.update(state=State.DECLINED)

    with pytest.raises(StateConflict, match="an appeal against this decision already"):
        file(declined, people)


def test_appeal_wants_a_decision_on_record(people):
    case = awaiting_decision(people, state=State.DECLINED)
    case.reviews.update(closed_at=NOW)

    with pytest.raises(StateConflict, match="no decision on record"):
        file(case, people)


@pytest.mark.parametrize("right", [CoAuthorRight.VIEW, CoAuthorRight.COMMENT])
def test_appeal_needs_the_right_to_edit(people, declined, right):
    person = co_author(declined, user("co"), right)

    with pytest.raises(NotPermitted):
        appeal(declined, grounds="Misread.", by=person, **WHEN)


def test_a_co_author_who_may_edit_appeals(people, declined):
    person = co_author(declined, user("co"), CoAuthorRight.EDIT)

    assert appeal(declined, grounds="Misread.", by=person, **WHEN).filed_by == person


@pytest.mark.parametrize("state", [s for s in State if not s.is_decided])
def test_appeal_only_against_a_decided_case(people, state):
    case = awaiting_decision(people, state=state)

    with pytest.raises(TransitionNotAllowed, match=str(state.label)):
        file(case, people)
