"""What every change in the register leaves behind: the new version of the row, and a reason."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext

from reviews.domain.enums import ChangedPart, DeploymentStatus
from reviews.domain.errors import BadInput, StateConflict
from reviews.domain.sunset import is_heard
from reviews.models import Customer, CustomerContact, Deployment, RegisterChange, User
from reviews.models.user import check_time_zone


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
    text, ``None`` to leave it. What only the customer can have told ends its silence.
    """
    deployment.status = now
    deployment.discontinued_on = stopped_on if now is DeploymentStatus.DISCONTINUED else None
    if plan is not None:
        deployment.plan = plan.strip()
    if is_heard(now):
        deployment.heard_at = at
    return ["status", "discontinued_on", "heard_at", "plan", *touched(deployment, at=at)]


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


def check_version(deployment: Deployment, seen: int) -> None:
    """Raises ``StateConflict`` where the row changed since the person opened the page."""
    if deployment.version != seen:
        raise StateConflict(
            gettext(
                "Somebody changed this deployment since you opened the page. What you typed is"
                " kept; look at how it stands now and save again."
            )
        )


def checked_zone(name: str) -> str:
    """Raises ``BadInput`` for a name that is no time zone."""
    try:
        check_time_zone(name)
    except ValidationError as error:
        raise BadInput(str(error.message)) from error
    return name


def differing(row: Model, wanted: Mapping[str, object]) -> dict[str, object]:
    """The columns that would change, with what they hold now. Raises ``StateConflict`` for none."""
    was = {name: getattr(row, name) for name in wanted if getattr(row, name) != wanted[name]}
    if not was:
        raise StateConflict(gettext("Nothing differs from what the register says already."))
    return was


def in_words(values: Mapping[str, object]) -> str:
    """Columns and values in a line, for the history; long texts are cut."""
    pairs = (f"{name.replace('_', ' ')}: {value or '–'}" for name, value in values.items())
    text = "; ".join(pairs)
    return text if len(text) <= 400 else f"{text[:399]}…"
