"""Who may move the demo's clock."""

from django.utils.translation import gettext

from reviews.models import User
from reviews.permissions.rulings import YES, Ruling, no


def can_advance_clock(user: User) -> Ruling:
    if user.has_perm("reviews.administer_portal"):
        return YES
    return no(gettext("Only an administrator moves the demo's clock."))
