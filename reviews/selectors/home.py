"""What the start page shows: what waits for this person, and where their cases stand."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from reviews.domain.enums import State
from reviews.domain.tallies import IMPORTED, Measure
from reviews.models import Tally, UseCase, User
from reviews.models.use_case import on_side_of


@dataclass(frozen=True, slots=True)
class Tile:
    """How many cases stand in one state; ``count`` is what the list shows under this filter."""

    state: State
    count: int


def tiles(user: User) -> list[Tile]:
    """A tile per state with cases this person may see, in the order of the enum. One query.

    The office reads the summary rows: they hold what counting every case would find.
    """
    counts: Counter[str] = Counter()
    for state, count in _counted(user):
        counts[State.DRAFT if state == IMPORTED else state] += count
    return [Tile(state, counts[state]) for state in State if counts[state]]


def _counted(user: User) -> QuerySet:
    """State, or ``IMPORTED``, and how many; of one state there may be several rows."""
    cases = UseCase.objects.visible_to(user).order_by()
    own = cases.values_list("state").annotate(Count("pk"))
    sees_all = user.has_perm("reviews.read_every_usecase")
    if not sees_all and not user.has_perm("reviews.review_usecase"):
        return own
    sums = Tally.objects.filter(measure=Measure.STATE).order_by().values_list("key")
    if sees_all:
        return sums.annotate(Sum("count"))
    unseen = (State.DRAFT, IMPORTED)  # of drafts a reviewer sees only some
    others = sums.exclude(key__in=unseen).annotate(Sum("count"))
    return others.union(own.filter(state=State.DRAFT), all=True)


def own_cases(user: User) -> QuerySet[UseCase]:
    """Cases on whose requester's side this person stands and which still move, newest first."""
    return (
        UseCase.objects.filter(on_side_of(user))
        .exclude(state=State.WITHDRAWN)
        .select_related("team")
        .order_by("-updated_at", "-pk")
    )
