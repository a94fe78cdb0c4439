"""What the lists of Limited Access show and what the rules allow are the same, for everybody."""

from datetime import date

import pytest

from reviews.domain.enums import CoAuthorRight, Role, State
from reviews.models import AccessApplication, AccessGrant, Customer, Extension, PolicyException
from reviews.permissions import access as rules
from reviews.services import extensions, grants
from tests.builders import customer, team, use_case, user
from tests.builders_access import (
    WHEN,
    asked_exception,
    decided_case,
    deployment,
    filed,
    granted,
    managed,
)
from tests.builders_deciding import co_author, office

pytestmark = pytest.mark.django_db

PEOPLE = [
    "requester",
    "colleague",
    "co_author",
    "stranger",
    "reviewer",
    "lead",
    "panel",
    "sunset_owner",
    "account_owner",
    "auditor",
    "admin",
]


@pytest.fixture
def people(roles, catalogue):
    """Rows of two teams, a draft among them, and somebody of every kind."""
    us = office()
    other = user("colleague", Role.REQUESTER)
    others = team("Others", other)
    account_owner = user("account_owner")
    bank, heir, lone = managed("Bank"), managed("Heir"), customer("Lone")
    owned = customer("Owned", owner=account_owner)
    case = decided_case(us)
    case.customer = bank
    case.save()
    asked_exception(us, case)
    draft = use_case(others, by=other, customer=lone, state=State.DRAFT)
    filed(us.team, us.requester, for_customer=bank, use_code="UC-C3")
    moved = granted(others, other, lead=us.lead, for_customer=bank)
    grants.transfer(moved, to=heir, reason="Merged.", by=us.lead, **WHEN)
    for row in (bank, heir, lone, owned):
        extensions.ask(
            deployment(row), until=date(2023, 9, 30), reason="August.", by=us.lead, **WHEN
        )
    return {
        "requester": us.requester,
        "colleague": other,
        "co_author": co_author(draft, user("co_author"), CoAuthorRight.VIEW),
        "stranger": user("stranger", Role.REQUESTER),
        "reviewer": user("idle", Role.REVIEWER),
        "lead": us.lead,
        "panel": user("panel", Role.PANEL),
        "sunset_owner": user("sunset_owner", Role.SUNSET_OWNER),
        "account_owner": account_owner,
        "auditor": user("auditor", Role.AUDITOR),
        "admin": user("admin", Role.ADMIN),
    }


PAIRS = [
    (AccessApplication, rules.can_view_application),
    (AccessGrant, rules.can_view_grant),
    (PolicyException, rules.can_view_exception),
    (Customer, rules.can_view_customer),
    (Extension, rules.can_view_extension),
]


@pytest.mark.parametrize("name", PEOPLE)
def test_visible_to_and_can_view_agree(people, name):
    person = people[name]

    for model, can_view in PAIRS:
        shown = set(model.objects.visible_to(person).values_list("pk", flat=True))
        allowed = {row.pk for row in model.objects.all() if can_view(person, row)}
        assert shown == allowed, model


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("requester", (1, 0, 1, 1, 1)),
        ("colleague", (1, 2, 0, 2, 2)),
        ("co_author", (0, 0, 0, 0, 0)),
        ("stranger", (0, 0, 0, 0, 0)),
        ("reviewer", (0, 0, 1, 1, 1)),
        ("panel", (0, 0, 0, 0, 0)),
        ("account_owner", (0, 0, 0, 1, 1)),
        ("lead", (2, 2, 1, 4, 4)),
        ("sunset_owner", (2, 2, 1, 4, 4)),
        ("auditor", (2, 2, 1, 4, 4)),
        ("admin", (2, 2, 1, 4, 4)),
    ],
)
def test_everybody_sees_what_is_theirs_and_the_office_sees_all(people, name, seen):
    counts = tuple(model.objects.visible_to(people[name]).count() for model, _ in PAIRS)

    assert counts == seen
