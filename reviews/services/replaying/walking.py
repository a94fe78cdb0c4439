"""Day by day: follow the deadlines, plan, send. The machine's own services, another way out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Min

from reviews.domain.enums import Channel, MailState
from reviews.domain.messages import Message
from reviews.domain.rehearsing import first_mail
from reviews.integrations.channels import InboxTransport, Transport
from reviews.models import AccessGrant, CapabilityPolicy, Deadline, Mail, PolicyException
from reviews.services.reminding import deadlines, planning, sending
from reviews.services.replaying.ledger import SentLine, lines_of

Sender = Callable[[datetime, date], None]
"""Marks as sent what is due at this moment of business time, on this day."""

Evening = Callable[[date], None]
"""What happens once all mails of this day have left."""

_MARK = """
WITH gone AS (
    UPDATE reviews_mail SET state = 'sent', settled_at = %(at)s, settled_business_at = %(at)s
    WHERE state = 'due' AND due_at <= %(at)s
    RETURNING id
)
UPDATE reviews_reminder SET state = 'sent'
WHERE state = 'planned' AND mail_id IN (SELECT id FROM gone)
"""


@dataclass
class SilentTransport:
    """Takes every mail and hands it to nobody."""

    def open(self) -> None:
        return None

    def message_id(self, uid: UUID) -> str:
        return f"<{uid}@replay>"

    def deliver(
        self,
        message: Message,
        *,
        message_id: str,
        attempt: int,
        meanwhile: Callable[[], object],
    ) -> None:
        return None

    def close(self) -> None:
        return None


NOWHERE: Mapping[str, Callable[[], Transport]] = {
    Channel.EMAIL.value: SilentTransport,
    Channel.INBOX.value: InboxTransport,
}


def send(at: datetime, on: date) -> None:
    """As in production, up to the door: claim, look again, write, mark."""
    sending.send_due(at=at, on=on, channels=NOWHERE)


def mark(at: datetime, on: date) -> None:
    """Mails count as sent without being written: enough to foresee who gets one, and when."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"at": at})


def walk(
    first: date,
    last: date,
    *,
    sender: Sender,
    since: datetime | None = None,
    evening: Evening | None = None,
) -> Iterator[list[SentLine]]:
    """What leaves on each day from ``first`` to ``last`` (inclusive), days without a mail left out.

    Each mail leaves at its own 09:00. ``since``: nothing due before this moment is sent twice.
    ``evening``: what happens after a day's mails.
    """
    day, turning = first, _turning_days()
    while day <= last:
        at = max(first_mail(day), since) if since else first_mail(day)
        if day == first or day in turning:
            deadlines.follow_all(at=at, on=day)
        if _is_planned(day):
            planning.plan(at=at, on=day, guarded=False)
        yield from _sent(at, day, sender)
        if evening is not None:
            evening(day)
        day += timedelta(days=1)


def _turning_days() -> set[date]:
    """Days on which a deadline can move by the calendar alone, without anybody doing anything: a
    policy comes into force, a grant lapses, an exception ends. On all others the hourly sweep that
    follows the deadlines finds nothing here."""
    policies = CapabilityPolicy.objects.order_by().values_list("effective_from", flat=True)
    grants = AccessGrant.objects.order_by().values_list("reverify_by", flat=True)
    exceptions = PolicyException.objects.order_by().values_list("until", flat=True)
    ends = {*grants.distinct(), *exceptions.distinct()} - {None}
    return {*policies.distinct(), *ends, *(day + timedelta(days=1) for day in ends)}


def _is_planned(day: date) -> bool:
    """Whether a step is due; a plan of a day without one writes nothing."""
    return Deadline.objects.filter(is_current=True, is_open=True, next_step_on__lte=day).exists()


def _sent(at: datetime, day: date, sender: Sender) -> Iterator[list[SentLine]]:
    """Everything that is due before the next day's first mail, moment by moment."""
    end = first_mail(day + timedelta(days=1))
    while True:
        waiting = Mail.objects.filter(state=MailState.DUE)
        due_at = waiting.filter(due_at__lt=end).aggregate(at=Min("due_at"))["at"]
        if due_at is None:
            return
        moment = max(due_at, at)
        keys = list(waiting.filter(due_at__lte=moment).values_list("pk", flat=True))
        sender(moment, day)
        if lines := lines_of(keys):
            yield lines
        # What could not be written here would be met again for ever.
        waiting.filter(pk__in=keys).update(state=MailState.EMPTY)
