"""For whom a round waits, as a condition in the database: the pair of ``workbench.lines``."""

from collections.abc import Collection

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from reviews.domain.enums import ReviewKind, State
from reviews.models import ReferralMember, Review, ReviewAssignment, User
from reviews.selectors.workbench import OPEN, Awaited

NOBODY = "none"
ME = "me"


def open_rounds() -> QuerySet[Review]:
    """Every round on which somebody has to act."""
    return Review.objects.filter(closed_at__isnull=True, use_case__state__in=OPEN)


def awaiting(rounds: QuerySet[Review], whom: Collection[str]) -> QuerySet[Review]:
    """Those of the rounds that wait for one of these (values of ``Awaited``)."""
    active = ReviewAssignment.objects.filter(review=OuterRef("pk"), recused_at__isnull=True)
    seats = active.order_by().values("review").annotate(found=Count("pk")).values("found")
    asked = ReferralMember.objects.filter(
        referral__use_case=OuterRef("use_case"),
        referral__closed_at__isnull=True,
        given_at__isnull=True,
    )
    conditions = _conditions(Q(Exists(asked)))
    wanted = Q()
    for one in whom:
        wanted |= conditions[Awaited(one)]
    return rounds.alias(
        seats_taken=Coalesce(Subquery(seats, output_field=IntegerField()), Value(0)),
        seats_needed=Case(When(is_sensitive=True, then=2), default=1),
    ).filter(wanted)


def _conditions(panel_is_asked: Q) -> dict[Awaited, Q]:
    """One of them holds for every open round."""
    state = "use_case__state"
    appeal = Q(**{state: State.UNDER_APPEAL}) | Q(kind=ReviewKind.APPEAL)
    elsewhere = [State.NEEDS_INFORMATION, State.AWAITING_COUNTERSIGNATURE, State.REFERRED]
    here = ~Q(**{f"{state}__in": elsewhere})
    referred = Q(**{state: State.REFERRED})
    reviewing = Q(**{state: State.IN_REVIEW}) & ~Q(kind=ReviewKind.APPEAL)
    lacking = Q(seats_taken__lt=F("seats_needed"))
    return {
        Awaited.TEAM: Q(**{state: State.NEEDS_INFORMATION}),
        Awaited.SECOND_LEAD: Q(**{state: State.AWAITING_COUNTERSIGNATURE}),
        Awaited.PANEL: referred & panel_is_asked,
        Awaited.LEAD_OF_APPEAL: here & appeal,
        Awaited.ASSIGNMENT: reviewing & lacking,
        Awaited.REVIEWERS: reviewing & ~lacking,
        Awaited.LEAD: (referred & ~panel_is_asked)
        | (here & ~appeal & ~Q(**{state: State.IN_REVIEW})),
    }


def reviewed_by(rounds: QuerySet[Review], whom: Collection[str], *, reader: User) -> QuerySet:
    """Those of the rounds with one of these reviewers: ``me``, ``none`` or usernames.

    Where the reader reviews and still has to be blind to the other reviewer, the other's name
    finds nothing.
    """
    active = ReviewAssignment.objects.filter(review=OuterRef("pk"), recused_at__isnull=True)
    wanted = Q()
    names = [one for one in whom if one not in (ME, NOBODY, reader.username)]
    if ME in whom or reader.username in whom:
        wanted |= Q(Exists(active.filter(reviewer=reader)))
    if NOBODY in whom:
        wanted |= ~Q(Exists(active))
    if names:
        named = Q(Exists(active.filter(reviewer__username__in=names)))
        wanted |= named & ~is_blind_to_the_other(reader)
    return rounds.filter(wanted)


def is_blind_to_the_other(reader: User) -> Q:
    """Of a round: the reader reviews it, and somebody in it has not signed off."""
    active = ReviewAssignment.objects.filter(review=OuterRef("pk"), recused_at__isnull=True)
    unsigned = active.filter(signed_off_at__isnull=True)
    return Q(Exists(active.filter(reviewer=reader))) & Q(Exists(unsigned))
