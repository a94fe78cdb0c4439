"""Who talks inside the office about a review, who reads which thread, who may be mentioned where.

The requester's side reads none of it, ever. While the reviewers of a sensitive round are blind to
each other, a blind person reads the threads of their own making, and those of a lead in which a
lead mentions them; of these not what another reviewer wrote. Who may not read a thread cannot be
mentioned in it: neither a page, nor a number, nor a mail tells of it.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from reviews.domain.enums import Party, Role
from reviews.domain.errors import StateConflict
from reviews.models import (
    CoAuthor,
    Comment,
    Membership,
    Outsider,
    ReferralMember,
    Review,
    ReviewAssignment,
    Thread,
    User,
)
from reviews.permissions.involvement import Part, involvement_of
from reviews.permissions.reviewing import shows_to_the_office
from reviews.permissions.roles import ROLES
from reviews.permissions.rulings import YES, Ruling, no
from reviews.permissions.use_cases import can_view

_TALKING = ("review_usecase", "assign_reviewer", "decide_usecase", "advise_usecase")
_READING = ("read_every_usecase", "review_usecase")
_CLOSED = gettext_noop("This review is closed; what was said can be read, not added to.")


# One person, one thread ---------------------------------------------------------------------------


def can_read_talk(user: User, review: Review, *, part: Part = None) -> Ruling:
    """Whether the talk of a round is anything to this person at all."""
    part = involvement_of(user, review.use_case, part)
    seen = can_view(user, review.use_case, part=part)
    if not seen:
        return seen
    if part.on_requesters_side:
        return no(
            gettext("What the office says among itself is not shown to the requester's side.")
        )
    return YES


def can_talk(user: User, review: Review, *, part: Part = None) -> Ruling:
    """Open a thread, comment: reviewers, leads, the panel, and whom the office brought in."""
    part = involvement_of(user, review.use_case, part)
    may_read = can_read_talk(user, review, part=part)
    if not may_read:
        return may_read
    if not part.named_as and not any(user.has_perm(f"reviews.{code}") for code in _TALKING):
        return no(gettext("Reviewers, leads and panel members talk here; others read along."))
    if review.closed_at is not None:
        return no(gettext(_CLOSED), StateConflict)
    return YES


def can_read_thread(user: User, thread: Thread) -> Ruling:
    """The pair of ``visible_threads``."""
    review = thread.review
    may_read = can_read_talk(user, review)
    if not may_read:
        return may_read
    if thread.opened_by_id == user.pk:
        return YES
    if not _posted(thread).exists():
        return no(gettext("You cannot see this thread."))
    seats = seats_of(review)
    if not is_blind(user, review, seats=seats, is_open=is_open(review, seats)):
        return YES
    leads = leads_of(review)
    if leads.filter(pk=thread.opened_by_id).exists() and (
        _posted(thread).filter(by__in=leads, mentions=user).exists()
    ):
        return YES
    return no(gettext("You cannot see this thread."))


def can_resolve(user: User, thread: Thread) -> Ruling:
    """Who may talk and reads the thread; a blind reader only what is of their own making."""
    may_read = can_read_thread(user, thread)
    if not may_read:
        return may_read
    review = thread.review
    may = can_talk(user, review)
    if not may:
        return may
    seats = seats_of(review)
    blind = is_blind(user, review, seats=seats, is_open=is_open(review, seats))
    if blind and thread.opened_by_id != user.pk:
        return no(gettext("A lead opened this thread and resolves it."))
    return YES


def is_blind(
    user: User, review: Review, *, seats: Collection[ReviewAssignment], is_open: bool
) -> bool:
    """Whether this person must not learn what reviewers of the round are at. No query.

    Everybody who reviews or might be asked to, also one who was recused. ``seats``: all of the
    round; ``is_open``: see there.
    """
    if not review.is_sensitive or is_open:
        return False
    return user.has_perm("reviews.review_usecase") or any(
        seat.reviewer_id == user.pk for seat in seats
    )


def is_open(review: Review, seats: Collection[ReviewAssignment]) -> bool:
    """Whether the reviewers' work shows to the office: all have signed, or it was shown before."""
    signed = [seat for seat in seats if seat.signed_off_at is not None]
    return shows_to_the_office(review, signed)


