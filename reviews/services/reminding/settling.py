"""How a mail ends: sent, dropped, refused, given up. Each with its lines and its event.

Every write asks for the token of the lease; ``LeaseLost`` means that another sender has the mail.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import DateTimeField, Func

from reviews.domain.enums import AuditKind, MailState, ReminderState
from reviews.domain.messages import Message
from reviews.integrations import hot_sql
from reviews.models import Mail, Reminder
from reviews.services import audit
from reviews.services.reminding.reaching import reached_by
from reviews.services.reminding.standing import Checked
from reviews.services.sunset import contacts

logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """The lease ended meanwhile, and somebody else has the mail."""


class RealNow(Func):
    """The database's clock."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = DateTimeField()


_SENT = """
WITH settled AS (
    UPDATE reviews_mail
    SET state = 'sent', lease_token = NULL, lease_until = NULL, next_try_at = NULL,
        settled_at = clock_timestamp(), settled_business_at = %(at)s, last_error = '',
        address = %(address)s, reply_to = %(reply_to)s, subject = %(subject)s, text = %(text)s,
        html = %(html)s, message_id = %(message_id)s
    WHERE id = %(id)s AND lease_token = %(token)s
    RETURNING id
), told AS (
    UPDATE reviews_reminder SET state = 'sent'
    WHERE id = ANY(%(lines)s) AND EXISTS (SELECT 1 FROM settled)
)
SELECT ARRAY(SELECT id FROM reviews_deployment
             WHERE id = ANY(%(reached)s) AND status = 'discovered') FROM settled
"""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What left, as it left."""

    message: Message
    message_id: str


def sent(
    mail: Mail,
    lines: Sequence[Reminder],
    dropped: Sequence[Checked],
    delivered: Delivered,
    *,
    token: uuid.UUID,
    at: datetime,
    on: date,
) -> set[int]:
    """Inside the caller's transaction, last but for the deployments that were reached: returns
    those of them that nobody had notified before."""
    message = delivered.message
    values = {
        "id": mail.pk,
        "token": token,
        "at": at,
        "address": message.to[:254],
        "reply_to": message.reply_to[:254],
        "subject": message.subject[:300],
        "text": message.text,
        "html": message.html,
        "message_id": delivered.message_id,
        "lines": [line.pk for line in lines],
        "reached": list(reached_by(lines)),
    }
    rows = hot_sql.rows(_SENT, values)
    if not rows:
        raise LeaseLost
    ((discovered,),) = rows
    mail.state = MailState.SENT
    _drop(dropped)
    audit.record(
        AuditKind.MAIL_SENT,
        subject=mail,
        by=None,
        at=at,
        on=on,
        mail_kind=mail.kind,
        channel=mail.channel,
        recipient=mail.recipient_key,
        lines=len(lines),
        attempt=mail.attempts,
    )
    return set(discovered)


def emptied(
    mail: Mail, dropped: Sequence[Checked], *, token: uuid.UUID, at: datetime, on: date
) -> None:
    """Nothing was left to say. Inside the caller's transaction."""
    _settle(mail, MailState.EMPTY, token=token, at=at)
    _drop(dropped)
    audit.record(
        AuditKind.MAIL_EMPTY,
        subject=mail,
        by=None,
        at=at,
        on=on,
        recipient=mail.recipient_key,
        reasons=sorted({one.reason for one in dropped}),
    )


@transaction.atomic
def failed(
    mail_id: int, *, token: uuid.UUID, error: str, bounced: bool, at: datetime, on: date
) -> None:
    """Refused for good. ``bounced``: a customer's contact cannot be reached at its address."""
    mail = held(mail_id, token)
    _settle(mail, MailState.FAILED, token=token, at=at, last_error=error[:500])
    _give_up_lines(mail, reason="refused")
    audit.record(
        AuditKind.MAIL_FAILED, subject=mail, by=None, at=at, on=on, recipient=mail.recipient_key
    )
    if bounced and mail.contact is not None and mail.contact.departed_at is None:
        # Red in the register and on the board, where the owner sees it.
        contacts.bounce(mail.contact, reason=error[:300], by=None, at=at, on=on)


@transaction.atomic
def buried(mail_id: int, *, token: uuid.UUID, error: str, at: datetime, on: date) -> None:
    """Given up after the last attempt: on the board, and an alarm in the log."""
    mail = held(mail_id, token)
    _settle(mail, MailState.DEAD, token=token, at=at, last_error=(error or mail.last_error)[:500])
    _give_up_lines(mail, reason="given_up")
    audit.record(
        AuditKind.MAIL_DEAD,
        subject=mail,
        by=None,
        at=at,
        on=on,
        recipient=mail.recipient_key,
        attempts=mail.attempts,
    )
    logger.error("mail %s was given up after %d attempts", mail.uid, mail.attempts)


def held(mail_id: int, token: uuid.UUID) -> Mail:
    """The mail, ours until the transaction ends: nobody else claims or cancels it meanwhile."""
    rows = (
        Mail.objects.select_related("user", "contact")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=mail_id, lease_token=token)
        .order_by()
    )
    for mail in rows:
        return mail
    raise LeaseLost


def _settle(
    mail: Mail, state: MailState, *, token: uuid.UUID, at: datetime, **values: object
) -> None:
    count = Mail.objects.filter(pk=mail.pk, lease_token=token).update(
        state=state,
        lease_token=None,
        lease_until=None,
        next_try_at=None,
        settled_at=RealNow(),
        settled_business_at=at,
        **values,
    )
    if count != 1:
        raise LeaseLost
    mail.state = state


def _drop(dropped: Sequence[Checked]) -> None:
    by_end: dict[tuple[ReminderState, str], list[int]] = {}
    for one in dropped:
        by_end.setdefault((one.state, one.reason), []).append(one.reminder.pk)
    for (state, reason), keys in by_end.items():
        Reminder.objects.filter(pk__in=keys).update(state=state, reason=reason)


def _give_up_lines(mail: Mail, *, reason: str) -> None:
    Reminder.objects.filter(mail=mail, state=ReminderState.PLANNED).update(
        state=ReminderState.FAILED, reason=reason
    )
