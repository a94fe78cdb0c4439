"""Asked again at the moment of sending: does this line of a mail still hold?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from reviews.domain.enums import Channel, ReminderState
from reviews.models import Mail, Reminder


_HOLD = """
SELECT id FROM reviews_deadline
WHERE id IN (SELECT deadline_id FROM reviews_reminder WHERE mail_id = %s AND state = 'planned')
ORDER BY id FOR SHARE
"""


@dataclass(frozen=True, slots=True)
class Checked:
    """One line: ``state`` is PLANNED where it still holds, else what it becomes, with a reason."""

    reminder: Reminder
    state: ReminderState
    reason: str = ""

    @property
    def holds(self) -> bool:
        return self.state is ReminderState.PLANNED


def check(mail: Mail, *, at: datetime, on: date) -> Sequence[Checked]:
    """Lock the deadlines of ``mail`` FOR SHARE until the transaction ends, and look again.

    The caller has opened the transaction, and sends before it commits. The lines come in the order
    in which the mail names them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [mail.pk])
    lines = (
        Reminder.objects.filter(mail=mail, state=ReminderState.PLANNED)
        .select_related("deadline", "step__ladder")
        .order_by("deadline__last_day", "pk")
    )
    why_not = _why_unreachable(mail)
    return [_checked(line, why_not) for line in lines]


def _checked(line: Reminder, why_not: str) -> Checked:
    if not line.deadline.is_current:
        return Checked(line, ReminderState.SUPERSEDED, "deadline_moved")
    if not line.deadline.is_open:
        return Checked(line, ReminderState.SKIPPED, "closed")
    if why_not:
        return Checked(line, ReminderState.SKIPPED, why_not)
    return Checked(line, ReminderState.PLANNED)


def _why_unreachable(mail: Mail) -> str:
    """Why nothing may go to this recipient any more; empty if it may."""
    if mail.contact is not None:
        if mail.contact.departed_at:
            return "departed"
        return "bounced" if mail.contact.bounced_at else ""
    if mail.user is not None:
        if not mail.user.is_active:
            return "inactive"
        if mail.channel == Channel.EMAIL and not mail.user.email:
            return "no_address"
    return ""