def seats_of(review: Review) -> list[ReviewAssignment]:
    return list(ReviewAssignment.objects.filter(review=review))


# Sets ---------------------------------------------------------------------------------------------


def visible_threads(user: User, review: Review, *, blind: bool) -> QuerySet[Thread]:
    """The pair of ``can_read_thread`` for who ``can_read_talk``; ``blind``: as ``is_blind`` says.

    A thread in which nothing was posted yet is a draft of the person who opened it.
    """
    posted = Comment.objects.filter(thread=OuterRef("pk"), posted_at__isnull=False)
    own = Q(opened_by=user)
    rows = Thread.objects.filter(review=review)
    if not blind:
        return rows.filter(own | Exists(posted))
    leads = leads_of(review)
    to_me = Exists(posted.filter(by__in=leads, mentions=user))
    return rows.filter(own | Q(to_me, opened_by__in=leads))


def visible_comments(
    user: User, review: Review, *, blind: bool, seats: Collection[ReviewAssignment]
) -> QuerySet[Comment]:
    """Posted comments of the visible threads and this person's drafts."""
    rows = Comment.objects.filter(
        Q(posted_at__isnull=False) | Q(by=user),
        thread__in=visible_threads(user, review, blind=blind),
    )
    if blind:
        rows = rows.exclude(by__in={seat.reviewer_id for seat in seats} - {user.pk})
    return rows


def mentionable(review: Review, *, by: User, thread: Thread | None) -> QuerySet[User]:
    """Whom ``by`` may mention in this thread, or in a new one: who may read it once mentioned."""
    case = review.use_case
    roles = [role.value for role, codes in ROLES.items() if codes & set(_READING)]
    asked = ReferralMember.objects.filter(referral__use_case=case).values("user")
    able = (
        Q(groups__name__in=roles)
        | Q(pk__in=Outsider.objects.filter(use_case=case).values("user"))
        | Q(groups__name=Role.PANEL.value, pk__in=asked)
    )
    team = Membership.objects.filter(team_id=case.team_id).values("user")
    authors = CoAuthor.objects.filter(use_case=case).values("user")
    people = User.objects.filter(able, is_active=True).exclude(
        Q(pk=by.pk) | Q(pk__in=team) | Q(pk__in=authors)
    )
    seats = seats_of(review)
    if review.is_sensitive and not is_open(review, seats):
        people = _unless_blind(people, review, seats, by=by, thread=thread)
    return people.distinct().order_by("full_name", "username")


def leads_of(review: Review) -> QuerySet[User]:
    """Leads, those brought in for this case too, who do not review this round."""
    brought_in = Outsider.objects.filter(use_case=review.use_case_id, party=Party.LEAD)
    seated = ReviewAssignment.objects.filter(review=review).values("reviewer")
    role = Q(groups__name=Role.LEAD.value)
    return User.objects.filter(role | Q(pk__in=brought_in.values("user"))).exclude(pk__in=seated)


def _unless_blind(
    people: QuerySet[User],
    review: Review,
    seats: Collection[ReviewAssignment],
    *,
    by: User,
    thread: Thread | None,
) -> QuerySet[User]:
    """A lead may bring a reviewer into a thread of a lead; a reviewer's own stays their own."""
    opener = thread.opened_by if thread else by
    reviewing = [role.value for role, codes in ROLES.items() if "review_usecase" in codes]
    blind = Q(groups__name__in=reviewing) | Q(pk__in=[seat.reviewer_id for seat in seats])
    leads = leads_of(review)
    if leads.filter(pk=by.pk).exists() and leads.filter(pk=opener.pk).exists():
        return people
    hidden = User.objects.filter(blind).exclude(pk=opener.pk)
    return people.exclude(pk__in=hidden.values("pk"))


def _posted(thread: Thread) -> QuerySet[Comment]:
    return Comment.objects.filter(thread=thread, posted_at__isnull=False)
