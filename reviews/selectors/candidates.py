"""Who could be assigned to a round, who could not and why, and how busy each is."""

from dataclasses import dataclass

from django.contrib.auth.backends import ModelBackend
from django.db.models import Count, Q, QuerySet, Value

from reviews.domain.enums import Party, State
from reviews.models import (
    CoAuthor,
    ConflictOfInterest,
    Countersignature,
    DecisionRound,
    Membership,
    Outsider,
    Review,
    ReviewAssignment,
    Submission,
    UseCase,
    User,
)

BACKEND = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"


class Bar:
    """Why somebody cannot review a case: message ids."""

    TEAM = "team"
    CO_AUTHOR = "co_author"
    FILED = "filed"
    CONFLICT = "conflict"
    DECIDED = "decided"
    COUNTERSIGNED = "countersigned"
    RECUSED = "recused"
    ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reviewer; ``bar`` is empty where nothing stands in the way. ``load``: open reviews."""

    person: User
    load: int
    bar: str


def candidates(review: Review) -> list[Candidate]:
    """Everybody who may review at all: the free ones first, the least busy of them first.

    The pair of ``permissions.reviewing.can_be_assigned``; a test holds them equal. Three queries.
    """
    named = Outsider.objects.filter(use_case=review.use_case_id, party=Party.REVIEWER)
    holders = User.objects.with_perm("reviews.review_usecase", backend=BACKEND)
    people = User.objects.filter(
        Q(pk__in=holders.values("pk")) | Q(pk__in=named.values("user")), is_active=True
    )
    loads = dict(
        ReviewAssignment.objects.filter(
            recused_at__isnull=True,
            signed_off_at__isnull=True,
            review__closed_at__isnull=True,
            review__use_case__state__in=[State.IN_REVIEW, State.NEEDS_INFORMATION],
        )
        .order_by()
        .values_list("reviewer")
        .annotate(Count("pk"))
    )
    bars = _bars(review)
    found = [Candidate(one, loads.get(one.pk, 0), bars.get(one.pk, "")) for one in people]
    return sorted(found, key=lambda one: (bool(one.bar), one.load, str(one.person).casefold()))


def in_conflict(use_case: UseCase) -> QuerySet[ConflictOfInterest]:
    """Declared with the case's team or customer, and not ended."""
    wanted = Q(team=use_case.team_id)
    if use_case.customer_id is not None:
        wanted |= Q(customer=use_case.customer_id)
    return ConflictOfInterest.objects.filter(wanted, ended_at__isnull=True).order_by()


def reviewers() -> QuerySet[User]:
    """Everybody with the role, whatever the case."""
    holders = User.objects.with_perm("reviews.review_usecase", backend=BACKEND)
    return holders.filter(is_active=True).order_by("full_name", "username").distinct()


def _bars(review: Review) -> dict[int, str]:
    """By key of the person; the weightiest reason stands. One query."""
    case = review.use_case_id
    seats = ReviewAssignment.objects.filter(review=review)
    sources: list[tuple[str, str, QuerySet]] = [
        (Bar.ASSIGNED, "reviewer", seats.filter(recused_at__isnull=True)),
        (Bar.RECUSED, "reviewer", seats.filter(recused_at__isnull=False)),
        (Bar.COUNTERSIGNED, "by", Countersignature.objects.filter(decision_round__use_case=case)),
        (Bar.DECIDED, "decided_by", DecisionRound.objects.filter(use_case=case)),
        (Bar.CONFLICT, "user", in_conflict(review.use_case)),
        (Bar.FILED, "statement_by", Submission.objects.filter(use_case=case)),
        (Bar.CO_AUTHOR, "user", CoAuthor.objects.filter(use_case=case)),
        (Bar.TEAM, "user", Membership.objects.filter(team=review.use_case.team_id)),
    ]
    first, *others = [
        rows.order_by().annotate(weight=Value(weight)).values_list("weight", person)
        for weight, (_, person, rows) in enumerate(sources)
    ]
    found = sorted(first.union(*others, all=True))
    return {person: sources[weight][0] for weight, person in found}
