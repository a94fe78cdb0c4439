"""What holds after every fault, whatever it was."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Count, Q

from chaos.mailbox import Post
from chaos.measures import Measure, at_most, none
from chaos.timing import PACE
from chaos.visitors import Visits
from reviews.domain.enums import AuditKind, Channel, MailState, ReminderState
from reviews.models import AuditEvent, Mail, Reminder
from reviews.services import audit

WAITING = (MailState.DUE, MailState.HELD, MailState.SENDING)
TWO_SWEEPS = 2 * 60 / PACE  # seconds


def after(
    post: Post, everything: Post, *, kills: int = 0, visits: Visits | None = None
) -> Iterator[Measure]:
    """I1 to I6. ``post``: of this case; ``kills``: sending processes killed, frozen or cut off."""
    yield none("I1 reminders without an end", _open_reminders())
    yield none("I2 keys of the ledger twice", _keys_twice())
    yield at_most("I3 mails twice", post.twice(), kills)
    yield none("I3 mails sent, but at no server", _never_arrived(everything))
    yield none("I4 events that break the chain", 0 if audit.verify().ok else 1)
    yield none("I4 mails sent without an event", _without_event())
    if visits is not None:
        yield none("I5 answers 500", visits.statuses()[500])
    yield none("I6 leases left to lie", _old_leases())


def _open_reminders() -> int:
    """Lines that wait though their mail does not, or that never got one."""
    settled = Q(mail__isnull=True) | ~Q(mail__state__in=WAITING)
    return Reminder.objects.filter(settled, state=ReminderState.PLANNED).count()


def _keys_twice() -> int:
    key = ("deadline", "step", "channel", "recipient_key", "occasion")
    rows = Reminder.objects.order_by().values(*key).annotate(rows=Count("pk"))
    return rows.filter(rows__gt=1).count()


def _never_arrived(everything: Post) -> int:
    """Mails that the ledger calls sent and no mail server took."""
    sent = Mail.objects.filter(state=MailState.SENT, channel=Channel.EMAIL)
    return len(set(sent.values_list("message_id", flat=True)) - set(everything.copies()))


def _without_event() -> int:
    """The difference between mails sent and events that say so."""
    sent = Mail.objects.filter(state=MailState.SENT).count()
    return abs(sent - AuditEvent.objects.filter(kind=AuditKind.MAIL_SENT).count())


def _old_leases() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM reviews_mail WHERE state = %s"
            " AND lease_until < clock_timestamp() - make_interval(secs => %s)",
            [MailState.SENDING, TWO_SWEEPS],
        )
        (count,) = cursor.fetchone()
    return count
