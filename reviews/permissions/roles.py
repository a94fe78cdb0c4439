"""Roles: one table from role to permission codenames of ``reviews``."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from reviews.domain.enums import Role

ROLES: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        Role.REQUESTER: frozenset(),
        Role.REVIEWER: frozenset({"review_usecase"}),
        Role.LEAD: frozenset({"read_every_usecase", "assign_reviewer", "decide_usecase"}),
        Role.PANEL: frozenset({"advise_usecase"}),
        Role.SUNSET_OWNER: frozenset({"own_sunset"}),
        Role.AUDITOR: frozenset({"read_every_usecase"}),
        Role.ADMIN: frozenset({"read_every_usecase", "administer_portal"}),
    }
)


def permissions_of(role_names: Iterable[str]) -> frozenset[str]:
    """Codenames that these roles give; a group that is no role gives none."""
    known = set(Role)
    return frozenset().union(*(ROLES[Role(name)] for name in role_names if name in known))
