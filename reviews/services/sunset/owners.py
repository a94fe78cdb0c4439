"""Who answers for a customer on its way out."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain import many, sunset
from reviews.domain.access import check_reason
from reviews.domain.enums import AuditKind
from reviews.domain.errors import BadInput, StateConflict
from reviews.domain.sunset import Effect, Skip
from reviews.models import Customer, Deployment, User
from reviews.permissions.rulings import require
from reviews.permissions.sunset import can_keep, can_own
from reviews.services import audit
from reviews.services.sunset import changes

WHO_READS = "it stands in the history of the customer"


@transaction.atomic
def set_owner(
    customer: Customer,
    *,
    owner: User | None,
    reason: str,
    by: User,
    at: datetime,
    on: date,
) -> Customer:
    """Give a customer to a sunset owner, or to nobody.

    Raises ``NotPermitted``, ``StateConflict`` for the owner that it has, ``BadInput`` for a person
    who cannot own a customer, ``Incomplete`` without a reason.
    """
    (customer,) = _locked([customer.pk])
    require(can_keep(by))
    _check_owner(owner)
    if customer.owner_id == (owner.pk if owner else None):
        raise StateConflict(
            gettext("%(owner)s owns this customer already.") % {"owner": owner}
            if owner
            else gettext("Nobody owns this customer.")
        )
    reason = check_reason(reason, who_reads=WHO_READS)
    _hand_over(customer, owner, reason, by=by, at=at, on=on)
    return customer


@transaction.atomic
def set_owner_of(
    keys: Sequence[int],
    *,
    owner: User | None,
    reason: str,
    by: User,
    at: datetime,
    on: date,
    dry_run: bool = False,
    shown: str = "",
) -> Effect:
    """Give the customers of these deployments to ``owner``; their other deployments go with them.

    ``dry_run`` returns the effect and changes nothing; ``shown``: digest of the effect that the
    person saw, which must be this one. Raises as ``set_owner``.
    """
    sunset.check_many(keys)
    rows = list(Deployment.objects.filter(pk__in=keys).order_by("pk"))
    customers = {row.pk: row for row in _locked({row.customer_id for row in rows})}
    require(can_keep(by))
    _check_owner(owner)
    wanted = owner.pk if owner else None
    skipped = {
        row.pk: Skip.SAME_OWNER for row in rows if customers[row.customer_id].owner_id == wanted
    }
    effect = Effect(tuple(row.pk for row in rows if row.pk not in skipped), skipped)
    if dry_run:
        return effect
    many.check_as_shown(effect, shown)
    if not effect.reached:
        return effect
    reason = check_reason(reason, who_reads=WHO_READS)
    for customer in customers.values():
        if customer.owner_id != wanted:
            _hand_over(customer, owner, reason, by=by, at=at, on=on)
    return effect


def _locked(keys: Sequence[int] | set[int]) -> list[Customer]:
    return list(
        Customer.objects.select_related("owner")
        .filter(pk__in=keys)
        .order_by("pk")
        .select_for_update(of=("self",))
    )


def _check_owner(owner: User | None) -> None:
    if owner is not None and not (ruling := can_own(owner)):
        raise BadInput(ruling.reason)


def _hand_over(
    customer: Customer, owner: User | None, reason: str, *, by: User, at: datetime, on: date
) -> None:
    was = customer.owner
    customer.owner = owner
    customer.save(update_fields=["owner"])
    change = changes.owner_change(customer, was=was, now=owner, reason=reason, by=by, at=at)
    change.save(force_insert=True)
    audit.record(
        AuditKind.CUSTOMER_OWNER_SET,
        subject=customer,
        by=by,
        at=at,
        on=on,
        change=change.uid,
        was=was.uid if was else None,
        now=owner.uid if owner else None,
    )
