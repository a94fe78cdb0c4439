"""Who may begin a use case, and read what is still being written."""

from reviews.models import Membership, Team, UseCase, User
from reviews.permissions.rulings import YES, Ruling, no
from reviews.permissions.use_cases import stands_on_requesters_side


def can_create(user: User, team: Team) -> Ruling:
    """Members file for their own team."""
    if Membership.objects.filter(user=user, team=team).exists():
        return YES
    return no("Only members of a team can begin a use case for it.")


def can_read_draft(user: User, use_case: UseCase) -> Ruling:
    """Read the working answers, whatever the state; who reviews reads submissions instead."""
    if stands_on_requesters_side(user, use_case) or user.has_perm("reviews.read_every_usecase"):
        return YES
    return no("Only the team and its co-authors can read the working answers.")
