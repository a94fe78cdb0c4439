"""Contacts and owners: who gets the mails, who answers, and what went wrong with an address."""

import pytest

from reviews.domain.enums import AuditKind, ContactStanding, Role
from reviews.domain.errors import BadInput, Incomplete, NotPermitted, StateConflict
from reviews.domain.sunset import Skip
from reviews.models import AuditEvent, CustomerContact, RegisterChange
from reviews.services.sunset import contacts, owners
from tests.builders import customer, user
from tests.builders_access import deployment
from tests.builders_sunset import WHEN, contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(roles, catalogue):
    return user("owner", Role.SUNSET_OWNER)


@pytest.fixture
def bank(owner):
    return customer("Harbour Bank")


def test_a_new_contact_is_not_confirmed(owner, bank):
    made = contacts.add(bank, name=" Ada  Example ", email="ada@example.test", by=owner, **WHEN)

    assert made.name == "Ada Example"
    assert made.standing is ContactStanding.NEVER_CONFIRMED
    event = AuditEvent.objects.get(kind=AuditKind.CONTACT_ADDED)
    assert "ada@example.test" not in str(event.data)
    assert RegisterChange.objects.get().now == "Ada Example <ada@example.test>"


@pytest.mark.parametrize("email", ["", "nowhere", "a@b", "ada@example.test\r\nBcc: x@y.zz"])
def test_an_address_must_be_one(owner, bank, email):
    with pytest.raises(BadInput):
        contacts.add(bank, name="Ada", email=email, by=owner, **WHEN)


def test_one_address_is_one_contact(owner, bank):
    contact(bank, email="ada@example.test")
    with pytest.raises(StateConflict, match="contact already"):
        contacts.add(bank, name="Ada", email="ADA@example.test", by=owner, **WHEN)


def test_a_contact_who_left_may_come_back(owner, bank):
    gone = contact(bank, email="ada@example.test")
    contacts.depart(gone, reason="Other post.", by=owner, **WHEN)
    contacts.add(bank, name="Ada", email="ada@example.test", by=owner, **WHEN)

    gone.refresh_from_db()
    assert gone.standing is ContactStanding.DEPARTED
    with pytest.raises(StateConflict, match="left the customer"):
        contacts.confirm(gone, by=owner, **WHEN)


def test_a_contact_speaks_for_a_deployment_of_its_customer_only(owner, bank):
    other = deployment(customer("Other"))
    with pytest.raises(BadInput, match="another customer"):
        contacts.add(bank, name="Ada", email="a@example.test", deployment=other, by=owner, **WHEN)


def test_a_bounce_is_forgotten_with_a_new_address(owner, bank):
    row = contact(bank)
    contacts.bounce(row, reason="550 no such user", by=None, **WHEN)
    row.refresh_from_db()
    assert (row.standing, row.bounce_reason) == (ContactStanding.BOUNCED, "550 no such user")

    contacts.change(
        row,
        name=row.name,
        email="new@example.test",
        time_zone="UTC",
        reason="Call.",
        by=owner,
        **WHEN,
    )
    row.refresh_from_db()
    assert row.standing is ContactStanding.NEVER_CONFIRMED
    contacts.confirm(row, reason="Call.", by=owner, **WHEN)
    row.refresh_from_db()
    assert row.standing is ContactStanding.CONFIRMED


def test_a_change_without_a_reason_or_a_difference_is_none(owner, bank):
    row = contact(bank)
    same = {"name": row.name, "email": row.email, "time_zone": row.time_zone}
    with pytest.raises(StateConflict, match="Nothing differs"):
        contacts.change(row, **same, reason="x", by=owner, **WHEN)
    with pytest.raises(Incomplete):
        contacts.change(row, **{**same, "name": "Eve"}, reason="", by=owner, **WHEN)
    assert CustomerContact.objects.get().name == row.name


def test_strangers_keep_no_contacts(bank):
    stranger = user("stranger", Role.REQUESTER)
    with pytest.raises(NotPermitted):
        contacts.add(bank, name="Ada", email="a@example.test", by=stranger, **WHEN)


def test_an_owner_is_somebody_who_can_act(owner, bank):
    owners.set_owner(bank, owner=owner, reason="Region.", by=owner, **WHEN)
    bank.refresh_from_db()
    assert bank.owner == owner
    event = AuditEvent.objects.get(kind=AuditKind.CUSTOMER_OWNER_SET)
    assert (event.data["was"], event.data["now"]) == (None, str(owner.uid))

    with pytest.raises(StateConflict, match="owns this customer already"):
        owners.set_owner(bank, owner=owner, reason="Region.", by=owner, **WHEN)
    with pytest.raises(BadInput, match="cannot own"):
        owners.set_owner(bank, owner=user("reader", Role.AUDITOR), reason="x", by=owner, **WHEN)


def test_many_are_handed_over_with_their_customers(owner, bank):
    mine = customer("Mine", owner=owner)
    rows = [deployment(bank, use="A"), deployment(bank, use="B"), deployment(mine)]
    keys = [row.pk for row in rows]
    given = {"owner": owner, "reason": "Region.", "by": owner, **WHEN}

    seen = owners.set_owner_of(keys, **given, dry_run=True)
    bank.refresh_from_db()
    assert bank.owner is None
    assert owners.set_owner_of(keys, **given, shown=seen.digest) == seen

    assert seen.reached == (rows[0].pk, rows[1].pk)
    assert seen.skipped == {rows[2].pk: Skip.SAME_OWNER}
    bank.refresh_from_db()
    assert bank.owner == owner
    assert RegisterChange.objects.count() == 1
