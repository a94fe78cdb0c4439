"""What is to be looked at again in a round after the first, and what was carried over."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviews.domain.enums import ReviewKind
from reviews.models import ChecklistItem, Evidence, Review
from reviews.selectors.desk_items import ItemView


class Why(StrEnum):
    """Why an item is to be looked at again."""

    CHANGED = "changed"
    NEW = "new"
    REWORDED = "reworded"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Again:
    """A required item to look at again; ``changed`` names the answers under it that differ."""

    code: str
    anchor: str
    question: str
    why: Why
    changed: tuple[str, ...]
    is_done: bool


@dataclass(frozen=True, slots=True)
class Delta:
    """What a reviewer has to do in a round after the first: ``again`` and ``carried`` together are
    the required items. ``dropped``: codes of items that no longer apply. ``evidence``: files that
    came since the round before was opened.
    """

    before: int
    again: tuple[Again, ...]
    carried: tuple[Again, ...]
    dropped: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    @property
    def required(self) -> int:
        return len(self.again) + len(self.carried)


def delta(review: Review, views: Sequence[ItemView], evidence: Sequence[Evidence]) -> Delta | None:
    """From the items as the desk shows them to a reviewer at work; ``None`` in a first round, and
    where this person carried nothing over. One query.
    """
    if review.number == 1 or not any(view.mine and view.mine.carried_from_id for view in views):
        return None
    before = Review.objects.filter(use_case=review.use_case_id, number__lt=review.number)
    last = before.exclude(kind=ReviewKind.APPEAL).order_by("-number").values("pk")[:1]
    rows = ChecklistItem.objects.filter(review=last).values_list(
        "review__number", "review__opened_at", "requirement__code", "probe__code"
    )
    found = list(rows)
    if not found:
        return None
    number, opened_at = found[0][:2]
    old = [requirement or probe for _, _, requirement, probe in found]
    due = [view for view in views if view.required]
    return Delta(
        number,
        tuple(_again(view, set(old)) for view in due if not _is_carried(view)),
        tuple(_again(view, set(old)) for view in due if _is_carried(view)),
        tuple(code for code in old if code not in {view.code for view in views}),
        tuple(file for file in evidence if file.added_at > opened_at),
    )


def _is_carried(view: ItemView) -> bool:
    return bool(view.mine and view.mine.carried_from_id)


def _again(view: ItemView, old: set[str]) -> Again:
    why = Why.OPEN
    changed: tuple[str, ...] = ()
    if view.code not in old:
        why = Why.NEW
    elif view.offer and view.offer.is_reworded:
        why = Why.REWORDED
    elif view.offer and view.offer.changed:
        why, changed = Why.CHANGED, view.offer.changed
    return Again(view.code, view.anchor, view.wording.question, why, changed, bool(view.value))
