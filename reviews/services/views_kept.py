"""Keep a list under its filter by a name, share it with a team, and take it away again."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind, ListName
from reviews.domain.errors import BadInput
from reviews.models import SavedView, Team, User
from reviews.permissions.rulings import require
from reviews.permissions.views_kept import can_change_view, can_share_with
from reviews.services import audit

MOST_VIEWS = 40
"""Views that one person keeps of one list."""
MOST_NAME, MOST_WORDS = 80, 1000
"""Characters, as the columns hold them."""


@transaction.atomic
def save(
    list_name: ListName,
    *,
    name: str,
    words: str,
    team: Team | None,
    by: User,
    at: datetime,
    on: date,
) -> SavedView:
    """Raises ``BadInput`` for a name that is empty or taken, ``NotPermitted`` for a team that the
    person is not in."""
    list(User.objects.select_for_update().filter(pk=by.pk).values("pk"))
    if team is not None:
        require(can_share_with(by, team))
    own = SavedView.objects.filter(owner=by, list_name=list_name)
    if own.count() >= MOST_VIEWS:
        raise BadInput(
            gettext("You keep %(n)d views of this list, as many as there can be. Delete one first.")
            % {"n": MOST_VIEWS}
        )
    if len(words) > MOST_WORDS:
        raise BadInput(gettext("This filter is too long to keep. Take some of it away."))
    if "\0" in name + words:
        raise BadInput(gettext("There is a sign in it that cannot be kept. Type it anew."))
    view = SavedView.objects.create(
        owner=by,
        list_name=list_name,
        name=_free_name(own, name),
        words=words,
        team=team,
        saved_at=at,
    )
    _record(AuditKind.VIEW_SAVED, view, by=by, at=at, on=on)
    return view


@transaction.atomic
def change(
    view: SavedView,
    *,
    name: str,
    team: Team | None,
    by: User,
    at: datetime,
    on: date,
    words: str | None = None,
) -> SavedView:
    """Rename it, share it or not; ``words``: keep another filter under it. Raises as ``save``."""
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    require(can_change_view(by, view))
    if team is not None and team.pk != view.team_id:
        require(can_share_with(by, team))
    others = SavedView.objects.filter(owner=by, list_name=view.list_name).exclude(pk=view.pk)
    view.name = _free_name(others, name)
    view.team = team
    view.words = view.words if words is None else words
    view.save(update_fields=["name", "team", "words"])
    _record(AuditKind.VIEW_SAVED, view, by=by, at=at, on=on)
    return view


@transaction.atomic
def remove(view: SavedView, *, by: User, at: datetime, on: date) -> None:
    """It can be saved again as it was; that is the undo."""
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    require(can_change_view(by, view))
    _record(AuditKind.VIEW_REMOVED, view, by=by, at=at, on=on)
    view.delete()


def _free_name(others: QuerySet[SavedView], name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadInput(gettext("Give the view a name."))
    if len(name) > MOST_NAME:
        raise BadInput(gettext("This name is too long. Eighty characters are the most."))
    if others.filter(name__iexact=name).exists():
        raise BadInput(gettext("You have a view of this name already. Choose another name."))
    return name


def _record(kind: AuditKind, view: SavedView, *, by: User, at: datetime, on: date) -> None:
    audit.record(
        kind,
        subject=view,
        by=by,
        at=at,
        on=on,
        list=view.list_name,
        team=view.team.uid if view.team else "",
    )
