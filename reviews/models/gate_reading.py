"""The current catalogue as the gate reads it: one value per capability."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import DateField, Model

from reviews.domain.gate import Policies
from reviews.domain.gate.reading import catalogue
from reviews.models.catalogue import Capability, CapabilityPolicy
from reviews.models.gate_rules import GateRule, Probe, UseRule

Holidays = Callable[[str], frozenset[date]]
"""The holidays of a calendar by its name: ``integrations.data_files.holidays``."""


def policies(slugs: Collection[str] | None, *, holidays: Holidays) -> dict[str, Policies]:
    """These capabilities by slug, or all of them; unknown slugs are left out. One query."""
    asked = None if slugs is None else list(slugs)
    with connection.cursor() as cursor:
        cursor.execute(_CATALOGUE, {"slugs": asked})
        texts = cursor.fetchone()
    tables = {
        name: [_typed(model, row) for row in json.loads(text)]
        for (name, model), text in zip(_TABLES.items(), texts, strict=True)
    }
    for row in tables["policy"]:
        row["capabilities"] = [row.pop("slug")]
    names = {str(row["holiday_calendar"]) for row in tables["policy"]}
    return catalogue(tables, {name: holidays(name) for name in names})


_TABLES: Mapping[str, type[Model]] = {
    "capability": Capability,
    "policy": CapabilityPolicy,
    "use": UseRule,
    "gate_rule": GateRule,
    "probe": Probe,
}
# Five small tables in one answer: the gate is asked on many pages.
_CATALOGUE = """
SELECT
    (SELECT COALESCE(JSONB_AGG(TO_JSONB(capability) ORDER BY position, id), '[]')
     FROM reviews_capability capability
     WHERE is_current AND (%(slugs)s::text[] IS NULL OR slug = ANY (%(slugs)s::text[]))),
    (SELECT COALESCE(JSONB_AGG(
        TO_JSONB(policy) || JSONB_BUILD_OBJECT('slug', capability.slug)
        ORDER BY capability.position, policy.effective_from, policy.version DESC), '[]')
     FROM reviews_capabilitypolicy policy
     JOIN reviews_capability capability ON capability.id = policy.capability_id
     WHERE policy.is_current AND capability.is_current
        AND (%(slugs)s::text[] IS NULL OR capability.slug = ANY (%(slugs)s::text[]))),
    (SELECT COALESCE(JSONB_AGG(TO_JSONB(rule) ORDER BY position, version DESC), '[]')
     FROM reviews_userule rule WHERE is_current),
    (SELECT COALESCE(JSONB_AGG(TO_JSONB(rule) ORDER BY position, version DESC), '[]')
     FROM reviews_gaterule rule WHERE is_current),
    (SELECT COALESCE(JSONB_AGG(TO_JSONB(probe) ORDER BY position, version DESC), '[]')
     FROM reviews_probe probe WHERE is_current)
"""


def _typed(model: type[Model], row: dict[str, Any]) -> dict[str, Any]:
    """Days as days again."""
    days = {
        field.attname: field
        for field in model._meta.concrete_fields
        if isinstance(field, DateField)
    }
    return {
        name: days[name].to_python(value) if name in days else value for name, value in row.items()
    }
