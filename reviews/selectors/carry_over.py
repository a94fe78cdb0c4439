"""What an earlier round said of the same items, offered as starting text in the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reviews.domain import checklist_basis as basis
from reviews.domain.enums import ReviewKind, VerdictValue
from reviews.domain.intake import Answers, blank
from reviews.domain.texts import translate
from reviews.models import ChecklistItem, Review, ReviewAssignment
from reviews.selectors.earlier import Earlier, Said


@dataclass(frozen=True, slots=True)
class Offer:
    """An earlier verdict on the same item.

    ``fills_in``: nothing that it rests on changed, so it stands in the form as a first text that
    the reviewer confirms by saving. Else it is shown for reading, and ``changed`` names the
    answers that differ (or ``is_reworded``: the item itself asks something new).
    """

    value: VerdictValue | None
    note: str
    gap_plan: str
    evidence: frozenset[int]
    by: str
    is_own: bool
    round: int
    saved_at: datetime
    fills_in: bool
    is_reworded: bool
    changed: tuple[str, ...]


def offers(
    review: Review,
    assignment: ReviewAssignment,
    items: Sequence[ChecklistItem],
    answers: Answers,
    earlier: Earlier | None,
) -> dict[int, Offer]:
    """By key of the item. Of this reviewer's own verdicts in the last round, else of what its
    signed-off reviewers agreed on; in a sensitive round of own verdicts only, since the other's
    would tell. A re-review judges anew: nothing is filled in. No query.
    """
    if earlier is None:
        return {}
    said = _said(earlier, assignment.reviewer_id, own_only=review.is_sensitive)
    if not said:
        return {}
    informed = [(item.code, tuple(item.probe.goals) if item.probe else ()) for item in items]
    touched = basis.touched(informed, earlier.answers, answers)
    return {
        item.pk: _offer(said[item.code], item, assignment, review, earlier, touched[item.code])
        for item in items
        if item.code in said
    }


def _offer(
    verdict: Said,
    item: ChecklistItem,
    assignment: ReviewAssignment,
    review: Review,
    earlier: Earlier,
    touched: Sequence[basis.Field],
) -> Offer:
    reworded = (verdict.requirement, verdict.probe) != (item.requirement_id, item.probe_id)
    return Offer(
        value=VerdictValue(verdict.value) if verdict.value else None,
        note=verdict.note,
        gap_plan=verdict.gap_plan,
        evidence=verdict.files,
        by=verdict.by,
        is_own=verdict.reviewer == assignment.reviewer_id,
        round=earlier.number,
        saved_at=verdict.saved_at,
        fills_in=not touched and not reworded and review.kind != ReviewKind.REREVIEW,
        is_reworded=reworded,
        changed=tuple(_label(field) for field in touched),
    )


def _said(earlier: Earlier, reviewer: int, *, own_only: bool) -> Mapping[str, Said]:
    """By code of the item."""
    own: dict[str, Said] = {}
    signed: dict[str, list[Said]] = {}
    for row in earlier.said:
        if row.reviewer == reviewer:
            own[row.code] = row
        elif row.is_signed:
            signed.setdefault(row.code, []).append(row)
    if own or own_only:
        return own
    if not earlier.is_complete:
        return {}
    return {
        code: verdicts[0]
        for code, verdicts in signed.items()
        if len({verdict.value for verdict in verdicts}) == 1
    }


def _label(field: basis.Field) -> str:
    page = blank(field[0])
    question = page.question(field[1]) if page else None
    return translate(question.label) if question else field[1]
