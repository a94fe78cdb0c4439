"""What the catalogue says to an application, an exception or an extension. Reads only."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Q, QuerySet

from reviews.domain import gate
from reviews.domain.enums import Sector
from reviews.domain.gate import reading
from reviews.domain.gate.facts import EndUser, Said
from reviews.domain.gate.stops import TESTS, stops
from reviews.domain.vetting_fields import PUBLIC_BODIES
from reviews.models.catalogue import Capability, CapabilityPolicy, Operation
from reviews.models.gate_rules import GateRule, UseKind, UseRule, UseSector


def policy_in_force(capability: Capability, *, on: date) -> CapabilityPolicy | None:
    """The policy with the latest first day reached; ``None`` before all. One query."""
    return (
        CapabilityPolicy.objects.current()
        .filter(capability=capability, effective_from__lte=on)
        .order_by("effective_from")
        .last()
    )


def approved_uses(policy: CapabilityPolicy, *, sector: str, on: date) -> QuerySet[UseRule]:
    """The closed list for this sector as it stands on this day; empty where no list is known."""
    if not policy.use_list:
        return UseRule.objects.none()
    return (
        UseRule.objects.current()
        .filter(
            kind=UseKind.APPROVED,
            use_list=policy.use_list,
            sector__in=[sector, UseSector.ANY],
        )
        .filter(Q(in_force_from__isnull=True) | Q(in_force_from__lte=on))
        .order_by("position")
    )


def sector_that_counts(sector: str, vetting: Mapping[str, object]) -> str:
    """Police and armed forces are public, whoever sells to them."""
    return Sector.PUBLIC if vetting.get("end_user") in PUBLIC_BODIES else sector


def operations_of(capability: Capability) -> dict[str, str]:
    """Code and name of the calls that use the capability; the gated ones, where there are any."""
    rows = Operation.objects.current().filter(capability_slugs__contains=[capability.slug])
    gated = {row.code: row.name for row in rows if row.is_gated}
    return gated or {row.code: row.name for row in rows}


def hard_stops(
    capability: Capability, vetting: Mapping[str, object], *, on: date
) -> list[gate.Finding]:
    """The stops of the gate that these answers set on this day. One query."""
    rules = {
        table["code"]: reading.gate_rule(table, {})
        for table in GateRule.objects.current().filter(code__in=TESTS).values()
    }
    policies = gate.Policies(
        slug=capability.slug,
        name=capability.name,
        family=capability.family,
        is_face_service=capability.is_face_service,
        rules=rules,
    )
    end_user = str(vetting.get("end_user") or EndUser.UNKNOWN)
    facts = gate.Facts(
        end_user=EndUser(end_user) if end_user in set(EndUser) else EndUser.OTHER,
        realtime_bodycam=Said(str(vetting.get("realtime_bodycam") or Said.UNKNOWN)),
    )
    found = stops(policies, facts, on, gate.Answer.ALLOWED)
    return [finding for finding in found if finding.kind is gate.Kind.STOP]
