"""The current catalogue as the gate reads it: one value per capability."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from reviews.domain.gate import Policies
from reviews.domain.gate.reading import catalogue
from reviews.models.catalogue import Capability, CapabilityPolicy
from reviews.models.gate_rules import GateRule, Probe, UseRule

Holidays = Callable[[str], frozenset[date]]
"""The holidays of a calendar by its name: ``integrations.data_files.holidays``."""


def policies(slugs: Collection[str] | None, *, holidays: Holidays) -> dict[str, Policies]:
    """These capabilities by slug, or all of them; unknown slugs are left out. Five queries."""
    capabilities = Capability.objects.current()
    if slugs is not None:
        capabilities = capabilities.filter(slug__in=slugs)
    dated = CapabilityPolicy.objects.current().filter(capability__in=capabilities)
    policy_tables = [
        {**row, "capabilities": [row.pop("capability__slug")]}
        for row in dated.values("capability__slug", *_POLICY_FIELDS)
    ]
    names = {str(row["holiday_calendar"]) for row in policy_tables}
    return catalogue(
        {
            "capability": _rows(capabilities.values()),
            "policy": policy_tables,
            "use": _rows(UseRule.objects.current().values()),
            "gate_rule": _rows(GateRule.objects.current().values()),
            "probe": _rows(Probe.objects.current().values()),
        },
        {name: holidays(name) for name in names},
    )


_POLICY_FIELDS = [field.attname for field in CapabilityPolicy._meta.concrete_fields]


def _rows(values: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list(values)
