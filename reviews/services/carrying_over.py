"""What a reviewer said in the round before stays theirs, where nothing under it has changed."""

from reviews.domain import checklist_basis as basis
from reviews.domain.enums import ReviewKind
from reviews.models import Review, ReviewAssignment, Verdict


def carry_over(review: Review, assignment: ReviewAssignment) -> int:
    """Write this reviewer's own verdicts of the round before on the same items of this one.

    Left out, to be looked at again: an item that rests on an answer that changed, that asks
    something new, or whose verdict rested on a file that was taken off the case. A re-review judges
    anew, an appeal has no checklist. Others' verdicts are never carried: in a sensitive round they
    would tell. Returns how many. Part of a bigger step: the caller has locked the use case.
    """
    if review.kind in {ReviewKind.REREVIEW, ReviewKind.APPEAL}:
        return 0
    before = review.earlier_round()
    if before is None:
        return 0
    said = _own(before, assignment)
    items = list(review.items.select_related("requirement", "probe"))
    touched = basis.touched(
        [(item.code, tuple(item.probe.goals) if item.probe else ()) for item in items],
        before.submission.answers_with_people(),
        review.submission.answers_with_people(),
    )
    rows, files = [], []
    for item in items:
        old = said.get((item.requirement_id, item.probe_id))
        if old is None or touched[item.code]:
            continue
        rows.append(
            Verdict(
                item=item,
                assignment=assignment,
                value=old.value,
                note=old.note,
                gap_plan=old.gap_plan,
                saved_at=old.saved_at,
                carried_from=old,
            )
        )
        files.append([file.pk for file in old.evidence.all()])
    link = Verdict.evidence.through
    written = Verdict.objects.bulk_create(rows)
    link.objects.bulk_create(
        link(verdict_id=row.pk, evidence_id=key)
        for row, keys in zip(written, files, strict=True)
        for key in keys
    )
    return len(written)


def _own(before: Review, assignment: ReviewAssignment) -> dict[tuple, Verdict]:
    """By the very wording of the item, whose key changes with every new version of it."""
    rows = (
        Verdict.objects.filter(
            assignment__review=before,
            assignment__reviewer=assignment.reviewer_id,
            assignment__recused_at__isnull=True,
            is_current=True,
        )
        .exclude(value="")
        .exclude(evidence__removed_at__isnull=False)
        .select_related("item")
        .prefetch_related("evidence")
    )
    return {(row.item.requirement_id, row.item.probe_id): row for row in rows}
