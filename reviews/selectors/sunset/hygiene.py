"""Whom a reminder would reach: contacts that bounced, left or were never confirmed; no owner.

A deployment's own contacts speak for it, as ``services.reminding.recipients`` has it; where none of
them can be reached, the customer's do, too.
"""

from collections.abc import Callable, Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from reviews.domain.enums import DeploymentStatus, Trouble
from reviews.models import CustomerContact, Deployment, User
from reviews.selectors.sunset.days import under_deadline

CLOSED = [status for status in DeploymentStatus if not status.is_running]


def speaking(deployment: Deployment, contacts: Iterable[CustomerContact]) -> list[CustomerContact]:
    """Who of the customer's contacts speaks for this deployment, reachable or not."""
    present = [one for one in contacts if one.departed_at is None]
    own = [one for one in present if one.deployment_id == deployment.pk]
    if any(one.bounced_at is None for one in own):
        return own
    return [*own, *(one for one in present if one.deployment_id is None)]


def troubles(deployment: Deployment, contacts: Iterable[CustomerContact]) -> list[Trouble]:
    """What is wrong with it. ``contacts``: all of its customer's. The pair of ``troubled``."""
    if not deployment.current_status.is_running:
        return []
    known = [one for one in contacts if one.deployment_id in {None, deployment.pk}]
    speak = speaking(deployment, known)
    reachable = [one for one in speak if one.bounced_at is None]
    found = {
        Trouble.OWNERLESS: deployment.customer.owner_id is None,
        Trouble.NO_CONTACT: not known,
        Trouble.DEPARTED: bool(known) and not speak,
        Trouble.BOUNCED: len(reachable) < len(speak),
        Trouble.NEVER_CONFIRMED: bool(reachable) and not any(one.confirmed_at for one in reachable),
    }
    return [trouble for trouble, is_so in found.items() if is_so]


def troubled(queryset: QuerySet[Deployment], trouble: Trouble) -> QuerySet[Deployment]:
    """Running deployments with this trouble."""
    return queryset.exclude(status__in=CLOSED).filter(_TESTS[trouble]())


def any_trouble(queryset: QuerySet[Deployment]) -> QuerySet[Deployment]:
    """Running deployments with any trouble."""
    found = Q()
    for test in _TESTS.values():
        found |= test()
    return queryset.exclude(status__in=CLOSED).filter(found)


def counts(user: User) -> dict[Trouble, int]:
    """Deployments under an open deadline by trouble, as far as this person sees. A query each."""
    seen = under_deadline(Deployment.objects.visible_to(user).order_by())
    return {trouble: troubled(seen, trouble).aggregate(n=Count("pk"))["n"] for trouble in Trouble}


def to_mend(owner: User, *, limit: int) -> list[Deployment]:
    """Deployments of this person's customers that a reminder would not surely reach."""
    mine = under_deadline(Deployment.objects.filter(customer__owner=owner))
    return list(
        any_trouble(mine)
        .select_related("customer", "capability")
        .order_by("registered_at", "pk")[:limit]
    )


def reply_to(deployment: Deployment) -> str:
    """The address that answers to a mail about this deployment go to; empty: nobody owns it."""
    owner = deployment.customer.owner
    return owner.email if owner is not None and owner.is_active else ""


def _of_row() -> QuerySet[CustomerContact]:
    """Every contact on record that could speak for the outer deployment."""
    return CustomerContact.objects.filter(customer=OuterRef("customer")).filter(
        Q(deployment=OuterRef("pk")) | Q(deployment__isnull=True)
    )


def _speaking() -> QuerySet[CustomerContact]:
    own = CustomerContact.objects.filter(
        deployment=OuterRef(OuterRef("pk")), departed_at__isnull=True, bounced_at__isnull=True
    )
    return _of_row().filter(
        Q(deployment__isnull=False) | ~Exists(own),
        departed_at__isnull=True,
    )


def _ownerless() -> Q:
    return Q(customer__owner__isnull=True)


def _no_contact() -> Q:
    return Q(~Exists(_of_row()))


def _departed() -> Q:
    return Q(Exists(_of_row())) & ~Q(Exists(_speaking()))


def _bounced() -> Q:
    return Q(Exists(_speaking().filter(bounced_at__isnull=False)))


def _never_confirmed() -> Q:
    reachable = _speaking().filter(bounced_at__isnull=True)
    return Q(Exists(reachable)) & ~Q(Exists(reachable.filter(confirmed_at__isnull=False)))


_TESTS: dict[Trouble, Callable[[], Q]] = {
    Trouble.OWNERLESS: _ownerless,
    Trouble.NO_CONTACT: _no_contact,
    Trouble.DEPARTED: _departed,
    Trouble.BOUNCED: _bounced,
    Trouble.NEVER_CONFIRMED: _never_confirmed,
}
