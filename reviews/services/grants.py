"""Keep a grant: confirm its facts again, hand it to another customer, revoke it."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.access import check_reason, check_reverify_by
from reviews.domain.enums import AuditKind, GrantStanding, Sector
from reviews.domain.errors import BadInput, StateConflict
from reviews.models import AccessGrant, CapabilityPolicy, Customer, GrantVerification, User
from reviews.models.access_policy import sector_that_counts
from reviews.permissions.access import can_reverify, can_revoke, can_transfer
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.access_rules import (
    check_customer,
    check_listed,
    check_stops,
    make_room,
    policy_for_application,
)
from reviews.services.reminding import deadlines


@transaction.atomic
def reverify(
    grant: AccessGrant, *, note: str, next_by: date, by: User, at: datetime, on: date
) -> GrantVerification:
    """The facts were confirmed; the grant runs on until ``next_by``. A lapsed grant runs again.

    ``note`` says what was confirmed and how. Raises ``NotPermitted``, ``NotEligible``, ``Stopped``,
    ``StateConflict``, ``Incomplete`` or ``BadInput``; then nothing was written.
    """
    customer, grant = _locked(grant)
    require(can_reverify(by, grant))
    note = check_reason(note, who_reads="it says what was confirmed, and how")
    check_reverify_by(next_by, on=on)
    policy = policy_for_application(grant.capability, on=on)
    check_customer(customer, policy)
    _check_use(grant, customer, policy, on=on)
    had_lapsed = grant.standing(on=on) is GrantStanding.LAPSED

    was, grant.reverify_by = grant.reverify_by, next_by
    grant.save(update_fields=["reverify_by"])
    verification = GrantVerification.objects.create(
        grant=grant, by=by, at=at, on=on, note=note, next_by=next_by
    )
    deadlines.follow_grant(grant, at=at, on=on)
    audit.record(
        AuditKind.GRANT_REVERIFIED,
        subject=grant,
        by=by,
        at=at,
        on=on,
        was=was,
        now=next_by,
        had_lapsed=had_lapsed,
    )
    return verification


@transaction.atomic
def transfer(
    grant: AccessGrant, *, to: Customer, reason: str, by: User, at: datetime, on: date
) -> AccessGrant:
    """End this grant and issue another to ``to``, for the same use and until the same day.

    The new customer must be eligible, and the use must be on the list for its sector. Raises
    ``NotPermitted``, ``NotEligible``, ``Stopped``, ``StateConflict``, ``Incomplete`` or
    ``BadInput``.
    """
    if to.pk == grant.customer_id:
        raise BadInput(gettext("This customer holds the grant already. Choose another one."))
    both = Customer.objects.select_for_update().order_by("pk").in_bulk([to.pk, grant.customer_id])
    customer, grant = _locked(grant)
    to = both[to.pk]
    require(can_transfer(by, grant))
    reason = check_reason(reason, who_reads="the team reads it")
    if grant.standing(on=on) is GrantStanding.LAPSED:
        raise StateConflict(gettext("This grant has lapsed. Re-verify it before you transfer it."))
    policy = policy_for_application(grant.capability, on=on)
    check_customer(to, policy)
    _check_use(grant, to, policy, on=on)
    replaced = make_room(to, grant.capability, grant.use_code, by=by, at=at, on=on)

    grant.transferred_at = at
    grant.transfer_reason = reason
    grant.save(update_fields=["transferred_at", "transfer_reason"])
    issued = AccessGrant.objects.create(
        application=grant.application,
        customer=to,
        capability=grant.capability,
        use_code=grant.use_code,
        use_description=grant.use_description,
        granted_by=by,
        granted_at=at,
        granted_on=on,
        reverify_by=grant.reverify_by,
        transferred_from=grant,
    )
    deadlines.follow_grant(grant, at=at, on=on)
    deadlines.follow_grant(issued, at=at, on=on)
    audit.record(
        AuditKind.GRANT_TRANSFERRED,
        subject=grant,
        by=by,
        at=at,
        on=on,
        came_from=customer.uid,
        to=to.uid,
        issued=issued.uid,
        replaced=replaced,
    )
    return issued


@transaction.atomic
def revoke(grant: AccessGrant, *, reason: str, by: User, at: datetime, on: date) -> AccessGrant:
    """End a grant at once, with the reason that the team reads. Also one that has lapsed."""
    _, grant = _locked(grant)
    require(can_revoke(by, grant))
    grant.revoked_reason = check_reason(reason, who_reads="the team reads it")
    grant.revoked_by, grant.revoked_at, grant.revoked_on = by, at, on
    grant.save(update_fields=["revoked_by", "revoked_at", "revoked_on", "revoked_reason"])
    deadlines.follow_grant(grant, at=at, on=on)
    audit.record(AuditKind.GRANT_REVOKED, subject=grant, by=by, at=at, on=on)
    return grant


def _locked(grant: AccessGrant) -> tuple[Customer, AccessGrant]:
    """The customer first, then the row: the order in which a grant is issued, too."""
    customer = Customer.objects.select_for_update().get(pk=grant.customer_id)
    fresh = (
        AccessGrant.objects.select_related("application", "capability", "customer")
        .select_for_update(of=("self",))
        .get(pk=grant.pk)
    )
    return customer, fresh


def _check_use(
    grant: AccessGrant, customer: Customer, policy: CapabilityPolicy, *, on: date
) -> None:
    """The stops and the list, asked again for this customer: they may have changed."""
    vetting = grant.application.vetting
    check_stops(grant.capability, vetting, on=on)
    if policy.use_list:
        sector = sector_that_counts(_sector_of(customer), vetting)
        check_listed(policy, grant.use_code, sector, on=on)


def _sector_of(customer: Customer) -> Sector:
    if customer.sector == Sector.UNKNOWN:
        raise StateConflict(
            gettext(
                "The sector of %(customer_name)s is not known, so no list of uses applies to it."
            )
            % {"customer_name": customer.name}
        )
    return Sector(customer.sector)
