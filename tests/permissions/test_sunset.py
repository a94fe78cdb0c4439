"""Who sees and keeps the register: what the list shows and what the rule allows are the same."""

import pytest

from reviews.domain.enums import Role
from reviews.models import Deployment
from reviews.permissions.sunset import can_keep, can_own, can_view_contact, can_view_deployment
from reviews.selectors.sunset import register
from tests import builders
from tests.builders_access import deployment, filed, managed
from tests.builders_sunset import contact

pytestmark = pytest.mark.django_db

KEEPERS = {"sunset_owner", "lead", "admin", "everything"}
READERS = {*KEEPERS, "auditor"}


@pytest.fixture
def people(roles, catalogue):
    return {
        "member": builders.user("member"),
        "stranger": builders.user("stranger", Role.REQUESTER),
        "reviewer": builders.user("reviewer", Role.REVIEWER),
        "lead": builders.user("lead", Role.LEAD),
        "panel": builders.user("panel", Role.PANEL),
        "sunset_owner": builders.user("sunset_owner", Role.SUNSET_OWNER),
        "auditor": builders.user("auditor", Role.AUDITOR),
        "admin": builders.user("admin", Role.ADMIN),
        "everything": builders.user("everything", *Role),
    }


@pytest.fixture
def rows(people):
    """A deployment of the member's customer, and one of nobody's."""
    team = builders.team("Vision", people["member"])
    theirs = managed("Theirs")
    filed(team, people["member"], for_customer=theirs)
    return [deployment(theirs), deployment(managed("Other"))]


def test_the_list_and_the_rule_agree(people, rows):
    for name, person in people.items():
        listed = set(Deployment.objects.visible_to(person))
        assert listed == {row for row in rows if can_view_deployment(person, row)}, name
    assert set(Deployment.objects.visible_to(people["member"])) == {rows[0]}
    assert not Deployment.objects.visible_to(people["stranger"]).exists()


def test_people_at_a_customer_are_shown_to_the_office_only(people, rows):
    ada = contact(rows[0].customer)

    assert {name for name, one in people.items() if can_view_contact(one, ada)} == READERS


def test_who_keeps_the_register(people):
    assert {name for name, one in people.items() if can_keep(one)} == KEEPERS


def test_who_may_own_is_who_is_offered(people):
    gone = builders.user("gone", Role.SUNSET_OWNER)
    gone.is_active = False
    gone.save()

    offered = set(register.owners())
    assert offered == {one for one in [*people.values(), gone] if can_own(one)}
    assert {one.username for one in offered} == KEEPERS
