"""Keep a condition: proof from its owner, confirmation by its verifier."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind, ConditionState, SubjectKind
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.models import Condition, Decision, Evidence, UseCase, User
from reviews.permissions.deciding import can_confirm_met, can_give_proof, can_reopen_condition
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.reminding import deadlines
from reviews.services.transitions import locked


@transaction.atomic
def give_proof(
    condition: Condition,
    *,
    proof: str,
    evidence: Evidence | None = None,
    by: User,
    at: datetime,
    on: date,
) -> Condition:
    """The owner says what shows that it is met; ``evidence`` is a file of the same use case."""
    use_case, condition = _locked(condition)
    require(can_give_proof(by, condition))
    _check_in_force(condition)
    if not proof.strip():
        raise Incomplete(gettext("Say what shows that the condition is met."), ("proof",))
    if evidence is not None and (
        evidence.use_case_id != use_case.pk or evidence.removed_at is not None
    ):
        raise BadInput(gettext("This file is not among the evidence of the use case."))

    condition.proof, condition.proof_evidence = proof.strip(), evidence
    condition.proof_by, condition.proof_at = by, at
    condition.state = ConditionState.PROOF_GIVEN
    condition.save(update_fields=["proof", "proof_evidence", "proof_by", "proof_at", "state"])

    _record(AuditKind.CONDITION_PROOF_GIVEN, condition, use_case, by=by, at=at, on=on)
    return condition


@transaction.atomic
def confirm_met(
    condition: Condition, *, note: str = "", by: User, at: datetime, on: date
) -> Condition:
    """The verifier, who is never the owner, accepts the proof."""
    use_case, condition = _locked(condition)
    require(can_confirm_met(by, condition))
    _check_in_force(condition)

    condition.verified_by, condition.verified_at = by, at
    condition.verifier_note = note.strip()
    condition.state = ConditionState.MET
    condition.save(update_fields=["verified_by", "verified_at", "verifier_note", "state"])

    _record(AuditKind.CONDITION_MET, condition, use_case, by=by, at=at, on=on)
    return condition


@transaction.atomic
def reopen(condition: Condition, *, note: str, by: User, at: datetime, on: date) -> Condition:
    """The proof does not hold (any more). It stays readable; the owner gives a better one."""
    use_case, condition = _locked(condition)
    require(can_reopen_condition(by, condition))
    _check_in_force(condition)
    if not note.strip():
        raise Incomplete(gettext("Say what is missing; the owner needs to know."), ("note",))

    condition.verified_by = condition.verified_at = None
    condition.verifier_note = note.strip()
    condition.state = ConditionState.OPEN
    condition.save(update_fields=["verified_by", "verified_at", "verifier_note", "state"])

    _record(AuditKind.CONDITION_REOPENED, condition, use_case, by=by, at=at, on=on)
    return condition


def _locked(condition: Condition) -> tuple[UseCase, Condition]:
    """The case first, then the row: the order in which a decision locks them, too."""
    use_case = locked(condition.decision.decision_round.use_case)
    fresh = (
        Condition.objects.select_related("decision__decision_round__use_case", "owner", "verifier")
        .select_for_update(of=("self",))
        .get(pk=condition.pk)
    )
    return use_case, fresh


def _check_in_force(condition: Condition) -> None:
    if not Decision.objects.in_force().filter(pk=condition.decision_id).exists():
        raise StateConflict(
            gettext(
                "The decision that set this condition is not in force. The use case's decision"
                " page shows what holds now."
            )
        )


def _record(
    kind: AuditKind, condition: Condition, use_case: UseCase, *, by: User, at: datetime, on: date
) -> None:
    deadlines.follow(SubjectKind.CONDITION, [condition.pk], at=at, on=on)
    audit.record(
        kind,
        subject=condition,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        now=condition.current_state,
        due_on=condition.due_on,
    )
