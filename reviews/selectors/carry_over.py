"""What an earlier round said of the same items, offered as starting text in the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reviews.domain import checklist_basis as basis
from reviews.domain.enums import ReviewKind, VerdictValue
from reviews.domain.intake import Answers, blank
from reviews.models import ChecklistItem, Review, ReviewAssignment, User, Verdict
from reviews.selectors.use_cases import answers_with_people


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
) -> dict[int, Offer]:
    """By key of the item. Of this reviewer's own verdicts in the last round, else of what its
    signed-off reviewers agreed on; in a sensitive round of own verdicts only, since the other's
    would tell. A re-review judges anew: nothing is filled in. At most five queries.
    """
    if review.number == 1:
        return {}
    earlier = review.earlier_round()
    if earlier is None:
        return {}
    said = _said(earlier, assignment.reviewer, own_only=review.is_sensitive)
    if not said:
        return {}
    old = answers_with_people(earlier.submission)
    differing = basis.changed(old, answers)
    before, after = basis.served(old), basis.served(answers)
    found = {}
    for item in items:
        verdict = said.get(item.code)
        if verdict is None:
            continue
        touched = basis.rests_on_changed(
            item.code,
            tuple(item.probe.goals) if item.probe else (),
            differing,
            before=before,
            after=after,
        )
        found[item.pk] = _offer(verdict, item, assignment, review, earlier, touched)
    return found


def _offer(
    verdict: Verdict,
    item: ChecklistItem,
    assignment: ReviewAssignment,
    review: Review,
    earlier: Review,
    touched: Sequence[basis.Field],
) -> Offer:
    reworded = (verdict.item.requirement_id, verdict.item.probe_id) != (
        item.requirement_id,
        item.probe_id,
    )
    return Offer(
        value=VerdictValue(verdict.value) if verdict.value else None,
        note=verdict.note,
        gap_plan=verdict.gap_plan,
        evidence=frozenset(file.pk for file in verdict.evidence.all() if file.removed_at is None),
        by=str(verdict.assignment.reviewer),
        is_own=verdict.assignment.reviewer_id == assignment.reviewer_id,
        round=earlier.number,
        saved_at=verdict.saved_at,
        fills_in=not touched and not reworded and review.kind != ReviewKind.REREVIEW,
        is_reworded=reworded,
        changed=tuple(_label(field) for field in touched),
    )


def _said(earlier: Review, reviewer: User, *, own_only: bool) -> Mapping[str, Verdict]:
    """By code of the item. Empty verdicts without words are left out."""
    rows = (
        Verdict.objects.filter(
            assignment__review=earlier, assignment__recused_at__isnull=True, is_current=True
        )
        .exclude(value="", note="", gap_plan="")
        .select_related("item__requirement", "item__probe", "assignment__reviewer")
        .prefetch_related("evidence")
        .order_by("assignment__signed_off_at", "pk")
    )
    own: dict[str, Verdict] = {}
    signed: dict[str, list[Verdict]] = {}
    for row in rows:
        if row.assignment.reviewer_id == reviewer.pk:
            own[row.item.code] = row
        elif row.assignment.signed_off_at is not None:
            signed.setdefault(row.item.code, []).append(row)
    if own or own_only:
        return own
    if earlier.assignments.filter(signed_off_at__isnull=False).count() < earlier.reviewers_needed:
        return {}
    return {
        code: verdicts[0]
        for code, verdicts in signed.items()
        if len({verdict.value for verdict in verdicts}) == 1
    }


def _label(field: basis.Field) -> str:
    page = blank(field[0])
    question = page.question(field[1]) if page else None
    return question.label if question else field[1]
