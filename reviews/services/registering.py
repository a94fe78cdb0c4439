"""Keep the register: customers, whether they are managed, and what they run."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind, DeploymentStatus, Sector, SubjectKind
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.domain.vetting_fields import COUNTRIES
from reviews.models import Capability, Customer, Deployment, User
from reviews.models.user import check_time_zone
from reviews.permissions.access import can_register
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.reminding import deadlines


@transaction.atomic
def register_customer(
    name: str,
    *,
    is_managed: bool | None = None,
    sector: Sector = Sector.UNKNOWN,
    country: str = "",
    region: str = "",
    tier: str = "",
    owner: User | None = None,
    by: User,
    at: datetime,
    on: date,
) -> Customer:
    """Add a customer. ``is_managed``: ``None`` while nobody verified it. ``country``: ISO 3166.

    Raises ``NotPermitted``, ``BadInput``, or ``StateConflict`` for a name that is there already.
    """
    require(can_register(by))
    customer = new_customer(
        name, is_managed=is_managed, sector=sector, country=country, owner=owner, at=at
    )
    customer.region, customer.tier = region.strip(), tier.strip()
    customer.save(update_fields=["region", "tier"])
    audit.record(
        AuditKind.CUSTOMER_REGISTERED,
        subject=customer,
        by=by,
        at=at,
        on=on,
        is_managed=is_managed,
        sector=sector,
        country=country,
        owner=owner.uid if owner else None,
    )
    return customer


def new_customer(
    name: str,
    *,
    is_managed: bool | None,
    sector: Sector,
    country: str,
    owner: User | None,
    at: datetime,
) -> Customer:
    """The row alone, for a service that records it. Two names never differ by case only."""
    name = " ".join(name.split())
    if not name or len(name) > 300:
        raise BadInput(gettext("Give the customer a name of 300 characters at most."))
    if country and country not in COUNTRIES:
        raise BadInput(
            gettext("“%(country)s” is no country code. Choose one from the list.")
            % {"country": country}
        )
    if named(name) is not None:
        raise StateConflict(
            gettext("“%(name)s” is in the register already. Choose it from the list.")
            % {"name": name}
        )
    return Customer.objects.create(
        name=name,
        is_managed=is_managed,
        sector=sector,
        country=country,
        owner=owner,
        registered_at=at,
    )


def named(name: str) -> Customer | None:
    """The customer of this name, however it is spelt in upper and lower case."""
    return Customer.objects.filter(name__iexact=" ".join(name.split())).first()


@transaction.atomic
def verify_managed(
    customer: Customer, *, is_managed: bool, note: str, by: User, at: datetime, on: date
) -> Customer:
    """Set down whether an account team of the provider looks after the customer, and how we know.

    Raises ``NotPermitted``, or ``Incomplete`` without a note.
    """
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    require(can_register(by))
    if not note.strip():
        raise Incomplete(
            gettext("Say how you verified it, such as the account team's answer of that day."),
            ("note",),
        )
    was = customer.is_managed
    customer.is_managed = is_managed
    customer.verified_by, customer.verified_at = by, at
    customer.verified_note = note.strip()
    customer.save(update_fields=["is_managed", "verified_by", "verified_at", "verified_note"])
    audit.record(
        AuditKind.CUSTOMER_VERIFIED,
        subject=customer,
        by=by,
        at=at,
        on=on,
        was=was,
        now=is_managed,
    )
    return customer


@transaction.atomic
def register_deployment(
    customer: Customer,
    *,
    capability: Capability,
    use: str,
    in_use_since: date | None = None,
    time_zone: str = "UTC",
    by: User,
    at: datetime,
    on: date,
) -> Deployment:
    """Add a running use of a capability. ``in_use_since``: civil day, ``None`` while not known.

    Raises ``NotPermitted``, ``BadInput``, or ``StateConflict`` for a use that is there already.
    """
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    require(can_register(by))
    use = use.strip()
    if not use or len(use) > 300:
        raise BadInput(gettext("Say what it is used for, in 300 characters at most."))
    if in_use_since is not None and in_use_since > on:
        raise BadInput(
            gettext("“In use since” lies in the future. Leave it empty if it is not known.")
        )
    try:
        check_time_zone(time_zone)
    except ValidationError as error:
        raise BadInput(str(error.message)) from error
    if customer.deployments.filter(capability=capability, use=use).exists():
        raise StateConflict(gettext("This use is in the register already."))
    deployment = Deployment.objects.create(
        customer=customer,
        capability=capability,
        use=use,
        in_use_since=in_use_since,
        status=DeploymentStatus.DISCOVERED,
        time_zone=time_zone,
        registered_at=at,
    )
    deadlines.follow(SubjectKind.DEPLOYMENT, [deployment.pk], at=at, on=on)
    audit.record(
        AuditKind.DEPLOYMENT_REGISTERED,
        subject=deployment,
        by=by,
        at=at,
        on=on,
        customer=customer.uid,
        capability=capability.slug,
        in_use_since=in_use_since,
    )
    return deployment
