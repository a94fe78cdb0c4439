"""Asked again at the moment of sending: does this line of a mail still hold?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from reviews.domain.enums import Channel, ReminderState
from reviews.domain.ladders import local_day
from reviews.integrations import hot_sql
from reviews.models import Mail, Reminder
from reviews.services.reminding import recipients

_HOLD = """
SELECT id FROM reviews_deadline
WHERE id IN (SELECT deadline_id FROM reviews_reminder
             WHERE mail_id = %(mail)s AND state = 'planned')
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


def hold(mail_key: int) -> None:
    """Lock the deadlines of this mail FOR SHARE until the transaction ends.

    Before the row of the mail: the plan locks in this order, too.
    """
    hot_sql.rows(_HOLD, {"mail": mail_key})


def lines_of(mail_keys: Collection[int]) -> QuerySet[Reminder]:
    """The lines that wait in these mails, in the order in which a mail names them."""
    return (
        Reminder.objects.filter(mail__in=mail_keys, state=ReminderState.PLANNED)
        .select_related("deadline", "step__ladder")
        .order_by("deadline__last_day", "pk")
    )


def check(mail: Mail, *, at: datetime, on: date) -> Sequence[Checked]:
    """Look again at the lines of a mail whose deadlines the caller holds, and goes on holding until
    it has left. They come in the order in which the mail names them.
    """
    lines = list(lines_of([mail.pk]))
    why_not = _why_unreachable(mail)
    fallen = {} if why_not else _fallen(mail, at=at)
    return [_checked(line, why_not, fallen) for line in lines]


def _checked(
    line: Reminder, why_not: str, fallen: Mapping[int, tuple[ReminderState, str]]
) -> Checked:
    if not line.deadline.is_current:
        return Checked(line, ReminderState.SUPERSEDED, "deadline_moved")
    if not line.deadline.is_open:
        return Checked(line, ReminderState.SKIPPED, "closed")
    if why_not:
        return Checked(line, ReminderState.SKIPPED, why_not)
    if line.pk in fallen:
        return Checked(line, *fallen[line.pk])
    return Checked(line, ReminderState.PLANNED)


def _fallen(mail: Mail, *, at: datetime) -> dict[int, tuple[ReminderState, str]]:
    """Lines that the plan, made now, would not write: the same rule, and the same statement."""
    reader = mail.user or mail.contact
    today = local_day(at, reader.time_zone if reader else "UTC")
    found = hot_sql.rows(_FALLEN, {"mail": mail.pk, "at": at, "today": today})
    return {key: (ReminderState(state), reason) for key, state, reason in found}


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


# SQL ----------------------------------------------------------------------------------------------

_DUE = """(
    SELECT r.id AS ref, d.id AS deadline_id, d.subject_kind, d.subject_id, FALSE AS is_fresh
    FROM reviews_reminder r JOIN reviews_deadline d ON d.id = r.deadline_id
    WHERE r.mail_id = %(mail)s AND r.state = 'planned'
)"""

_SAY = """(
    SELECT r.id AS ref, r.step_id, r.audience, 0 AS rank, '' AS kind, r.due_on,
           'planned' AS state, '' AS reason
    FROM reviews_reminder r
    WHERE r.mail_id = %(mail)s AND r.state = 'planned'
)"""

_VERDICTS = """
    WITH {lines}, verdicts AS (
        SELECT r.id,
               CASE WHEN EXISTS (
                        SELECT 1 FROM reviews_reminder n JOIN reviews_mail m ON m.id = n.mail_id
                        WHERE n.deadline_id = r.deadline_id AND n.channel = r.channel
                          AND n.recipient_key = r.recipient_key AND n.due_on > r.due_on
                          AND n.occasion = '' AND r.occasion = ''
                          AND (n.state = 'sent' OR (n.state = 'planned' AND m.due_at <= %(at)s
                                                    AND m.state IN ('due', 'sending'))))
                    THEN 'nearer_step'
                    WHEN l.ref IS NULL THEN 'not_addressed'
                    WHEN l.state <> 'planned' THEN l.reason
                    WHEN l.quiet_until >= %(today)s THEN 'snoozed'
                    ELSE '' END AS reason
        FROM reviews_reminder r
        LEFT JOIN (SELECT DISTINCT ref, recipient_key, state, reason, quiet_until FROM lines) l
               ON l.ref = r.id AND l.recipient_key = r.recipient_key
        WHERE r.mail_id = %(mail)s AND r.state = 'planned'
    )
    SELECT id, CASE reason WHEN 'nearer_step' THEN 'missed' ELSE 'skipped' END, reason
    FROM verdicts WHERE reason <> ''
"""

_FALLEN = _VERDICTS.format(lines=recipients.lines(due=_DUE, say=_SAY))
