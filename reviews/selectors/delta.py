"""What is to be looked at again in a round after the first, and what was carried over."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviews.models import Evidence
from reviews.selectors.desk_items import ItemView
from reviews.selectors.earlier import Earlier


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


def delta(
    earlier: Earlier | None, views: Sequence[ItemView], evidence: Sequence[Evidence]
) -> Delta | None:
    """From the items as the desk shows them to a reviewer at work; ``None`` in a first round, and
    where this person carried nothing over. No query.
    """
    if earlier is None or not any(_is_carried(view) for view in views):
        return None
    old, due = set(earlier.codes), [view for view in views if view.required]
    now = {view.code for view in views}
    return Delta(
        earlier.number,
        tuple(_again(view, old) for view in due if not _is_carried(view)),
        tuple(_again(view, old) for view in due if _is_carried(view)),
        tuple(code for code in earlier.codes if code not in now),
        tuple(file for file in evidence if file.added_at > earlier.opened_at),
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
