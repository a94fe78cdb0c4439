"""Threads inside the office: draft, post, mention, resolve, reopen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind
from reviews.domain.errors import BadInput, Incomplete, StaleVersion, StateConflict
from reviews.domain.mentions import mentioned
from reviews.models import ChecklistItem, Comment, Review, Thread, UseCase, User
from reviews.permissions.conversations import (
    can_read_thread,
    can_resolve,
    can_talk,
    mentionable,
)
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.reminding import notices
from reviews.services.transitions import locked

LONGEST = 20_000
"""Characters of one comment."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody writes: into ``thread``, or a new one about ``item`` or the whole case."""

    review: Review
    item: ChecklistItem | None = None
    thread: Thread | None = None


@transaction.atomic
def keep_draft(place: Place, *, text: str, version: int, by: User, at: datetime) -> Comment:
    """Keep what this person is typing; nobody else sees it, so no event is recorded.

    ``version`` is the one seen, 0 for none yet; the same words again make no new one. An empty
    text is kept as no draft. Raises ``StaleVersion`` with both texts when another window saved in
    between, ``NotPermitted`` or ``StateConflict``; then nothing was written.
    """
    _, place = _begin(place, by)
    return _written(place, text, version=version, by=by, at=at)


@transaction.atomic
def post(place: Place, *, text: str, version: int, by: User, at: datetime, on: date) -> Comment:
    """Show the comment to everybody who may read the thread, and tell whom it mentions.

    Raises ``Incomplete`` without a text, ``BadInput`` where somebody is mentioned who may not read
    the thread, ``StaleVersion`` as ``keep_draft``.
    """
    use_case, place = _begin(place, by)
    if not text.strip():
        raise Incomplete(gettext("Write what you want to say."), ("text",))
    comment = _written(place, text, version=version, by=by, at=at)
    comment.posted_at = at
    comment.save(update_fields=["posted_at"])
    people = _people(place.review, comment, by=by)
    comment.mentions.set(people)
    _tell(use_case, comment, people, by=by, at=at)

    audit.record(
        AuditKind.COMMENT_POSTED,
        subject=comment.thread,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        round=place.review.number,
        item=comment.thread.item.code if comment.thread.item else "",
        mentions=[person.uid for person in people],
    )
    return comment


@transaction.atomic
def resolve(thread: Thread, *, by: User, at: datetime, on: date) -> Thread:
    """Nothing is left to say; who has more to say reopens it first."""
    use_case, thread = _locked_thread(thread)
    require(can_resolve(by, thread))
    if thread.resolved_at is not None:
        raise StateConflict(gettext("This thread was resolved already."))

    thread.resolved_by, thread.resolved_at = by, at
    thread.save(update_fields=["resolved_by", "resolved_at"])

    _record(AuditKind.THREAD_RESOLVED, thread, use_case, by=by, at=at, on=on)
    return thread


@transaction.atomic
def reopen(thread: Thread, *, by: User, at: datetime, on: date) -> Thread:
    """Undo ``resolve``."""
    use_case, thread = _locked_thread(thread)
    require(can_resolve(by, thread))
    if thread.resolved_at is None:
        raise StateConflict(gettext("This thread is open."))

    thread.resolved_by, thread.resolved_at = None, None
    thread.save(update_fields=["resolved_by", "resolved_at"])

    _record(AuditKind.THREAD_REOPENED, thread, use_case, by=by, at=at, on=on)
    return thread


# Writing ------------------------------------------------------------------------------------------


def _begin(place: Place, by: User) -> tuple[UseCase, Place]:
    """The case locked, the place as it is now, and the permission asked."""
    use_case = locked(place.review.use_case)
    review = Review.objects.select_related("use_case").get(pk=place.review.pk)
    require(can_talk(by, review))
    if place.item is not None and place.item.review_id != review.pk:
        raise BadInput(gettext("This item belongs to another review."))
    thread = place.thread
    if thread is not None:
        thread = _fresh(thread)
        require(can_read_thread(by, thread))
        if thread.resolved_at is not None:
            raise StateConflict(gettext("This thread is resolved. Reopen it to go on."))
    return use_case, Place(review, place.item, thread)


