"""Evaluations that come back on their interval, for as long as a use case is approved."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.access import check_reason
from reviews.domain.enums import AuditKind, State, SubjectKind, VerdictValue
from reviews.domain.errors import BadDataFile, BadInput
from reviews.integrations.data_files import DATA, read
from reviews.models import ChecklistItem, Evaluation, Evidence, Requirement, UseCase, User, Verdict
from reviews.models.standard import Tag
from reviews.permissions.evaluations import can_record_evaluation
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.reminding import deadlines
from reviews.services.transitions import locked

APPROVED = {State.APPROVED, State.PARTLY_APPROVED}


def follow_decision(use_case: UseCase, *, at: datetime, on: date) -> int:
    """Open what an approval owes, drop what nobody owes any more; returns how many changed.

    Part of the service that moved the case: it has locked the case and records. An evaluation that
    waits already keeps its day.
    """
    owed = _owed(use_case) if use_case.current_state in APPROVED else {}
    waiting = use_case.evaluations.filter(done_at__isnull=True, is_dropped=False)
    known = {one.requirement.code: one for one in waiting.select_related("requirement")}
    gone = [one.pk for code, one in known.items() if code not in owed]
    Evaluation.objects.filter(pk__in=gone).update(is_dropped=True)
    new = [_next(use_case, owed[code], at=at, on=on) for code in owed if code not in known]
    Evaluation.objects.bulk_create(new)
    return len(gone) + len(new)


@transaction.atomic
def record_evaluation(
    evaluation: Evaluation,
    *,
    note: str,
    evidence: Evidence | None = None,
    by: User,
    at: datetime,
    on: date,
) -> Evaluation:
    """It was repeated on ``on``; the next one, ``interval_days`` later, is opened and returned.

    ``note`` says what came out; ``evidence`` is a file of the same use case. Raises
    ``NotPermitted``, ``StateConflict``, ``Incomplete`` or ``BadInput``.
    """
    use_case = locked(evaluation.use_case)
    evaluation = (
        Evaluation.objects.select_related("use_case", "requirement")
        .select_for_update(of=("self",))
        .get(pk=evaluation.pk)
    )
    require(can_record_evaluation(by, evaluation))
    note = check_reason(note, who_reads="it says what the evaluation showed")
    if evidence is not None and (
        evidence.use_case_id != use_case.pk or evidence.removed_at is not None
    ):
        raise BadInput(gettext("This file is not among the evidence of the use case."))

    evaluation.done_by, evaluation.done_at, evaluation.done_on = by, at, on
    evaluation.note, evaluation.evidence = note, evidence
    evaluation.save(update_fields=["done_by", "done_at", "done_on", "note", "evidence"])
    following = _next(use_case, evaluation.requirement, at=at, on=on)
    following.save(force_insert=True)
    deadlines.follow(SubjectKind.EVALUATION, [evaluation.pk, following.pk], at=at, on=on)
    audit.record(
        AuditKind.EVALUATION_RECORDED,
        subject=evaluation,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        requirement=evaluation.requirement.code,
        due_on=evaluation.due_on,
        next_on=following.due_on,
        evidence=evidence.uid if evidence else None,
    )
    return following


def interval_days(code: str) -> int:
    """Days from one evaluation of this requirement to the next, from the data file."""
    intervals = _intervals()
    return intervals.get(code, intervals[""])


# Private ------------------------------------------------------------------------------------------


def _next(use_case: UseCase, requirement: Requirement, *, at: datetime, on: date) -> Evaluation:
    days = interval_days(requirement.code)
    return Evaluation(
        use_case=use_case,
        requirement=requirement,
        interval_days=days,
        due_on=on + timedelta(days=days),
        opened_at=at,
    )


def _owed(use_case: UseCase) -> dict[str, Requirement]:
    """Requirements with a checkpoint that the last review with a checklist found to apply."""
    review = use_case.reviews.filter(items__isnull=False).order_by("-number").first()
    items = ChecklistItem.objects.filter(
        review=review, requirement__tags__contains=[Tag.OEC]
    ).select_related("requirement")
    verdicts = Verdict.objects.filter(item__in=items, is_current=True).exclude(value="")
    said: dict[int, set[str]] = {}
    for item, value in verdicts.values_list("item", "value"):
        said.setdefault(item, set()).add(value)
    return {
        item.requirement.code: item.requirement
        for item in items
        if item.requirement and said.get(item.pk) != {VerdictValue.NOT_APPLICABLE}
    }


@cache
def _intervals() -> Mapping[str, int]:
    """Code of a requirement → days; under the empty code what holds for all others."""
    name = Path("ladders", "evaluation.toml")
    table = read(DATA / name, name=name).get("evaluation", {})
    found = {"": table.get("interval_days"), **table.get("intervals", {})}
    for code, days in found.items():
        if type(days) is not int or days < 1:
            raise BadDataFile(f"{name}, evaluation “{code}”: give a number of days from 1 on.")
    return found
