"""Small builders of rows. What matters to a test is written in the test.

They make the smallest valid row; what only a service can make honestly is made by the service.
"""

import itertools
from datetime import UTC, date, datetime

from django.contrib.auth.models import Group

from reviews.domain.enums import Role
from reviews.models import Customer, Membership, Team, UseCase, User
from reviews.services import references

NOW = datetime(2023, 6, 1, 9, 30, tzinfo=UTC)
TODAY = date(2023, 6, 1)

_numbers = itertools.count(1)


def user(name: str = "", *roles: Role, time_zone: str = "Europe/Berlin") -> User:
    """A person; ``roles`` are given through the groups that ``sync_roles`` wrote."""
    name = name or f"person{next(_numbers)}"
    person = User.objects.create_user(
        username=name,
        email=f"{name}@example.test",
        password=None,
        full_name=name.replace("_", " ").title(),
        time_zone=time_zone,
    )
    person.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    return person


def team(name: str = "", *members: User) -> Team:
    """A team with these members."""
    row = Team.objects.create(name=name or f"Team {next(_numbers)}", created_at=NOW)
    for member in members:
        Membership.objects.create(team=row, user=member, since=NOW)
    return row


def customer(name: str = "", **fields: object) -> Customer:
    return Customer.objects.create(
        name=name or f"Customer {next(_numbers)}", registered_at=NOW, **fields
    )


def use_case(team: Team, *, by: User, title: str = "", **fields: object) -> UseCase:
    """A bare row, a draft unless ``state`` is given; it has no pages and no submission."""
    (reference,) = references.allot(1, on=TODAY)
    return UseCase.objects.create(
        reference=reference,
        title=title or f"Use case {next(_numbers)}",
        team=team,
        created_by=by,
        created_at=NOW,
        updated_at=NOW,
        state_since=NOW,
        **fields,
    )
