"""Keep the register: customers, whether they are managed, deployments."""

from datetime import date

import pytest

from reviews.domain.enums import AuditKind, Role, Sector
from reviews.domain.errors import BadInput, Incomplete, NotPermitted, StateConflict
from reviews.models import AuditEvent, Customer, Deployment
from reviews.services import registering
from tests.builders import NOW, customer, user
from tests.builders_access import WHEN, capability

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(roles, catalogue):
    return user("owner", Role.SUNSET_OWNER)


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("seq").last()


@pytest.mark.parametrize("role", [Role.SUNSET_OWNER, Role.LEAD, Role.ADMIN])
def test_register_customer_is_for_those_who_keep_the_register(roles, role):
    row = registering.register_customer(
        " Isar  Optik ", sector=Sector.COMMERCIAL, country="DE", by=user("who", role), **WHEN
    )

    assert (row.name, row.is_managed, row.country) == ("Isar Optik", None, "DE")
    assert last_event().kind == AuditKind.CUSTOMER_REGISTERED


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.REVIEWER, Role.PANEL, Role.AUDITOR])
def test_register_customer_refuses_everybody_else(roles, role):
    with pytest.raises(NotPermitted, match="keep the register"):
        registering.register_customer("Isar", by=user("who", role), **WHEN)
    assert not Customer.objects.exists()


def test_register_customer_refuses_a_name_twice_in_any_case(owner):
    registering.register_customer("Isar", by=owner, **WHEN)

    with pytest.raises(StateConflict, match="in the register already"):
        registering.register_customer("ISAR", by=owner, **WHEN)
    with pytest.raises(BadInput, match="a name"):
        registering.register_customer("  ", by=owner, **WHEN)
    with pytest.raises(BadInput, match="no country code"):
        registering.register_customer("Rhein", country="EU", by=owner, **WHEN)


def test_verify_managed_says_who_verified_it_and_how(owner):
    row = customer("Isar")

    with pytest.raises(Incomplete, match="how you verified it"):
        registering.verify_managed(row, is_managed=True, note="", by=owner, **WHEN)
    registering.verify_managed(row, is_managed=True, note="Account team, 1 June.", by=owner, **WHEN)

    row.refresh_from_db()
    assert (row.is_managed, row.verified_by, row.verified_at) == (True, owner, NOW)
    assert row.verified_note == "Account team, 1 June."
    assert (last_event().data["was"], last_event().data["now"]) == (None, True)


def test_verify_managed_refuses_a_requester(roles):
    row = customer("Isar")

    with pytest.raises(NotPermitted):
        registering.verify_managed(row, is_managed=True, note="Sure.", by=user("who"), **WHEN)
    row.refresh_from_db()
    assert row.is_managed is None


def test_register_deployment_keeps_since_when_it_is_in_use(owner):
    row = registering.register_deployment(
        customer("Isar"),
        capability=capability("emotion"),
        use="Camera app",
        in_use_since=date(2021, 3, 1),
        time_zone="Europe/Berlin",
        by=owner,
        **WHEN,
    )

    assert (row.in_use_since, row.status) == (date(2021, 3, 1), "discovered")
    assert last_event().kind == AuditKind.DEPLOYMENT_REGISTERED
    assert last_event().data["capability"] == "emotion"


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"use": " "}, BadInput, "what it is used for"),
        ({"in_use_since": date(2023, 6, 2)}, BadInput, "in the future"),
        ({"time_zone": "Mars/Base"}, BadInput, "no time zone"),
        ({"use": "Known"}, StateConflict, "in the register already"),
    ],
)
def test_register_deployment_refuses(owner, changed, error, words):
    of = customer("Isar")
    given = {"capability": capability("emotion"), "use": "Known", "by": owner, **WHEN}
    registering.register_deployment(of, **given)

    with pytest.raises(error, match=words):
        registering.register_deployment(of, **{**given, "use": "Other", **changed})
    assert Deployment.objects.count() == 1
