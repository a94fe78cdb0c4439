"""Kept views and chosen columns of one person on one list."""

import json
from dataclasses import dataclass

from django.db.models import Case, Exists, F, Func, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject

from reviews.domain.enums import ListName
from reviews.models import ColumnChoice, Membership, SavedView, Team, User
from reviews.selectors.gathering import listed
from reviews.selectors.list_filters import ListFilter

_VIEWS, _COLUMNS = "kept_views", "kept_columns"


@dataclass(frozen=True, slots=True)
class View:
    """A kept view. ``shared_by``: its owner, where the reader sees it through a team."""

    uid: str
    name: str
    words: str
    is_own: bool
    shared_by: str
    team: str


@dataclass(frozen=True, slots=True)
class Kept:
    """``columns`` is empty where the person has chosen none."""

    views: list[View]
    columns: list[str]


def seen_by(user: User) -> QuerySet[SavedView]:
    """A person's own views, and those shared with a team of theirs."""
    member = Membership.objects.filter(user=user, team=OuterRef("team"))
    return SavedView.objects.filter(Q(owner=user) | Q(Exists(member)))


def prepare(filters: ListFilter, list_name: ListName) -> None:
    """Have views and columns read in the same query as the filter's choices."""
    user = filters.user
    said = JSONObject(
        owner=F("owner__full_name"),
        user=F("owner__username"),
        team=F("team__name"),
        own=Case(When(owner=user, then=Value(True)), default=Value(False)),
    )
    views = seen_by(user).filter(list_name=list_name)
    chosen = ColumnChoice.objects.filter(user=user, list_name=list_name)
    words = Func(F("columns"), Value(","), function="array_to_string")
    filters.gather_beside(
        **{
            _VIEWS: listed(views, "uid", "name", more="words", extra=said),
            _COLUMNS: listed(chosen, "list_name", "list_name", more=words),
        }
    )


def read(filters: ListFilter) -> Kept:
    """After ``prepare``. The person's own views come first."""
    views = []
    for row in filters.gathered(_VIEWS):
        said = json.loads(row.extra)
        owner = "" if said["own"] else said["owner"] or said["user"]
        views.append(View(row.key, row.label, row.more, said["own"], owner, said["team"] or ""))
    columns = [row.more.split(",") for row in filters.gathered(_COLUMNS)]
    return Kept(sorted(views, key=lambda view: not view.is_own), columns[0] if columns else [])


def own_views(user: User, list_name: ListName) -> QuerySet[SavedView]:
    return SavedView.objects.filter(owner=user, list_name=list_name).select_related("team")


def teams_of(user: User) -> QuerySet[Team]:
    """With whom a person may share."""
    return Team.objects.filter(memberships__user=user).order_by("name")
