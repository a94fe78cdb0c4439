"""Single mails in people's hands: send again, cancel."""

import pytest

from reviews.domain.enums import AuditKind, MailKind, MailState, ReminderState, Role
from reviews.domain.errors import Incomplete, NotPermitted, StateConflict
from reviews.integrations.delivery import Refused
from reviews.models import AuditEvent, Mail
from reviews.services.reminding import outbox, sending
from tests.builders import NOW, user
from tests.builders_mailing import (
    EVERYBODY,
    WHEN,
    Letterbox,
    deadline,
    due,
    line,
    mail_to,
    refuse,
)
from tests.builders_reminding import running

pytestmark = pytest.mark.usefixtures("roles", "catalogue")


@pytest.fixture
def keeper():
    return user("keeper", Role.SUNSET_OWNER)


def failed(*, bounced: bool = False) -> Mail:
    mail = due()
    box = Letterbox(acts={EVERYBODY: [refuse(Refused("554 no", bounced=bounced))]})
    assert sending.send_due(**WHEN, channels=box.as_channels()).failed == 1
    mail.refresh_from_db()
    return mail


def test_a_failed_mail_is_sent_once_more_with_all_its_attempts(keeper):
    mail = failed()
    outbox.retry(mail, by=keeper, **WHEN)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.settled_at) == (MailState.DUE, 0, None)
    assert mail.reminders.get().state == ReminderState.PLANNED
    event = AuditEvent.objects.get(kind=AuditKind.MAIL_RETRIED)
    assert (event.actor, event.data) == (keeper, {"was": "failed", "attempts": 1})

    box = Letterbox()
    assert sending.send_due(**WHEN, channels=box.as_channels()).sent == 1
    assert mail.reminders.get().state == ReminderState.SENT


def test_what_needs_no_retry_gets_none(keeper):
    mail = due()

    with pytest.raises(StateConflict, match="needs no retry"):
        outbox.retry(mail, by=keeper, **WHEN)


def test_a_bounced_address_is_corrected_first(keeper):
    mail = failed(bounced=True)

    with pytest.raises(StateConflict, match="Correct the address first"):
        outbox.retry(mail, by=keeper, **WHEN)
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED


def test_an_escalation_waits_its_turn(keeper):
    row = running()
    owner, about = row.customer.owner, deadline(row)
    old = mail_to(owner, kind=MailKind.ESCALATION, state=MailState.FAILED)
    line(old, about, step="T-14")
    mail_to(owner, kind=MailKind.ESCALATION)

    with pytest.raises(StateConflict, match="once that has left"):
        outbox.retry(old, by=keeper, **WHEN)


def test_a_cancelled_mail_does_not_leave(keeper):
    mail = due()
    outbox.cancel(mail, reason="Agreed by phone.", by=keeper, **WHEN)

    mail.refresh_from_db()
    assert (mail.state, mail.settled_business_at) == (MailState.CANCELLED, NOW)
    assert mail.last_error == "Cancelled by Keeper: Agreed by phone."
    assert mail.reminders.get().state == ReminderState.CANCELLED
    assert AuditEvent.objects.filter(kind=AuditKind.MAIL_CANCELLED, actor=keeper).count() == 1
    assert sending.send_due(**WHEN, channels=Letterbox().as_channels()) == sending.SendResult()


def test_a_cancelling_needs_a_reason_and_a_mail_that_has_not_left(keeper):
    mail = due()
    with pytest.raises(Incomplete):
        outbox.cancel(mail, reason=" ", by=keeper, **WHEN)

    sending.send_due(**WHEN, channels=Letterbox().as_channels())
    with pytest.raises(StateConflict):
        outbox.cancel(mail, reason="Too late.", by=keeper, **WHEN)
    mail.refresh_from_db()
    assert mail.state == MailState.SENT


@pytest.mark.parametrize("act", ["retry", "cancel"])
def test_others_steer_no_mails(act):
    mail = failed()
    arguments = {"reason": "Because."} if act == "cancel" else {}

    with pytest.raises(NotPermitted):
        getattr(outbox, act)(mail, by=user("auditor", Role.AUDITOR), **arguments, **WHEN)
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
