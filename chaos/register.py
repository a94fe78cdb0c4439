"""A register to send from, written in bulk: only what is under test goes through services."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.models import Group
from django.utils import timezone

from reviews.domain.enums import DeploymentStatus, Role
from reviews.models import (
    Capability,
    Customer,
    CustomerContact,
    DemoClock,
    Deployment,
    SweepRun,
    User,
)

STARTS = datetime(2023, 6, 1, 12, tzinfo=UTC)
"""Business time at the start of a case: the T-30 step of a last day of 2023-06-30 was reached on
the day before, its 09:00 has passed everywhere west of Kiribati, and no other step is near."""
CAPABILITY = "emotion"


@dataclass(frozen=True, slots=True)
class People:
    """Accounts of the office."""

    owner: User
    manager: User
    lead: User
    lead2: User


def set_clock(business: datetime) -> None:
    """From now on business time runs on from here."""
    DemoClock.objects.update_or_create(pk=1, defaults={"offset": business - timezone.now()})


def business_time() -> tuple[datetime, date]:
    """Business moment and day, in UTC."""
    at = timezone.now() + DemoClock.objects.get(pk=1).offset
    return at, at.date()


def let_time_pass(days: int) -> None:
    """As if everything had stood still for so long: both clocks moved on since the last sweep."""
    gone = timedelta(days=days)
    clock = DemoClock.objects.get(pk=1)
    clock.offset += gone
    clock.save(update_fields=["offset"])
    for run in SweepRun.objects.all():
        run.real_at -= gone
        run.save(update_fields=["real_at"])


def people() -> People:
    """One of each, with the mail addresses that the mails go to."""
    lead = _person("lead", Role.LEAD)
    manager = _person("manager", Role.SUNSET_OWNER)
    return People(
        owner=_person("owner", Role.SUNSET_OWNER, manager=manager),
        manager=manager,
        lead=lead,
        lead2=_person("lead2", Role.LEAD),
    )


def deployments(count: int, people: People, *, batch: str) -> list[Deployment]:
    """As many customers, each with one running use and one confirmed contact of its own.

    Contacts are called ``<batch><number>@customers.example``.
    """
    customers = Customer.objects.bulk_create(
        [
            Customer(
                name=f"Customer {batch}{number}",
                is_managed=True,
                owner=people.owner,
                registered_at=STARTS,
            )
            for number in range(1, count + 1)
        ],
        batch_size=1000,
    )
    capability = Capability.objects.get(slug=CAPABILITY)
    rows = Deployment.objects.bulk_create(
        [
            Deployment(
                customer=customer,
                capability=capability,
                use="Camera app",
                in_use_since=date(2021, 3, 1),
                status=DeploymentStatus.NOTIFIED,
                registered_at=STARTS,
            )
            for customer in customers
        ],
        batch_size=1000,
    )
    CustomerContact.objects.bulk_create(
        [
            CustomerContact(
                customer=customer,
                name=f"Contact {number}",
                email=address(number, batch),
                registered_at=STARTS,
                confirmed_at=STARTS,
            )
            for number, customer in enumerate(customers, 1)
        ],
        batch_size=1000,
    )
    return rows


def spoil_owner(customer: Customer) -> None:
    """An owner of its own, with an address that no form would take."""
    owner = _person("spoilt", Role.SUNSET_OWNER)
    User.objects.filter(pk=owner.pk).update(email="spoilt\nBcc: all@office.example")
    Customer.objects.filter(pk=customer.pk).update(owner=owner)


def address(number: int, batch: str) -> str:
    return f"{batch}{number}@customers.example"


def _person(name: str, role: Role, manager: User | None = None) -> User:
    person = User.objects.create_user(
        username=name,
        email=f"{name}@office.example",
        password=None,
        full_name=name.title(),
        manager=manager,
    )
    person.groups.set(Group.objects.filter(name=role.value))
    return person