def _written(place: Place, text: str, *, version: int, by: User, at: datetime) -> Comment:
    """This person's draft here, with ``text``. Begins a thread where there is none."""
    text = text.strip()
    if len(text) > LONGEST:
        raise BadInput(gettext("This is too long: %d characters at most.") % LONGEST)
    thread = place.thread or _begun(place, by)
    stored = (
        Comment.objects.filter(thread=thread, by=by, posted_at=None).first() if thread else None
    )
    if stored is not None and stored.text == text:
        return stored
    if stored is not None and stored.version != version:
        raise StaleVersion(
            gettext(
                "This draft was saved somewhere else since you opened it. Both texts are kept."
            ),
            theirs={"text": stored.text},
            yours={"text": text},
            version=stored.version,
        )
    if thread is None:
        thread = Thread.objects.create(
            review=place.review, item=place.item, opened_by=by, opened_at=at
        )
    if stored is None:
        stored = Comment(thread=thread, by=by, version=0)
    stored.thread, stored.text, stored.saved_at = thread, text, at
    stored.version += 1
    stored.save()
    return stored


def _begun(place: Place, by: User) -> Thread | None:
    """The thread about the same that this person has begun, and in which nothing is posted."""
    return (
        Thread.objects.filter(review=place.review, item=place.item, opened_by=by)
        .exclude(comments__posted_at__isnull=False)
        .select_related("review__use_case", "item__requirement", "item__probe", "opened_by")
        .first()
    )


# Mentions -----------------------------------------------------------------------------------------


def _people(review: Review, comment: Comment, *, by: User) -> Sequence[User]:
    """Whom the text mentions. Raises ``BadInput`` for a name that may not read the thread.

    The same words for somebody who may not and for nobody at all: a mention is no way to find out
    who has an account.
    """
    names = [name for name in mentioned(comment.text) if name != by.username]
    if not names:
        return []
    able = mentionable(review, by=by, thread=comment.thread)
    found = {person.username: person for person in able.filter(username__in=names)}
    missing = [name for name in names if name not in found]
    if missing:
        raise BadInput(
            gettext(
                "%(names)s cannot be mentioned here: nobody of that name may read this thread."
                " While reviewers are blind to each other, neither reads what the other writes."
            )
            % {"names": ", ".join(f"@{name}" for name in missing)}
        )
    return [found[name] for name in names]


def _tell(
    use_case: UseCase, comment: Comment, people: Sequence[User], *, by: User, at: datetime
) -> None:
    """The notice names the place, never the words: who may read them is asked again there."""
    thread = comment.thread
    names = {"who": by, "case": f"{use_case.reference}, {use_case.title}"}
    words = gettext("%(who)s mentioned you in a thread about %(case)s.") % names
    if thread.item is not None:
        about = {**names, "code": thread.item.code}
        words = gettext("%(who)s mentioned you in a thread about %(code)s of %(case)s.") % about
    notices.tell(
        people,
        subject=gettext("%(who)s mentioned you: %(reference)s")
        % {"who": by, "reference": use_case.reference},
        words=words,
        path=reverse("reviews:thread", args=[thread.uid]),
        at=at,
    )


# Rows ---------------------------------------------------------------------------------------------


def _fresh(thread: Thread) -> Thread:
    return Thread.objects.select_related(
        "review__use_case", "item__requirement", "item__probe", "opened_by"
    ).get(pk=thread.pk)


def _locked_thread(thread: Thread) -> tuple[UseCase, Thread]:
    use_case = locked(thread.review.use_case)
    return use_case, _fresh(thread)


def _record(
    kind: AuditKind, thread: Thread, use_case: UseCase, *, by: User, at: datetime, on: date
) -> None:
    audit.record(
        kind,
        subject=thread,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        round=thread.review.number,
        item=thread.item.code if thread.item else "",
    )
