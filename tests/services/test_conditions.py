"""A condition: proof from the owner, confirmation by another person, reopened when it fails."""

from datetime import timedelta

import pytest

from reviews.domain.enums import AuditKind, ConditionState, Outcome, ReviewKind, State
from reviews.domain.errors import BadInput, Incomplete, NotPermitted, StateConflict
from reviews.models import AuditEvent, Evidence
from reviews.selectors import conditions as selectors
from reviews.services.conditions import confirm_met, give_proof, reopen
from reviews.services.deciding import countersign, record_decision
from tests.builders import NOW, TODAY
from tests.builders_deciding import (
    awaiting_decision,
    condition_draft,
    decisions,
    office,
    open_review,
)

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}


@pytest.fixture
def people(roles):
    return office()


@pytest.fixture
def decided(people):
    case = awaiting_decision(people)
    draft = condition_draft(people.requester, people.reviewer)
    return record_decision(
        case, scenarios=decisions(case, Outcome.PILOT, (draft,)), by=people.lead, **WHEN
    )


@pytest.fixture
def condition(decided):
    return decided.decisions.get().conditions.get()


def file_of(case, by, **fields) -> Evidence:
    return Evidence.objects.create(
        use_case=case,
        name="rota.pdf",
        media_type="application/pdf",
        size=1,
        digest="0" * 64,
        file="rota",
        added_by=by,
        added_at=NOW,
        **fields,
    )


def test_proof_then_confirmation_meets_the_condition(people, condition):
    shown = give_proof(condition, proof="Rota attached.", by=people.requester, **WHEN)
    assert (shown.state, shown.proof_by) == (ConditionState.PROOF_GIVEN, people.requester)

    met = confirm_met(condition, note="Four weeks, complete.", by=people.reviewer, **WHEN)

    met.refresh_from_db()
    assert (met.state, met.verified_by) == (ConditionState.MET, people.reviewer)
    assert met.verifier_note == "Four weeks, complete."
    assert list(
        AuditEvent.objects.filter(subject_type="condition").values_list("kind", flat=True)
    ) == [AuditKind.CONDITION_PROOF_GIVEN, AuditKind.CONDITION_MET]


def test_give_proof_is_for_the_owner(people, condition):
    for person in (people.lead, people.reviewer, people.lead2):
        with pytest.raises(NotPermitted, match="Only the owner"):
            give_proof(condition, proof="Done.", by=person, **WHEN)


def test_give_proof_wants_words(people, condition):
    with pytest.raises(Incomplete, match="what shows"):
        give_proof(condition, proof=" ", by=people.requester, **WHEN)


def test_give_proof_may_name_a_file_of_the_case(people, decided, condition):
    evidence = file_of(decided.use_case, people.requester)

    shown = give_proof(condition, proof="Rota.", evidence=evidence, by=people.requester, **WHEN)

    assert shown.proof_evidence == evidence


def test_give_proof_refuses_a_file_of_another_case_or_a_removed_one(people, decided, condition):
    other = awaiting_decision(people)
    for evidence in (
        file_of(other, people.requester),
        file_of(decided.use_case, people.requester, removed_at=NOW),
    ):
        with pytest.raises(BadInput, match="not among the evidence"):
            give_proof(condition, proof="Rota.", evidence=evidence, by=people.requester, **WHEN)


def test_give_proof_may_be_corrected_before_it_is_confirmed(people, condition):
    give_proof(condition, proof="Rota.", by=people.requester, **WHEN)

    shown = give_proof(condition, proof="Rota and training.", by=people.requester, **WHEN)

    assert shown.proof == "Rota and training."


def test_confirm_met_is_for_the_verifier(people, condition):
    give_proof(condition, proof="Rota.", by=people.requester, **WHEN)

    for person in (people.requester, people.lead, people.reviewer2):
        with pytest.raises(NotPermitted, match="Only the verifier"):
            confirm_met(condition, by=person, **WHEN)


