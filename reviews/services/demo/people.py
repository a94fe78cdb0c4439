"""The demo's accounts and teams."""

from datetime import UTC, date, datetime, time

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission

from reviews.domain.enums import AuditKind, Role
from reviews.models import Membership, Team, User
from reviews.services import audit, roles
from reviews.services.demo.story import entries

ACCOUNTS = (
    "requester",
    "requester2",
    "reviewer",
    "reviewer2",
    "reviewer3",
    "lead",
    "lead2",
    "lead3",
    "panel",
    "panel2",
    "sunset_owner",
    "auditor",
    "admin",
)
"""Who can sign in, with one password for all. The demo's other people cannot."""

_ADMIN_MAY = ("view_", "add_", "change_")


def make_accounts(*, password: str, since: date) -> dict[str, User]:
    """Every person of the demo by user name. The slow hash is made once and shared."""
    at = _morning(since)
    hashed, barred = make_password(password), make_password(None)
    people = {}
    for entry in entries("person"):
        name = entry["name"]
        people[name] = User.objects.create(
            username=name,
            full_name=entry["full_name"],
            email=f"{name.replace('_', '.')}@example.test",
            time_zone=entry.get("time_zone", "Europe/Berlin"),
            password=hashed if name in ACCOUNTS else barred,
            is_staff=Role.ADMIN in entry["roles"],
            date_joined=at,
        )
        roles.give(people[name], [Role(role) for role in entry["roles"]])
    for entry in entries("person"):
        if "manager" in entry:
            person = people[entry["name"]]
            person.manager = people[entry["manager"]]
            person.save(update_fields=["manager"])
    _let_administer(people["admin"])
    return people


def make_teams(people: dict[str, User], *, since: date) -> dict[str, Team]:
    """Every team by its key, with its members."""
    at = _morning(since)
    teams = {}
    for entry in entries("team"):
        team = Team.objects.create(name=entry["name"], created_at=at)
        members = [people[name] for name in entry["members"]]
        Membership.objects.bulk_create(
            Membership(team=team, user=person, since=at) for person in members
        )
        audit.record(
            AuditKind.TEAM_CREATED,
            subject=team,
            by=people["admin"],
            at=at,
            on=since,
            members=[person.uid for person in members],
        )
        teams[entry["key"]] = team
    return teams


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8), tzinfo=UTC)


def _let_administer(person: User) -> None:
    """What the admin pages ask for; the portal's own permissions come from the role."""
    own = Permission.objects.filter(content_type__app_label="reviews")
    person.user_permissions.set(
        permission for permission in own if permission.codename.startswith(_ADMIN_MAY)
    )
