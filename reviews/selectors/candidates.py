"""Who could be assigned to a round, who could not and why, and how busy each is."""

from dataclasses import dataclass

from django.contrib.auth.backends import ModelBackend
from django.db.models import Count, Q, QuerySet

from reviews.domain.enums import Party, State
from reviews.models import (
    CoAuthor,
    Countersignature,
    DecisionRound,
    Membership,
    Outsider,
    Review,
    ReviewAssignment,
    Submission,
    User,
)

BACKEND = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"


class Bar:
    """Why somebody cannot review a case: message ids."""

    TEAM = "team"
    CO_AUTHOR = "co_author"
    FILED = "filed"
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

    The pair of ``permissions.reviewing.can_be_assigned``; a test holds them equal. Eight queries.
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


def reviewers() -> QuerySet[User]:
    """Everybody with the role, whatever the case."""
    holders = User.objects.with_perm("reviews.review_usecase", backend=BACKEND)
    return holders.filter(is_active=True).order_by("full_name", "username").distinct()


def _bars(review: Review) -> dict[int, str]:
    """By key of the person; the weightiest reason stands."""
    case = review.use_case_id
    seats = ReviewAssignment.objects.filter(review=review)
    sources = [
        (Bar.ASSIGNED, seats.filter(recused_at__isnull=True).values_list("reviewer")),
        (Bar.RECUSED, seats.filter(recused_at__isnull=False).values_list("reviewer")),
        (
            Bar.COUNTERSIGNED,
            Countersignature.objects.filter(decision_round__use_case=case).values_list("by"),
        ),
        (Bar.DECIDED, DecisionRound.objects.filter(use_case=case).values_list("decided_by")),
        (Bar.FILED, Submission.objects.filter(use_case=case).values_list("statement_by")),
        (Bar.CO_AUTHOR, CoAuthor.objects.filter(use_case=case).values_list("user")),
        (Bar.TEAM, Membership.objects.filter(team=review.use_case.team_id).values_list("user")),
    ]
    return {key: bar for bar, rows in sources for (key,) in rows}
