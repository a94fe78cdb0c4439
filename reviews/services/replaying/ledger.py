"""Reads what left on a day: one line for each mail, step and day, as the tables hold it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection

from reviews.domain.enums import StepAnchor
from reviews.domain.ladders import StepRule, dated
from reviews.integrations.data_files import holidays

_LINES = """
SELECT m.id, m.due_at, m.local_day, m.kind, m.channel, m.subject,
       COALESCE(c.name, NULLIF(u.full_name, ''), u.username), COALESCE(k.name, ''),
       COALESCE(c.time_zone, u.time_zone), s.code, s.anchor, s.offset_days, s.is_manual,
       d.last_day, d.last_safe_filing_on, d.calendar, r.due_on, count(*)
FROM reviews_mail m
JOIN reviews_reminder r ON r.mail_id = m.id AND r.state = 'sent'
JOIN reviews_deadline d ON d.id = r.deadline_id
JOIN reviews_ladderstep s ON s.id = r.step_id
LEFT JOIN reviews_customercontact c ON c.id = m.contact_id
LEFT JOIN reviews_customer k ON k.id = c.customer_id
LEFT JOIN reviews_user u ON u.id = m.user_id
WHERE m.id = ANY(%s)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
ORDER BY m.due_at, m.id, r.due_on, s.code
"""


@dataclass(frozen=True, slots=True)
class SentLine:
    """Lines of one mail with one step and day. ``nominal_on`` is empty for a reminder by hand.

    ``due_at`` is business time; ``time_zone`` is the recipient's.
    """

    mail: int
    due_at: datetime
    local_day: date
    kind: str
    channel: str
    subject: str
    recipient: str
    customer: str
    time_zone: str
    step: str
    nominal_on: date | None
    moved_on: date
    lines: int


def lines_of(mails: Sequence[int]) -> list[SentLine]:
    """Of these mails, in the order in which they left. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(mails)])
        rows = cursor.fetchall()
    return [_line(row) for row in rows]


def _line(row: Any) -> SentLine:
    """A row of the SELECT: its columns in their order, the step's among them made into a day."""
    values = [*row[:10], _nominal(*row[9:16]), *row[16:]]
    return SentLine(*values)


@cache
def _nominal(
    code: str,
    anchor: str,
    offset_days: int,
    is_manual: bool,
    last_day: date,
    last_safe_filing_on: date | None,
    calendar: str,
) -> date | None:
    """The step's own day by the ladder, before it moved to a working day."""
    rule = StepRule(code, offset_days, (), anchor=StepAnchor(anchor), is_manual=is_manual)
    step = dated(
        rule,
        last_day=last_day,
        last_safe_filing_on=last_safe_filing_on,
        holidays=holidays(calendar),
    )
    return step.nominal_on if step else None
