"""Who may see a team, and change who is in it."""

from django.utils.translation import gettext

from reviews.models import Membership, Team, User
from reviews.permissions.rulings import YES, Ruling, no


def may_manage(user: User) -> bool:
    """Leads and administrators look after all teams."""
    return user.has_perm("reviews.assign_reviewer") or user.has_perm("reviews.administer_portal")


def can_create_team(user: User) -> Ruling:
    if may_manage(user):
        return YES
    return no(
        gettext("Only leads and administrators can create a team. Ask the responsible-AI office.")
    )


def can_change_members(user: User, team: Team) -> Ruling:
    """Members bring in colleagues themselves; leads and administrators may help every team."""
    if may_manage(user) or Membership.objects.filter(team=team, user=user).exists():
        return YES
    return no(gettext("Only the team's members, leads and administrators can change who is in it."))


def can_view(user: User, team: Team) -> Ruling:
    """The pair of ``selectors.teams.visible_to``."""
    if user.has_perm("reviews.read_every_usecase"):
        return YES
    return can_change_members(user, team)
