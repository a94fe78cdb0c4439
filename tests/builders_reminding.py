"""Deployments with owner, manager and contacts, and the sweeps that a test runs by hand."""

from datetime import UTC, date, datetime

from reviews.domain.enums import Role, SubjectKind
from reviews.models import Customer, CustomerContact, Deadline, Deployment, User
from reviews.services.reminding import deadlines
from tests.builders import NOW, customer, user
from tests.builders_access import deployment


def at_nine(day: date) -> dict[str, object]:
    """Business time: 09:30 UTC of this day."""
    return {"at": datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC), "on": day}


def contact(of: Customer, name: str = "", **fields: object) -> CustomerContact:
    number = CustomerContact.objects.count() + 1
    name = name or f"Contact {number}"
    given = {"email": f"contact{number}@customer.example", "confirmed_at": NOW, **fields}
    return CustomerContact.objects.create(customer=of, name=name, registered_at=NOW, **given)


def owned(name: str = "", *, manager: User | None = None, **fields: object) -> Customer:
    """A customer whose owner has a manager."""
    owner = user("", Role.SUNSET_OWNER)
    owner.manager = manager or user()
    owner.save()
    return customer(name, **{"owner": owner, **fields})


def running(slug: str = "emotion", *, of: Customer | None = None, **fields: object) -> Deployment:
    """A deployment of an owned customer with one contact; its deadline is not followed yet."""
    if of is None:
        of = owned()
        contact(of)
    return deployment(of, slug, **fields)


def followed(row: Deployment, *, on: date) -> Deadline:
    """The current deadline of this deployment after a follow."""
    deadlines.follow(SubjectKind.DEPLOYMENT, [row.pk], **at_nine(on))
    return current(row)


def current(row: Deployment) -> Deadline:
    return Deadline.objects.get(
        subject_kind=SubjectKind.DEPLOYMENT, subject_id=row.pk, is_current=True
    )
