"""File a use case: the gate first, then a frozen submission and a round of review."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext, ngettext

from reviews.domain import intake
from reviews.domain.enums import Action, AuditKind, ReviewKind, State
from reviews.domain.errors import Incomplete, StateConflict
from reviews.domain.gate import Answer
from reviews.domain.intake import Answers
from reviews.domain.intake.outcome import GateOutcome
from reviews.models import (
    Decision,
    IntendedUse,
    Review,
    StaleDecision,
    Submission,
    SubmissionPerson,
    UseCase,
    User,
)
from reviews.models.intake_answers import read_answers
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import can_act
from reviews.services import audit, drafting, gate_check, precedents, review_rounds
from reviews.services.reminding import deadlines
from reviews.services.transitions import advance, locked


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """What came of it. ``submission`` is ``None`` where the gate refused."""

    use_case: UseCase
    submission: Submission | None
    gate: GateOutcome


@transaction.atomic
def submit(use_case: UseCase, *, truth: bool, by: User, at: datetime, on: date) -> SubmitResult:
    """File the working answers, or learn why the gate does not take them.

    A blocked answer refuses a case that is not decided yet; a decided case stays as it is.
    ``truth`` is the statement of truth. Raises ``Incomplete`` naming what is missing,
    ``StateConflict`` where nothing has changed since a decision, ``NotPermitted`` or
    ``TransitionNotAllowed``; then nothing was written.
    """
    use_case = locked(use_case)
    came_from = State(use_case.state)
    is_first = came_from in {State.DRAFT, State.REFUSED}
    action = Action.SUBMIT if is_first else Action.RESUBMIT
    require(can_act(by, use_case, action))
    answers = read_answers(use_case)
    _check_complete(answers, truth=truth)
    outcome = gate_check.ask(use_case, answers, on=on)
    if outcome.answer.blocks:
        return _refuse(use_case, outcome, came_from=came_from, by=by, at=at, on=on)
    _check_said(outcome)
    last = use_case.submissions.order_by("-number").first()
    if came_from.is_decided:
        _check_changed(use_case, last, answers)
    kind = _kind_of_round(use_case)
    submission = _freeze(use_case, answers, outcome, by=by, at=at, on=on)
    _sync_scenarios(use_case, answers, at=at)
    precedents.remember([(use_case, answers)])
    stale = _mark_stale(use_case, last, submission, at=at)
    for page in ("system", "deployment"):
        drafting.show_on_case(use_case, page, answers.get(page, {}))
    use_case.is_sensitive = outcome.is_sensitive
    use_case.escalations = list(outcome.escalations)
    use_case.gate_answer = outcome.answer
    use_case.submitted_on = on
    use_case.save(update_fields=["is_sensitive", "escalations", "gate_answer", "submitted_on"])
    advance(use_case, action, at=at)
    review_rounds.open_round(use_case, submission, kind=kind, by=by, at=at, on=on)
    deadlines.follow_case(use_case, at=at, on=on)
    audit.record(
        AuditKind.USE_CASE_SUBMITTED if is_first else AuditKind.USE_CASE_RESUBMITTED,
        subject=use_case,
        by=by,
        at=at,
        on=on,
        submission=submission.number,
        digest=submission.digest,
        gate=outcome.answer,
        escalations=outcome.escalations,
        came_from=came_from,
        now=use_case.state,
        stale_decisions=stale,
    )
    return SubmitResult(use_case, submission, outcome)


def _check_complete(answers: Answers, *, truth: bool) -> None:
    missing = intake.missing(answers)
    if missing:
        words = ngettext(
            "It cannot be filed yet: one answer is missing.",
            "It cannot be filed yet: %(count)d answers are missing.",
            len(missing),
        )
        raise Incomplete(words % {"count": len(missing)}, missing)
    if not truth:
        raise Incomplete(gettext("Confirm the statement of truth to file it."), ("truth",))


def _check_said(outcome: GateOutcome) -> None:
    if outcome.answer is Answer.CANNOT_SAY:
        names = ", ".join(fact.replace("_", " ") for fact in outcome.missing)
        raise Incomplete(
            gettext(
                "The gate cannot say yet: it needs to know “%(names)s”. Find out, answer and"
                " file again."
            )
            % {"names": names},
            outcome.missing,
        )


def _check_changed(use_case: UseCase, last: Submission | None, answers: Answers) -> None:
    if last is None:
        return
    texts = {(row.page, row.field): row.text for row in last.people.all()}
    old = {
        page: {field: texts.get((page, field), value) for field, value in fields.items()}
        for page, fields in last.answers.items()
    }
    same_files = last.evidence == _evidence(use_case)
    if same_files and not intake.compare(old, intake.applying(answers)):
        raise StateConflict(
            gettext(
                "Nothing has changed since submission %(number)s. Change the answers or the"
                " evidence first."
            )
            % {"number": last.number}
        )


def _refuse(
    use_case: UseCase,
    outcome: GateOutcome,
    *,
    came_from: State,
    by: User,
    at: datetime,
    on: date,
) -> SubmitResult:
    if not came_from.is_decided:
        use_case.gate_answer = outcome.answer
        use_case.escalations = list(outcome.escalations)
        use_case.save(update_fields=["gate_answer", "escalations"])
        advance(use_case, Action.REFUSE_AT_GATE, at=at)
        Review.objects.filter(use_case=use_case, closed_at__isnull=True).update(closed_at=at)
    audit.record(
        AuditKind.USE_CASE_REFUSED,
        subject=use_case,
        by=by,
        at=at,
        on=on,
        gate=outcome.answer,
        rules=[one.deciding.rule for one in outcome.results if one.answer.blocks],
        policies=[one.policy_version for one in outcome.results if one.answer.blocks],
        came_from=came_from,
        now=use_case.state,
    )
    return SubmitResult(use_case, None, outcome)


def _freeze(
    use_case: UseCase,
    answers: Answers,
    outcome: GateOutcome,
    *,
    by: User,
    at: datetime,
    on: date,
) -> Submission:
    """The immutable snapshot. Its digest covers reference, number, answers, evidence and gate."""
    frozen, people = intake.freeze(answers, new_salt=lambda: secrets.token_hex(16))
    number = (use_case.submissions.aggregate(last=Max("number"))["last"] or 0) + 1
    evidence, gate = _evidence(use_case), outcome.as_json
    submission = Submission.objects.create(
        use_case=use_case,
        number=number,
        answers=frozen,
        evidence=evidence,
        gate=gate,
        digest=digest_of(use_case.reference, number, frozen, evidence, gate),
        statement_by=by,
        submitted_at=at,
        submitted_on=on,
    )
    SubmissionPerson.objects.bulk_create(
        SubmissionPerson(
            submission=submission, page=one.page, field=one.field, salt=one.salt, text=one.text
        )
        for one in people
    )
    return submission


def digest_of(reference: str, number: int, answers: object, evidence: object, gate: object) -> str:
    """SHA-256 (hex) that a verifier recomputes from the frozen row."""
    return intake.digest(
        {
            "reference": reference,
            "number": number,
            "answers": answers,
            "evidence": evidence,
            "gate": gate,
        }
    )


def _evidence(use_case: UseCase) -> list[dict[str, object]]:
    rows = use_case.evidence.filter(removed_at__isnull=True).order_by("pk")
    return [
        {"uid": str(row.uid), "name": row.name, "size": row.size, "sha256": row.digest}
        for row in rows
    ]


def _sync_scenarios(use_case: UseCase, answers: Answers, *, at: datetime) -> None:
    """One row per scenario key: updated, added, or marked as dropped."""
    known = {row.key: row for row in use_case.intended_uses.all()}
    for position, scenario in enumerate(intake.scenarios(answers), start=1):
        row = known.pop(scenario.key, None) or IntendedUse(use_case=use_case, key=scenario.key)
        row.name, row.description = scenario.name, scenario.description
        row.position, row.dropped_at = position, None
        row.save()
    for row in known.values():
        if row.dropped_at is None:
            row.dropped_at = at
            row.save(update_fields=["dropped_at"])


def _kind_of_round(use_case: UseCase) -> ReviewKind:
    """A round cut short by new answers keeps its kind; after a decision the next is a delta."""
    cut_short = Review.objects.filter(use_case=use_case, closed_at__isnull=True).first()
    if cut_short is not None:
        return ReviewKind(cut_short.kind)
    return ReviewKind.DELTA if use_case.decision_rounds.exists() else ReviewKind.INITIAL


def _mark_stale(
    use_case: UseCase, last: Submission | None, submission: Submission, *, at: datetime
) -> list[int]:
    """Decisions in force that the material changes reach no longer cover what the team does."""
    if last is None:
        return []
    changes = intake.material_changes(last.answers, submission.answers)
    in_force = Decision.objects.in_force().filter(
        intended_use__use_case=use_case, stale__isnull=True
    )
    reached = [
        StaleDecision(
            decision=decision,
            submission=submission,
            since=at,
            changed=[f"{page}.{field}" for page, field in found],
        )
        for decision in in_force.select_related("intended_use")
        if (found := _touching(decision.intended_use.key, changes))
    ]
    StaleDecision.objects.bulk_create(reached)
    return [row.decision_id for row in reached]


def _touching(key: str, changes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Changes on the scenario's own page, and on pages that all scenarios share."""
    return [(page, field) for page, field in changes if page == key or not intake.is_scenario(page)]
