"""What the start page shows: what waits for this person, and where their cases stand."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from reviews.domain.enums import State
from reviews.models import CoAuthor, Membership, UseCase, User


@dataclass(frozen=True, slots=True)
class Tile:
    """How many cases stand in one state; ``count`` is what the list shows under this filter."""

    state: State
    count: int


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
