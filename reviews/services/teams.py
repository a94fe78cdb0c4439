"""Create teams, and change who is in them."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind
from reviews.domain.errors import BadInput, StateConflict
from reviews.models import Membership, Team, User
from reviews.permissions.rulings import require
from reviews.permissions.teams import can_change_members, can_create_team
from reviews.services import audit


@transaction.atomic
def create_team(name: str, *, by: User, at: datetime, on: date) -> Team:
    """Raises ``NotPermitted``, ``BadInput`` for a name that is empty or taken."""
    require(can_create_team(by))
    name = " ".join(name.split())
    if not name:
        raise BadInput(gettext("Give the team a name."))
    if Team.objects.filter(name__iexact=name).exists():
        raise BadInput(
            gettext("There is a team “%(name)s” already. Search for it in the list.")
            % {"name": name}
        )
    team = Team.objects.create(name=name, created_at=at)
    audit.record(AuditKind.TEAM_CREATED, subject=team, by=by, at=at, on=on)
    return team


@transaction.atomic
def add_member(team: Team, *, person: User, by: User, at: datetime, on: date) -> Membership:
    """Raises ``NotPermitted``, or ``StateConflict`` where the person is in the team already."""
    team = Team.objects.select_for_update().get(pk=team.pk)
    require(can_change_members(by, team))
    if Membership.objects.filter(team=team, user=person).exists():
        raise StateConflict(
            gettext("%(person)s is in %(team)s already.") % {"person": person, "team": team}
        )
    membership = Membership.objects.create(team=team, user=person, since=at)
    audit.record(AuditKind.MEMBER_ADDED, subject=team, by=by, at=at, on=on, member=person.uid)
    return membership


@transaction.atomic
def remove_member(team: Team, *, person: User, by: User, at: datetime, on: date) -> None:
    """What the person filed stays with the team. Raises ``NotPermitted`` or ``StateConflict``."""
    team = Team.objects.select_for_update().get(pk=team.pk)
    require(can_change_members(by, team))
    gone, _ = Membership.objects.filter(team=team, user=person).delete()
    if not gone:
        raise StateConflict(
            gettext("%(person)s is not in %(team)s any more.") % {"person": person, "team": team}
        )
    audit.record(AuditKind.MEMBER_REMOVED, subject=team, by=by, at=at, on=on, member=person.uid)
