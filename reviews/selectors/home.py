"""What the start page shows: what waits for this person, and where their cases stand."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from reviews.domain.enums import ConditionState, State
from reviews.models import CoAuthor, Condition, Decision, Membership, UseCase, User


@dataclass(frozen=True, slots=True)
class Tile:
    """How many cases stand in one state; ``count`` is what the list shows under this filter."""

    state: State
    count: int


@dataclass(frozen=True, slots=True)
class Promise:
    """A condition that this person must keep or verify."""

    condition: Condition
    to_verify: bool
    is_overdue: bool


def tiles(user: User) -> list[Tile]:
    """A tile per state with cases this person may see, in the order of the enum. One query."""
    rows = UseCase.objects.visible_to(user).order_by().values_list("state").annotate(Count("pk"))
    counts = dict(rows)
    return [Tile(state, counts[state]) for state in State if counts.get(state)]


def own_cases(user: User) -> QuerySet[UseCase]:
    """Cases on whose requester's side this person stands and which still move, newest first."""
    mine = Q(Exists(Membership.objects.filter(user=user, team=OuterRef("team")))) | Q(
        Exists(CoAuthor.objects.filter(user=user, use_case=OuterRef("pk")))
    )
    return (
        UseCase.objects.filter(mine)
        .exclude(state=State.WITHDRAWN)
        .select_related("team")
        .order_by("-updated_at", "-pk")
    )


def promises(user: User, *, on: date, limit: int = 10) -> list[Promise]:
    """Open conditions that wait for this person, the earliest due day first. One query."""
    rows = (
        Condition.objects.filter(
            Q(owner=user, state=ConditionState.OPEN)
            | Q(verifier=user, state=ConditionState.PROOF_GIVEN)
        )
        .filter(decision__in=Decision.objects.in_force())
        .select_related("decision__decision_round__use_case")
        .order_by("due_on", "pk")[:limit]
    )
    return [
        Promise(row, to_verify=row.state == ConditionState.PROOF_GIVEN, is_overdue=row.due_on < on)
        for row in rows
    ]
