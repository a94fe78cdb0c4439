"""The talk of one round as one person may read it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from reviews.models import ChecklistItem, Comment, Review, ReviewAssignment, Thread, User
from reviews.permissions.conversations import (
    can_read_talk,
    is_blind,
    is_open,
    seats_of,
    visible_comments,
)
from reviews.permissions.involvement import Part


@dataclass(frozen=True, slots=True)
class Talk:
    """One thread: what was posted, the oldest first, and the reader's own draft in it.

    ``may_resolve``: the reader may resolve or reopen it, as long as they may talk at all.
    """

    thread: Thread
    comments: tuple[Comment, ...]
    draft: Comment | None
    may_resolve: bool

    @property
    def is_resolved(self) -> bool:
        return self.thread.resolved_at is not None

    @property
    def is_begun(self) -> bool:
        """Whether anybody but the person who opened it can see it."""
        return bool(self.comments)


@dataclass(frozen=True, slots=True)
class Talks:
    """All threads of a round, by key of the item (``None``: the whole case), the oldest first.

    ``drafts``: what the reader has begun to say in a thread of their own, not posted yet.
    """

    by_item: Mapping[int | None, Sequence[Talk]]
    drafts: Mapping[int | None, Comment]

    def of(self, item: int | None) -> tuple[Talk, ...]:
        return tuple(self.by_item.get(item, ()))

    @property
    def open_count(self) -> int:
        return sum(not one.is_resolved for talks in self.by_item.values() for one in talks)


NO_TALK = Talks({}, {})


def talks(
    review: Review, user: User, *, seats: Collection[ReviewAssignment], is_open: bool
) -> Talks:
    """Of who ``can_read_talk``. One query, whatever the number of threads."""
    blind = is_blind(user, review, seats=seats, is_open=is_open)
    rows = visible_comments(user, review, blind=blind, seats=seats).select_related(
        "by", "thread__opened_by", "thread__resolved_by"
    )
    found: dict[int, list[Comment]] = {}
    for row in rows.order_by("thread__opened_at", "thread", "posted_at", "pk"):
        found.setdefault(row.thread_id, []).append(row)
    by_item: dict[int | None, list[Talk]] = {}
    drafts: dict[int | None, Comment] = {}
    for comments in found.values():
        thread = comments[0].thread
        posted = tuple(one for one in comments if one.posted_at is not None)
        draft = next((one for one in comments if one.posted_at is None and one.text), None)
        if posted:
            may = not blind or thread.opened_by_id == user.pk
            by_item.setdefault(thread.item_id, []).append(Talk(thread, posted, draft, may))
        elif draft is not None:
            drafts[thread.item_id] = draft
    return Talks(by_item, drafts)


def begun(review: Review, item: ChecklistItem | None, user: User) -> Comment | None:
    """What this person has begun to say about the same in a thread of its own. One query."""
    drafts = Comment.objects.filter(
        thread__review=review, thread__item=item, thread__opened_by=user, by=user, posted_at=None
    ).exclude(thread__comments__posted_at__isnull=False)
    return drafts.first()


def talk_of(thread: Thread, user: User, *, part: Part = None) -> Talk | None:
    """One thread for its own page; ``None`` where this person may not read it."""
    review = thread.review
    if not can_read_talk(user, review, part=part):
        return None
    seats = seats_of(review)
    found = talks(review, user, seats=seats, is_open=is_open(review, seats))
    return next((one for one in found.of(thread.item_id) if one.thread.pk == thread.pk), None)
