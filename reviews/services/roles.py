"""Write the roles table into groups, and give roles to people."""

from collections.abc import Collection
from datetime import date, datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from reviews.domain.enums import AuditKind, Role
from reviews.models import AuditHead, User
from reviews.permissions.roles import ROLES
from reviews.services import audit


@transaction.atomic
def sync(*, at: datetime, on: date) -> int:
    """Make the groups equal to the table; returns how many groups changed."""
    changed = []
    known = {
        permission.codename: permission
        for permission in Permission.objects.filter(content_type__app_label="reviews")
    }
    for role, codenames in ROLES.items():
        group, created = Group.objects.get_or_create(name=role.value)
        wanted = {known[codename] for codename in codenames}
        if created or set(group.permissions.all()) != wanted:
            group.permissions.set(wanted)
            changed.append(role.value)
    if changed:
        head, _ = AuditHead.objects.get_or_create(pk=1)
        audit.record(AuditKind.ROLES_SYNCED, subject=head, by=None, at=at, on=on, roles=changed)
    return len(changed)


def give(user: User, roles: Collection[Role]) -> None:
    """Add the roles to what the person holds already. Call inside a transaction that records it."""
    user.groups.add(*Group.objects.filter(name__in=[role.value for role in roles]))
