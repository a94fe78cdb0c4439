"""Who may begin a use case, and read what is still being written."""

from django.utils.translation import gettext

from reviews.models import Membership, Team, UseCase, User
from reviews.permissions.involvement import Part, involvement_of
from reviews.permissions.rulings import YES, Ruling, no


def can_create(user: User, team: Team) -> Ruling:
    """Members file for their own team."""
    if Membership.objects.filter(user=user, team=team).exists():
        return YES
    return no(gettext("Only members of a team can begin a use case for it."))


def can_read_draft(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    """Read the working answers, whatever the state; who reviews reads submissions instead."""
    if user.has_perm("reviews.read_every_usecase"):
        return YES
    if involvement_of(user, use_case, part).on_requesters_side:
        return YES
    return no(gettext("Only the team and its co-authors can read the working answers."))
