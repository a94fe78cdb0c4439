"""What people do with single mails: send once more what failed, stop what waits."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from reviews.domain.access import check_reason
from reviews.domain.enums import AuditKind, MailState, ReminderState
from reviews.domain.errors import StateConflict
from reviews.models import Mail, Reminder, User
from reviews.permissions.outbox import can_cancel, can_retry
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.reminding.settling import RealNow

GIVEN_UP = (ReminderState.FAILED,)


@transaction.atomic
def retry(mail: Mail, *, by: User, at: datetime, on: date) -> Mail:
    """Due at once, with all its attempts; under the Message-ID that it had.

    What its lines say is looked at again before it leaves. Raises ``NotPermitted``,
    ``StateConflict`` where it needs no retry, or its contact's address is known not to work.
    """
    mail = _locked(mail)
    require(can_retry(by, mail))
    if mail.contact is not None and mail.contact.bounced_at is not None:
        raise StateConflict(
            gettext(
                "Mails to this contact bounce. Correct the address first, then send the mail again."
            )
        )
    was, attempts = mail.current_state, mail.attempts

    mail.state, mail.attempts, mail.next_try_at = MailState.DUE, 0, None
    mail.settled_at = mail.settled_business_at = None
    try:
        with transaction.atomic():
            mail.save(
                update_fields=[
                    "state", "attempts", "next_try_at", "settled_at", "settled_business_at",
                ]
            )  # fmt: skip
    except IntegrityError:
        raise StateConflict(
            gettext(
                "A newer escalation waits for this person. Send this one again once that has left."
            )
        ) from None
    mail.reminders.filter(state__in=GIVEN_UP).update(state=ReminderState.PLANNED, reason="")

    audit.record(
        AuditKind.MAIL_RETRIED, subject=mail, by=by, at=at, on=on, was=was, attempts=attempts
    )
    return mail


@transaction.atomic
def cancel(mail: Mail, *, reason: str, by: User, at: datetime, on: date) -> Mail:
    """It does not leave. Raises ``NotPermitted``, ``Incomplete`` without a reason,
    ``StateConflict`` for one that has left or is just leaving."""
    mail = _locked(mail)
    require(can_cancel(by, mail))
    reason = check_reason(reason, who_reads="it stands beside the mail in the outbox")
    was = mail.current_state

    mail.state, mail.next_try_at = MailState.CANCELLED, None
    mail.last_error = f"Cancelled by {by}: {reason}"[:500]
    mail.save(update_fields=["state", "next_try_at", "last_error"])
    Mail.objects.filter(pk=mail.pk).update(settled_at=RealNow(), settled_business_at=at)
    Reminder.objects.filter(mail=mail, state__in=[ReminderState.PLANNED, *GIVEN_UP]).update(
        state=ReminderState.CANCELLED, reason="cancelled"
    )

    audit.record(AuditKind.MAIL_CANCELLED, subject=mail, by=by, at=at, on=on, was=was)
    return mail


def _locked(mail: Mail) -> Mail:
    return (
        Mail.objects.select_related("contact", "user")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=mail.pk)
    )
