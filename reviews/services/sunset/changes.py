"""What every change in the register leaves behind: the new version of the row, and a reason."""

from collections.abc import Sequence
from datetime import date, datetime

from reviews.domain.enums import ChangedPart, DeploymentStatus
from reviews.models import Customer, CustomerContact, Deployment, RegisterChange, User


def locked(deployment: Deployment) -> Deployment:
    """The deployment as it is now, held until the transaction ends."""
    return (
        Deployment.objects.select_related("customer__owner", "capability")
        .select_for_update(of=("self",))
        .get(pk=deployment.pk)
    )


def locked_many(keys: Sequence[int]) -> list[Deployment]:
    """The same for many, in one order, so that two actions never wait for each other."""
    return list(
        Deployment.objects.select_related("customer__owner", "capability")
        .filter(pk__in=keys)
        .order_by("pk")
        .select_for_update(of=("self",))
    )


def moved(
    deployment: Deployment,
    now: DeploymentStatus,
    *,
    stopped_on: date | None = None,
    plan: str | None = None,
    at: datetime,
) -> list[str]:
    """Set the columns of a new status on the locked row; returns the names to save.

    ``stopped_on`` belongs to "discontinued" alone: another status takes it away. ``plan``: the new
    text, ``None`` to leave it.
    """
    deployment.status = now
    deployment.discontinued_on = stopped_on if now is DeploymentStatus.DISCONTINUED else None
    if plan is not None:
        deployment.plan = plan.strip()
    return ["status", "discontinued_on", "plan", *touched(deployment, at=at)]


def touched(deployment: Deployment, *, at: datetime) -> list[str]:
    """A new version of the row; returns the names to save."""
    deployment.version += 1
    deployment.changed_at = at
    return ["version", "changed_at"]


def status_change(
    deployment: Deployment,
    *,
    was: DeploymentStatus,
    reason: str,
    by: User | None,
    at: datetime,
) -> RegisterChange:
    """The row of a change of status, not yet saved. ``by`` empty: the customer, by a link."""
    return RegisterChange(
        customer=deployment.customer,
        deployment=deployment,
        part=ChangedPart.STATUS,
        was=was.value,
        now=deployment.status,
        reason=reason,
        by=by,
        at=at,
    )


def owner_change(
    customer: Customer, *, was: User | None, now: User | None, reason: str, by: User, at: datetime
) -> RegisterChange:
    return RegisterChange(
        customer=customer,
        part=ChangedPart.OWNER,
        was=str(was or ""),
        now=str(now or ""),
        reason=reason,
        by=by,
        at=at,
    )


def contact_change(
    contact: CustomerContact, *, was: str, now: str, reason: str, by: User | None, at: datetime
) -> RegisterChange:
    return RegisterChange(
        customer=contact.customer,
        deployment=contact.deployment,
        contact=contact,
        part=ChangedPart.CONTACT,
        was=was[:400],
        now=now[:400],
        reason=reason,
        by=by,
        at=at,
    )
