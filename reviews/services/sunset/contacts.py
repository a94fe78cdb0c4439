"""Whom the mails go to at a customer: add, change, confirm, note a bounce or a departure."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.access import check_reason
from reviews.domain.enums import AuditKind
from reviews.domain.errors import BadInput, StateConflict
from reviews.models import Customer, CustomerContact, Deployment, User
from reviews.permissions.rulings import require
from reviews.permissions.sunset import can_keep
from reviews.services import audit
from reviews.services.sunset import changes

WHO_READS = "it stands in the history of the customer"


@transaction.atomic
def add(
    customer: Customer,
    *,
    name: str,
    email: str,
    time_zone: str = "UTC",
    deployment: Deployment | None = None,
    reason: str = "",
    by: User | None,
    at: datetime,
    on: date,
) -> CustomerContact:
    """Add a person, for all of the customer's deployments or for one. Nobody has confirmed it yet.

    ``by`` empty: the customer named the person, by a link. Raises ``NotPermitted``, ``BadInput``,
    or ``StateConflict`` for an address that is a contact already.
    """
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    _may(by)
    if deployment is not None and deployment.customer_id != customer.pk:
        raise BadInput(gettext("This deployment belongs to another customer."))
    name, email = checked_name(name), checked_email(email)
    _check_free(customer, deployment, email)
    contact = CustomerContact.objects.create(
        customer=customer,
        deployment=deployment,
        name=name,
        email=email,
        time_zone=changes.checked_zone(time_zone),
        registered_at=at,
    )
    _record(
        AuditKind.CONTACT_ADDED,
        contact,
        was="",
        now=f"{name} <{email}>",
        reason=reason.strip(),
        by=by,
        at=at,
        on=on,
    )
    return contact


@transaction.atomic
def change(
    contact: CustomerContact,
    *,
    name: str,
    email: str,
    time_zone: str,
    reason: str,
    by: User,
    at: datetime,
    on: date,
) -> CustomerContact:
    """Correct a contact. A new address is not confirmed, and has not bounced.

    Raises ``NotPermitted``, ``StateConflict``, ``BadInput``, ``Incomplete`` without a reason.
    """
    contact = locked(contact)
    _may(by)
    _check_present(contact)
    wanted: dict[str, object] = {
        "name": checked_name(name),
        "email": checked_email(email),
        "time_zone": changes.checked_zone(time_zone),
    }
    was = changes.differing(contact, wanted)
    reason = check_reason(reason, who_reads=WHO_READS)
    if "email" in was:
        if str(wanted["email"]).lower() != contact.email.lower():
            _check_free(contact.customer, contact.deployment, str(wanted["email"]))
        wanted |= {"confirmed_at": None, "bounced_at": None, "bounce_reason": ""}
    for field, value in wanted.items():
        setattr(contact, field, value)
    contact.save(update_fields=list(wanted))
    _record(
        AuditKind.CONTACT_CHANGED,
        contact,
        was=changes.in_words(was),
        now=changes.in_words({field: wanted[field] for field in was}),
        reason=reason,
        by=by,
        at=at,
        on=on,
    )
    return contact


@transaction.atomic
def confirm(
    contact: CustomerContact, *, reason: str = "", by: User | None, at: datetime, on: date
) -> CustomerContact:
    """The person answered, or the owner has made sure. What bounced before counts no more.

    ``by`` empty: the person answered through a link. Raises ``NotPermitted``, ``StateConflict``.
    """
    contact = locked(contact)
    _may(by)
    _check_present(contact)
    was = contact.standing
    contact.confirmed_at, contact.bounced_at, contact.bounce_reason = at, None, ""
    contact.save(update_fields=["confirmed_at", "bounced_at", "bounce_reason"])
    _record(
        AuditKind.CONTACT_CONFIRMED,
        contact,
        was=was,
        now=contact.standing,
        reason=reason.strip(),
        by=by,
        at=at,
        on=on,
    )
    return contact


@transaction.atomic
def bounce(
    contact: CustomerContact, *, reason: str, by: User | None, at: datetime, on: date
) -> CustomerContact:
    """Mails do not arrive: nothing more is sent there until somebody sees to it.

    ``by`` empty: the mail server said so. Raises ``NotPermitted``, ``StateConflict``,
    ``Incomplete`` without a reason.
    """
    contact = locked(contact)
    _may(by)
    _check_present(contact)
    reason = check_reason(reason, who_reads="the owner sees what the mail server said")
    was = contact.standing
    contact.bounced_at, contact.bounce_reason = at, reason[:300]
    contact.save(update_fields=["bounced_at", "bounce_reason"])
    _record(
        AuditKind.CONTACT_BOUNCED,
        contact,
        was=was,
        now=contact.standing,
        reason=reason,
        by=by,
        at=at,
        on=on,
    )
    return contact


@transaction.atomic
def depart(
    contact: CustomerContact, *, reason: str, by: User | None, at: datetime, on: date
) -> CustomerContact:
    """The person does not answer for this any more. The row stays, with the day.

    Raises ``NotPermitted``, ``StateConflict``, ``Incomplete`` without a reason.
    """
    contact = locked(contact)
    _may(by)
    _check_present(contact)
    reason = check_reason(reason, who_reads=WHO_READS)
    was = contact.standing
    contact.departed_at, contact.departed_reason = at, reason[:300]
    contact.save(update_fields=["departed_at", "departed_reason"])
    _record(
        AuditKind.CONTACT_DEPARTED,
        contact,
        was=was,
        now=contact.standing,
        reason=reason,
        by=by,
        at=at,
        on=on,
    )
    return contact


def locked(contact: CustomerContact) -> CustomerContact:
    return (
        CustomerContact.objects.select_related("customer", "deployment")
        .select_for_update(of=("self",))
        .get(pk=contact.pk)
    )


def checked_name(name: str) -> str:
    """In one line, 200 characters at most. Raises ``BadInput``."""
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise BadInput(gettext("Give the person a name of 200 characters at most."))
    return name


def checked_email(email: str) -> str:
    """Raises ``BadInput`` for what is no address."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput(
            gettext("“%(email)s” is no e-mail address.") % {"email": email[:80]}
        ) from None
    if len(email) > 254:
        raise BadInput(gettext("This e-mail address is longer than 254 characters."))
    return email


def _may(by: User | None) -> None:
    """The customer's own word and the mail server's come without a person of ours."""
    if by is not None:
        require(can_keep(by))


def _check_present(contact: CustomerContact) -> None:
    if contact.departed_at is not None:
        raise StateConflict(gettext("This contact has left the customer. Add a new one."))


def _check_free(customer: Customer, deployment: Deployment | None, email: str) -> None:
    taken = customer.contacts.filter(
        deployment=deployment, email__iexact=email, departed_at__isnull=True
    )
    if taken.exists():
        raise StateConflict(gettext("This address is a contact already."))


def _record(
    kind: AuditKind,
    contact: CustomerContact,
    *,
    was: str,
    now: str,
    reason: str,
    by: User | None,
    at: datetime,
    on: date,
) -> None:
    change = changes.contact_change(contact, was=was, now=now, reason=reason, by=by, at=at)
    change.save(force_insert=True)
    audit.record(
        kind,
        subject=contact,
        by=by,
        at=at,
        on=on,
        change=change.uid,
        customer=contact.customer.uid,
        deployment=contact.deployment.uid if contact.deployment else None,
        standing=contact.standing,
    )