def test_confirm_met_wants_proof_first(people, condition):
    with pytest.raises(StateConflict, match="Open"):
        confirm_met(condition, by=people.reviewer, **WHEN)


@pytest.mark.parametrize("name", ["reviewer", "lead2"])
def test_reopen_by_the_verifier_or_a_lead_keeps_the_proof(people, condition, name):
    give_proof(condition, proof="Rota.", by=people.requester, **WHEN)
    confirm_met(condition, by=people.reviewer, **WHEN)

    again = reopen(condition, note="The rota ended.", by=getattr(people, name), **WHEN)

    again.refresh_from_db()
    assert (again.state, again.verified_by, again.verified_at) == (ConditionState.OPEN, None, None)
    assert (again.proof, again.verifier_note) == ("Rota.", "The rota ended.")


def test_reopen_is_not_for_the_owner(people, condition):
    give_proof(condition, proof="Rota.", by=people.requester, **WHEN)

    with pytest.raises(NotPermitted, match="or a lead"):
        reopen(condition, note="Again.", by=people.requester, **WHEN)


def test_reopen_wants_a_note_and_something_to_reopen(people, condition):
    with pytest.raises(StateConflict):
        reopen(condition, note="Again.", by=people.reviewer, **WHEN)
    give_proof(condition, proof="Rota.", by=people.requester, **WHEN)
    with pytest.raises(Incomplete, match="what is missing"):
        reopen(condition, note="", by=people.reviewer, **WHEN)


def test_a_condition_of_a_proposal_cannot_be_worked_on(people):
    case = awaiting_decision(people, sensitive=True)
    draft = condition_draft(people.requester, people.reviewer)
    proposal = record_decision(
        case, scenarios=decisions(case, Outcome.PILOT, (draft,)), by=people.lead, **WHEN
    )
    condition = proposal.decisions.get().conditions.get()

    with pytest.raises(StateConflict, match="not in force"):
        give_proof(condition, proof="Rota.", by=people.requester, **WHEN)
    assert not selectors.to_prove(people.requester).exists()

    countersign(proposal, agreed=True, by=people.lead2, **WHEN)
    assert list(selectors.to_prove(people.requester)) == [condition]


def test_whose_turn_it_is_follows_the_state(people, condition):
    assert list(selectors.to_prove(people.requester)) == [condition]
    assert list(selectors.to_verify(people.reviewer)) == []

    give_proof(condition, proof="Rota.", by=people.requester, **WHEN)
    assert list(selectors.to_prove(people.requester)) == []
    assert list(selectors.to_verify(people.reviewer)) == [condition]

    confirm_met(condition, by=people.reviewer, **WHEN)
    assert list(selectors.to_verify(people.reviewer)) == []


@pytest.mark.parametrize(("days", "overdue"), [(-1, False), (0, False), (1, True)])
def test_overdue_is_derived_from_the_day(people, condition, days, overdue):
    on = condition.due_on + timedelta(days=days)

    assert selectors.line_of(condition, on=on).is_overdue is overdue
    assert selectors.overdue(people.lead, on=on).exists() is overdue
    assert selectors.overdue(people.requester, on=on).exists() is overdue


def test_a_met_condition_is_never_overdue(people, condition):
    give_proof(condition, proof="Rota.", by=people.requester, **WHEN)
    confirm_met(condition, by=people.reviewer, **WHEN)
    condition.refresh_from_db()

    line = selectors.line_of(condition, on=condition.due_on + timedelta(days=9))

    assert (line.is_overdue, line.days_left) == (False, -9)


def test_a_superseded_condition_waits_for_nobody(people, decided, condition):
    case = decided.use_case
    open_review(case, decided.submission, kind=ReviewKind.DELTA)
    type(case).objects.update(state=State.AWAITING_DECISION)

    record_decision(case, scenarios=decisions(case), by=people.lead2, **WHEN)

    assert not selectors.to_prove(people.requester).exists()
    assert list(selectors.named_in(people.requester)) == [condition]
