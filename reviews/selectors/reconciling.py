"""The differences between the reviewers of a round, once both have signed, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from reviews.domain.reconciling import Side, differs, is_settled
from reviews.models import ChecklistItem, Comment, Review, ReviewAssignment, User, Verdict
from reviews.permissions import reviewing as rules
from reviews.permissions.conversations import can_read_talk, can_talk
from reviews.permissions.involvement import Part, involvement_of
from reviews.permissions.rulings import Ruling, no, require
from reviews.selectors.conversations import Talk, Talks, talks
from reviews.selectors.desk_backdrop import checklist_items, with_files
from reviews.selectors.desk_items import Said, said


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one reviewer says of one item: now, and what was signed where that was something else.

    ``is_mine``: the reader's own, which the reader may change.
    """

    reviewer: str
    now: Said | None
    before: tuple[Said, ...]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One item on which the reviewers differ, or differed when they signed."""

    item: ChecklistItem
    opinions: tuple[Opinion, ...]
    is_settled: bool
    talks: tuple[Talk, ...]
    draft: Comment | None

    @property
    def question(self) -> str:
        source = self.item.requirement or self.item.probe
        return source.question if source else ""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One round as its reviewers and the leads compare it."""

    review: Review
    seats: tuple[ReviewAssignment, ...]
    differences: tuple[Difference, ...]
    talks: Talks
    may_change: Ruling
    may_talk: Ruling
    compared: int

    @property
    def settled(self) -> int:
        return sum(one.is_settled for one in self.differences)

    @property
    def recommendations_differ(self) -> bool:
        return len({seat.recommendation for seat in self.seats}) > 1


def can_reconcile(
    user: User, review: Review, seats: Sequence[ReviewAssignment], *, part: Part = None
) -> Ruling:
    """Read the differences: the office, once everybody whom the round needs has signed off."""
    may = can_read_talk(user, review, part=part)
    if not may:
        return may
    signed = [seat for seat in seats if seat.signed_off_at is not None]
    if len(signed) < 2:
        return no(gettext("There is nothing to compare until two reviewers have signed off."))
    if not rules.sees_all_verdicts(user, review, signed, part=part):
        return no(
            gettext("The reviewers are blind to each other until all of them have signed off.")
        )
    return may


def reconciliation(review: Review, user: User, *, part: Part = None) -> Reconciliation:
    """Five queries, whatever the number of differences. Raises what ``can_reconcile`` says."""
    part = involvement_of(user, review.use_case, part)
    seats = tuple(review.assignments.select_related("reviewer"))
    require(can_reconcile(user, review, seats, part=part))
    active = tuple(seat for seat in seats if seat.signed_off_at is not None)
    files = {file.pk: file for file in review.use_case.evidence.all()}
    by_item = _verdicts(review)
    found = talks(review, user, seats=seats, is_open=True)
    differences = []
    for item in checklist_items(review):
        rows = by_item.get(item.pk, [])
        sides = {seat.pk: _side([v for v in rows if v.assignment_id == seat.pk]) for seat in active}
        if differs(sides):
            opinions = tuple(_opinion(seat, rows, files, user) for seat in active)
            differences.append(
                Difference(
                    item, opinions, is_settled(sides), found.of(item.pk), found.drafts.get(item.pk)
                )
            )
    return Reconciliation(
        review,
        active,
        tuple(differences),
        found,
        rules.can_judge(user, review, part=part),
        can_talk(user, review, part=part),
        len(by_item),
    )


def _verdicts(review: Review) -> dict[int, list[Verdict]]:
    """By key of the item, the oldest first."""
    rows = Verdict.objects.filter(item__review=review, assignment__recused_at__isnull=True)
    found: dict[int, list[Verdict]] = {}
    for row in with_files(rows).select_related("assignment__reviewer"):
        found.setdefault(row.item_id, []).append(row)
    return found


def _side(rows: Sequence[Verdict]) -> Side:
    now = next((row.value for row in rows if row.is_current), "")
    signed = [row.value for row in rows if not row.changed_after_sign_off]
    return Side(signed[-1] if signed else "", now)


def _opinion(seat: ReviewAssignment, rows: Sequence[Verdict], files: dict, user: User) -> Opinion:
    own = [row for row in rows if row.assignment_id == seat.pk]
    now = next((said(row, files) for row in own if row.is_current), None)
    before = tuple(said(row, files) for row in own if not row.is_current)
    return Opinion(str(seat.reviewer), now, before, seat.reviewer_id == user.pk)
