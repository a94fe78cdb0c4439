"""Reads for the page of a customer: every deployment with what its policy says of it."""

from dataclasses import dataclass
from datetime import date, datetime

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
from reviews.selectors.together import Rows, together


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
    """Every deployment of the customer. Two queries for any number of rows."""
    deployments = list(customer.deployments.select_related("capability", "customer"))
    capabilities = {row.capability_id for row in deployments}
    current = CapabilityPolicy.objects.current().filter(capability__in=capabilities)
    read = together(
        policies=Rows(current.order_by("effective_from")),
        extensions=Rows(Extension.objects.filter(deployment__customer=customer).order_by("-until")),
        held=Rows(customer.grants.held().filter(capability__in=capabilities)),
        excepted=Rows(
            PolicyException.objects.holding().filter(customer=customer).order_by("until")
        ),
    )
    excepted = {row.capability_id: row for row in read["excepted"]}
    return [
        _running(
            row,
            [one for one in read["policies"] if one.capability_id == row.capability_id],
            [one for one in read["extensions"] if one.deployment_id == row.pk],
            read["held"],
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


def _running(
    row: Deployment,
    policies: list[CapabilityPolicy],
    extensions: list[Extension],
    held: list[AccessGrant],
    excepted: PolicyException | None,
    *,
    at: datetime,
) -> Running:
    today = row.today(at)
    policy = next((one for one in reversed(policies) if one.effective_from <= today), None)
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
