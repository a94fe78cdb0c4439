"""What applications, grants and transfers check alike: policy, stops, list, customer, room."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.utils.translation import gettext

from reviews.domain import gate
from reviews.domain.access import Stopped, check_eligible
from reviews.domain.enums import GrantStanding
from reviews.domain.errors import StateConflict
from reviews.integrations.data_files import DATA, read
from reviews.models import AccessGrant, Capability, CapabilityPolicy, Customer, User
from reviews.models.access_policy import approved_uses, hard_stops, policy_in_force
from reviews.models.catalogue import Stance
from reviews.services.reminding import deadlines


@cache
def personal_mail() -> frozenset[str]:
    """Domains of providers of personal mail, from the data file."""
    name = Path("access", "personal_mail.toml")
    return frozenset(read(DATA / name, name=name)["domains"])


def policy_for_application(capability: Capability, *, on: date) -> CapabilityPolicy:
    """The policy that takes applications on this day. Raises ``StateConflict`` if none does.

    Retired and limited access differ: what is retired takes no application.
    """
    policy = policy_in_force(capability, on=on)
    if policy is None or policy.stance == Stance.OPEN:
        raise StateConflict(
            gettext("%(capability_name)s is open: nobody has to apply for it.")
            % {"capability_name": capability.name}
        )
    if policy.stance == Stance.RETIRED:
        raise StateConflict(
            gettext(
                "%(capability_name)s is retired and takes no application. Only a named exception"
                " or a granted extension permits it."
            )
            % {"capability_name": capability.name}
        )
    return policy


def check_stops(capability: Capability, answers: Mapping[str, object], *, on: date) -> None:
    """Raises ``Stopped`` with the gate's own words for a use that a hard stop forbids."""
    found = hard_stops(capability, answers, on=on)
    if found:
        raise Stopped(" ".join(gate.text_of(finding) for finding in found))


def check_customer(customer: Customer, policy: CapabilityPolicy) -> None:
    """Eligible means managed, where the policy asks for it."""
    check_eligible(
        customer.name,
        is_managed=customer.is_managed,
        required=policy.requires_managed_customer,
        meaning=policy.eligibility_note,
    )


def check_listed(policy: CapabilityPolicy, use_code: str, sector: str, *, on: date) -> None:
    """Raises ``StateConflict`` for a use that is not on the sector's closed list on this day."""
    if not policy.use_list:
        return
    if not approved_uses(policy, sector=sector, on=on).filter(code=use_code).exists():
        raise StateConflict(
            f"{use_code or 'This use'} is not on the closed list for this sector"
            f" ({policy.use_list_edition}). {policy.feedback_route}".strip()
        )


def make_room(
    customer: Customer, capability: Capability, use_code: str, *, by: User, at: datetime, on: date
) -> str | None:
    """One grant at a time for a use: a running one refuses another, a lapsed one is closed.

    Returns the key of the grant that was closed. Raises ``StateConflict``.
    """
    held = held_grant(customer, capability, use_code)
    if held is None:
        return None
    if held.standing(on=on) is GrantStanding.RUNNING:
        raise StateConflict(
            gettext("%(customer_name)s holds a grant for this use already.")
            % {"customer_name": customer.name}
        )
    held.revoked_by, held.revoked_at, held.revoked_on = by, at, on
    held.revoked_reason = "It had lapsed, and a new grant took its place."
    held.save(update_fields=["revoked_by", "revoked_at", "revoked_on", "revoked_reason"])
    deadlines.follow_grant(held, at=at, on=on)
    return str(held.uid)


def held_grant(customer: Customer, capability: Capability, use_code: str) -> AccessGrant | None:
    """The grant for this use that is neither revoked nor transferred, locked; perhaps lapsed."""
    return (
        AccessGrant.objects.held()
        .select_for_update()
        .filter(customer=customer, capability=capability, use_code=use_code)
        .first()
    )
