"""Reminders by hand: who gets one, who is left in peace, and that one day brings one."""

from datetime import timedelta

import pytest

from reviews.domain.enums import AuditKind, DeploymentStatus, MailState, Role
from reviews.domain.errors import BadInput, NotPermitted, StateConflict
from reviews.domain.sunset import Skip
from reviews.models import AuditEvent, Mail, Reminder
from reviews.services.reminding import by_hand
from tests.builders import NOW, TODAY, customer, user
from tests.builders_access import deployment
from tests.builders_sunset import WHEN, contact, waiting

pytestmark = pytest.mark.django_db
STATUS = DeploymentStatus


@pytest.fixture
def owner(roles, catalogue):
    return user("owner", Role.SUNSET_OWNER)


@pytest.fixture
def bank(owner):
    row = customer("Harbour Bank", owner=owner)
    contact(row)
    return row


def test_the_contact_gets_a_mail_now(owner, bank):
    rows = [waiting(bank, use="A"), waiting(bank, use="B")]

    effect = by_hand.remind([row.pk for row in rows], by=owner, **WHEN)

    assert effect.reached == (rows[0].pk, rows[1].pk)
    mail = Mail.objects.get()
    assert (mail.contact.name, mail.state) == ("Ada Example", MailState.DUE)
    assert mail.due_at <= NOW
    assert mail.reminders.count() == 2
    assert AuditEvent.objects.filter(kind=AuditKind.REMINDERS_ASKED).count() == 2


def test_each_reason_to_leave_one_out(owner, bank):
    nobody = customer("Nobody", owner=owner)
    rows = {
        None: waiting(bank, use="reached"),
        Skip.ACKNOWLEDGED: waiting(bank, use="a", status=STATUS.ACKNOWLEDGED),
        Skip.PLAN_FILED: waiting(bank, use="b", status=STATUS.PLAN_FILED),
        Skip.MIGRATING: waiting(bank, use="c", status=STATUS.MIGRATING),
        Skip.NOT_RUNNING: waiting(bank, use="d", status=STATUS.DISCONTINUED),
        Skip.NO_DEADLINE: deployment(bank, "head-pose", use="e"),
        Skip.SNOOZED: waiting(bank, use="f", snoozed_until=TODAY + timedelta(days=3)),
        Skip.NO_CONTACT: waiting(nobody),
    }
    keys = [row.pk for row in rows.values()]

    seen = by_hand.remind(keys, by=owner, **WHEN, dry_run=True)
    assert not Reminder.objects.exists()
    done = by_hand.remind(keys, by=owner, **WHEN, shown=seen.digest)

    assert done == seen
    assert seen.reached == (rows[None].pk,)
    assert seen.skipped == {row.pk: why for why, row in rows.items() if why}


def test_one_day_brings_one(owner, bank):
    row = waiting(bank)
    first = by_hand.remind([row.pk], by=owner, **WHEN)

    again = by_hand.remind([row.pk], by=owner, **WHEN)
    assert again.skipped == {row.pk: Skip.REMINDED_TODAY}
    with pytest.raises(StateConflict):
        by_hand.remind([row.pk], by=owner, **WHEN, shown=first.digest)
    tomorrow = {"at": NOW + timedelta(days=1), "on": TODAY + timedelta(days=1)}
    assert by_hand.remind([row.pk], by=owner, **tomorrow).reached == (row.pk,)
    assert Reminder.objects.filter(step__is_manual=True).count() == 2


def test_a_contact_who_bounced_is_not_written_to(owner, bank):
    row = waiting(bank)
    bank.contacts.update(bounced_at=NOW)

    assert by_hand.remind([row.pk], by=owner, **WHEN).skipped == {row.pk: Skip.NO_CONTACT}


def test_the_customers_contact_steps_in_for_one_that_bounced(owner, bank):
    row = waiting(bank)
    contact(bank, "Own Example", deployment=row, bounced_at=NOW)

    assert by_hand.remind([row.pk], by=owner, **WHEN).reached == (row.pk,)
    assert Mail.objects.get().contact.name == "Ada Example"


def test_only_who_keeps_the_register_reminds(owner, bank):
    row = waiting(bank)
    with pytest.raises(NotPermitted):
        by_hand.remind([row.pk], by=user("reader", Role.AUDITOR), **WHEN)
    with pytest.raises(BadInput):
        by_hand.remind([], by=owner, **WHEN)
