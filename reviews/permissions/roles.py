"""Roles: one table from role to permission codenames of ``reviews``."""

from collections.abc import Mapping
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
