"""Reads for the page of a customer: every deployment with what its policy says of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from reviews.domain.access import last_permitted_on, was_using
from reviews.domain.enums import RequestState
from reviews.models import (
    AccessGrant,
    CapabilityPolicy,
    Customer,
    Deployment,
    Extension,
    PolicyException,
)


@dataclass(frozen=True, slots=True)
class Running:
    """A deployment with what its policy says of it.

    ``today`` is the civil day where it runs; ``days_left`` counts to ``last_on``, both inclusive:
    0 on the last permitted day, negative once overdue, ``None`` where nothing ends. ``existing``:
    whether it was in use on the cut-off day. ``grant``: a running grant for the capability.
    ``excepted``: a granted exception that reaches furthest.
    """

    deployment: Deployment
    policy: CapabilityPolicy | None
    today: date
    last_on: date | None
    days_left: int | None
    extended: Extension | None
    asked: Extension | None
    existing: bool | None
    grant: AccessGrant | None
    excepted: PolicyException | None = None


def running(customer: Customer, *, at: datetime) -> list[Running]:
    """Every deployment of the customer. Five queries for any number of rows."""
    deployments = list(
        customer.deployments.select_related("capability", "customer").prefetch_related(
            Prefetch("extensions", Extension.objects.order_by("-until"))
        )
    )
    policies = _policies(row.capability_id for row in deployments)
    held = list(
        customer.grants.held().filter(capability__deployments__customer=customer).distinct()
    )
    excepted = {
        row.capability_id: row
        for row in PolicyException.objects.holding().filter(customer=customer).order_by("until")
    }
    return [
        _running(
            row,
            policies.get(row.capability_id, []),
            held,
            excepted.get(row.capability_id),
            at=at,
        )
        for row in deployments
    ]


def standing_of(deployment: Deployment, *, at: datetime) -> Running:
    """The same for one deployment."""
    return next(
        one for one in running(deployment.customer, at=at) if one.deployment.pk == deployment.pk
    )


def _policies(capabilities: Iterable[int]) -> dict[int, list[CapabilityPolicy]]:
    found: dict[int, list[CapabilityPolicy]] = {}
    rows = CapabilityPolicy.objects.current().filter(capability__in=set(capabilities))
    for policy in rows.order_by("effective_from"):
        found.setdefault(policy.capability_id, []).append(policy)
    return found


def _running(
    row: Deployment,
    policies: list[CapabilityPolicy],
    held: list[AccessGrant],
    excepted: PolicyException | None,
    *,
    at: datetime,
) -> Running:
    today = row.today(at)
    policy = next((one for one in reversed(policies) if one.effective_from <= today), None)
    extensions = list(row.extensions.all())
    extended = next((one for one in extensions if one.state == RequestState.GRANTED), None)
    last = last_permitted_on(
        policy.last_permitted_on if policy else None,
        [one.until for one in (extended, excepted) if one is not None],
    )
    grant = next(
        (
            one
            for one in held
            if one.capability_id == row.capability_id and one.reverify_by >= today
        ),
        None,
    )
    cutoff = policy.new_customer_cutoff_on if policy else None
    return Running(
        deployment=row,
        policy=policy,
        today=today,
        last_on=last,
        days_left=(last - today).days if last else None,
        extended=extended,
        asked=next((one for one in extensions if one.state == RequestState.ASKED), None),
        existing=was_using(row.in_use_since, cutoff=cutoff) if cutoff else None,
        grant=grant,
        excepted=excepted,
    )
