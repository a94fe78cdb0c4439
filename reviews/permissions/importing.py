"""Who may bring inventories in."""

from django.utils.translation import gettext

from reviews.models import User
from reviews.permissions.rulings import YES, Ruling, no


def can_import(user: User) -> Ruling:
    """The central office: leads and administrators."""
    if user.has_perm("reviews.assign_reviewer") or user.has_perm("reviews.administer_portal"):
        return YES
    return no(gettext("Only leads and administrators can import use cases."))
