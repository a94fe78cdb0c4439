"""Assign one reviewer to many cases: what it would do, the act, and the way back.

Each row goes through ``services.assigning`` with its own rulings. The rows that an action reached,
and what was done to each, are kept in ``BulkAction.effects``.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext

from reviews.domain import many
from reviews.domain.enums import AuditKind
from reviews.domain.many import Effect
from reviews.models import BulkAction, Review, ReviewAssignment, UseCase, User, Verdict
from reviews.permissions.bulk import can_assign_many, can_undo
from reviews.permissions.involvement import involvements_of
from reviews.permissions.reviewing import can_assign, can_be_assigned
from reviews.permissions.rulings import require
from reviews.services import assigning, audit

ASSIGN = "assign"


@transaction.atomic
def assign(
    keys: Sequence[int],
    *,
    reviewer: User,
    by: User,
    at: datetime,
    on: date,
    dry_run: bool = False,
    shown: str = "",
) -> tuple[Effect[str], BulkAction | None]:
    """Put ``reviewer`` on the open round of each of these cases; leave out where a rule says no.

    ``dry_run`` returns the effect and writes nothing; ``shown``: digest of the effect that the
    person saw, which must be this one. Raises ``NotPermitted``, ``StateConflict`` for another
    effect, ``BadInput`` for none or too many.
    """
    many.check_many(keys)
    require(can_assign_many(by))
    cases = locked_cases(keys)
    rounds = {row.use_case_id: row for row in _open_rounds(keys)}
    effect = _effect(cases, rounds, reviewer=reviewer, by=by)
    if dry_run:
        return effect, None
    many.check_as_shown(effect, shown)
    if not effect.reached:
        return effect, None
    done: list[dict[str, Any]] = []
    for case in cases:
        if case.pk not in effect.skipped:
            row = assigning.assign(rounds[case.pk], reviewer=reviewer, by=by, at=at, on=on)
            done.append({"case": str(case.uid), "assignment": str(row.uid)})
    return effect, record(ASSIGN, done, by=by, at=at, on=on)


def locked_cases(keys: Sequence[int]) -> list[UseCase]:
    """In the order of their keys, so that two of these wait for each other."""
    return list(UseCase.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def record(
    kind: str, done: list[dict[str, Any]], *, by: User, at: datetime, on: date
) -> BulkAction:
    """Keep what was done to each row. Inside the transaction of the act, last."""
    action = BulkAction.objects.create(kind=kind, by=by, done_at=at, effects=done)
    audit.record(
        AuditKind.BULK_DONE, subject=action, by=by, at=at, on=on, action=kind, rows=len(done)
    )
    return action


def _open_rounds(keys: Sequence[int]) -> list[Review]:
    active = Q(assignments__recused_at__isnull=True, assignments__pk__isnull=False)
    rounds = Review.objects.filter(use_case__in=keys, closed_at__isnull=True)
    return list(
        rounds.select_related("use_case").annotate(taken=Count("assignments", filter=active))
    )


def _effect(
    cases: Sequence[UseCase], rounds: dict[int, Review], *, reviewer: User, by: User
) -> Effect[str]:
    """By the rulings of one assignment, on what two queries say of the two people."""
    keys = [case.pk for case in cases]
    of_lead, of_reviewer = involvements_of(by, keys), involvements_of(reviewer, keys)
    skipped: dict[int, str] = {}
    for key in keys:
        review = rounds.get(key)
        if review is None:
            skipped[key] = gettext("not in review")
            continue
        if not (ruling := can_assign(by, review, part=of_lead[key])) or not (
            ruling := can_be_assigned(reviewer, review, part=of_reviewer[key])
        ):
            skipped[key] = str(ruling.reason)
        elif review.taken >= review.reviewers_needed:  # type: ignore[attr-defined]
            skipped[key] = gettext("has the reviewers it needs")
    return Effect(tuple(key for key in keys if key not in skipped), skipped)


# Back ---------------------------------------------------------------------------------------------


@transaction.atomic
def undo_assign(action: BulkAction, *, by: User, at: datetime, on: date) -> BulkAction:
    """Take back each assignment on which nothing was judged yet; each row says what became of it.

    Raises ``NotPermitted``, ``StateConflict`` where it was taken back or half an hour has passed.
    """
    action = BulkAction.objects.select_for_update().get(pk=action.pk)
    require(can_undo(by, action, at=at))
    locked_cases(
        list(
            UseCase.objects.filter(uid__in=[row["case"] for row in action.effects]).values_list(
                "pk", flat=True
            )
        )
    )
    found = ReviewAssignment.objects.select_related("review__use_case", "reviewer")
    seats = {
        str(row.uid): row
        for row in found.filter(uid__in=[row["assignment"] for row in action.effects])
    }
    judging = set(
        Verdict.objects.filter(
            assignment__in=list(seats.values()), carried_from__isnull=True
        ).values_list("assignment", flat=True)
    )
    for row in action.effects:
        seat = seats.get(row["assignment"])
        why = _why_stays(seat, judging)
        row["kept"] = why
        if seat is not None and not why:
            _take_back(seat, by=by, at=at, on=on)
    return close(action, by=by, at=at, on=on)


def close(action: BulkAction, *, by: User, at: datetime, on: date) -> BulkAction:
    """Keep what became of each row. Inside the transaction of the undo, last."""
    action.undone_at = at
    action.save(update_fields=["undone_at", "effects"])
    audit.record(
        AuditKind.BULK_UNDONE,
        subject=action,
        by=by,
        at=at,
        on=on,
        action=action.kind,
        rows=sum(not row["kept"] for row in action.effects),
    )
    return action


def _why_stays(seat: ReviewAssignment | None, judging: set[int]) -> str:
    if seat is None:
        return gettext("is no longer assigned")
    if seat.recused_at is not None:
        return gettext("has stepped back meanwhile")
    if seat.signed_off_at is not None:
        return gettext("has signed off meanwhile")
    if seat.pk in judging:
        return gettext("has begun to judge")
    if seat.review.closed_at is not None:
        return gettext("the round has ended meanwhile")
    return ""


def _take_back(seat: ReviewAssignment, *, by: User, at: datetime, on: date) -> None:
    audit.record(
        AuditKind.ASSIGNMENT_UNDONE,
        subject=seat,
        by=by,
        at=at,
        on=on,
        use_case=seat.review.use_case,
        reviewer=seat.reviewer.uid,
        round=seat.review.number,
    )
    seat.verdicts.all().delete()  # carried over when the seat was taken: nobody judged anew
    seat.delete()
