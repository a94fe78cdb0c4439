"""Who may begin a use case."""

from reviews.models import Membership, Team, User
from reviews.permissions.rulings import YES, Ruling, no


def can_create(user: User, team: Team) -> Ruling:
    """Members file for their own team."""
    if Membership.objects.filter(user=user, team=team).exists():
        return YES
    return no("Only members of a team can begin a use case for it.")
