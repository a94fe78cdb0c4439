"""Who may see, change and share a kept view of a list."""

from django.utils.translation import gettext

from reviews.models import Membership, SavedView, Team, User
from reviews.permissions.rulings import YES, Ruling, no


def can_change_view(user: User, view: SavedView) -> Ruling:
    if view.owner_id == user.pk:
        return YES
    return no(gettext("Only the person who saved this view can change it. Save one of your own."))


def can_share_with(user: User, team: Team) -> Ruling:
    if Membership.objects.filter(user=user, team=team).exists():
        return YES
    return no(gettext("You can share a view with a team that you are in."))
