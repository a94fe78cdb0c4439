"""Who may hold a token of the API, and for what."""

from collections.abc import Collection

from django.utils.translation import gettext

from reviews.domain.enums import Scope
from reviews.domain.errors import StateConflict
from reviews.models import ApiToken, User
from reviews.permissions.rulings import YES, Ruling, no

_WANTS = {
    Scope.AUDIT_READ: ("reviews.read_every_usecase",),
    Scope.ADMIN: ("reviews.administer_portal",),
}
"""Scopes that only some may give away: a token would not work for anybody else."""


def can_create_token(user: User, owner: User, scopes: Collection[Scope]) -> Ruling:
    """For oneself, or by an administrator for somebody else."""
    if owner.pk != user.pk and not user.has_perm("reviews.administer_portal"):
        return no(gettext("Only an administrator can create a token for somebody else."))
    if not owner.is_active:
        return no(
            gettext("%(owner)s cannot sign in, so a token would not work.") % {"owner": owner}
        )
    for scope in scopes:
        if not all(owner.has_perm(one) for one in _WANTS.get(scope, ())):
            return no(
                gettext("%(owner)s may not do what the scope “%(scope)s” is for.")
                % {"owner": owner, "scope": scope.value}
            )
    return YES


def can_revoke_token(user: User, token: ApiToken) -> Ruling:
    """The owner, or an administrator."""
    if token.owner_id != user.pk and not user.has_perm("reviews.administer_portal"):
        return no(gettext("Only the owner of a token or an administrator can revoke it."))
    if token.revoked_at is not None:
        return no(gettext("This token was revoked already."), StateConflict)
    return YES
