"""Mails and lines of the ledger in words, for the outbox and the inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext, gettext_lazy, ngettext

from reviews.domain.enums import (
    Audience,
    Channel,
    HoldReason,
    MailKind,
    MailState,
    ReminderState,
    SubjectKind,
)
from reviews.models import Mail, Reminder, SweepHold
from reviews.selectors.sunset.subjects import Subject

COLUMNS = [
    {"label": gettext_lazy("Recipient")},
    {"label": gettext_lazy("What it says")},
    {"label": gettext_lazy("Due")},
    {"label": gettext_lazy("Channel")},
    {"label": gettext_lazy("State")},
]


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail in a list. ``note`` says what became of it, in words, where that matters."""

    title: str
    url: str
    recipient: str
    belongs_to: str
    kind: str
    channel: str
    due_at: datetime
    state: MailState
    note: str
    lines: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of a mail. ``reason``: why it was not sent, in words."""

    what: Subject
    kind: str
    step: str
    audience: str
    last_day: date
    time_zone: str
    due_on: date
    state: ReminderState
    reason: str


def title_of(mail: Mail) -> str:
    """Its subject, or, before it is written, what it will be."""
    return mail.subject or gettext("%(kind)s, written when it is sent") % {
        "kind": MailKind(mail.kind).label
    }


def recipient_of(mail: Mail) -> tuple[str, str]:
    """The person, and whom they belong to."""
    if mail.contact:
        return mail.contact.name, mail.contact.customer.name
    return str(mail.user), ""


def line_of(mail: Mail) -> MailLine:
    """``mail`` comes from ``selectors.sunset.outbox.rows`` or ``whole``."""
    person, belongs_to = recipient_of(mail)
    count = getattr(mail, "line_count", None)
    lines = ngettext("%(count)d line", "%(count)d lines", count) % {"count": count} if count else ""
    return MailLine(
        title=title_of(mail),
        url=mail.get_absolute_url(),
        recipient=person,
        belongs_to=belongs_to,
        kind=str(MailKind(mail.kind).label),
        channel=str(Channel(mail.channel).label),
        due_at=mail.due_at,
        state=mail.current_state,
        note=mail.last_error if mail.current_state != MailState.SENT else "",
        lines=lines,
    )


def headers(mail: Mail) -> list[dict[str, str]]:
    """What left with it, as name and value; only what is known."""
    named = [
        (gettext("To"), mail.address),
        (gettext("Reply to"), mail.reply_to),
        (gettext("Subject"), mail.subject),
        (gettext("Message-ID"), mail.message_id),
    ]
    return [{"key": name, "value": value} for name, value in named if value]


def ledger(
    lines: Sequence[Reminder], subjects: Mapping[tuple[str, int], Subject]
) -> list[LedgerLine]:
    return [
        LedgerLine(
            what=subjects.get(
                (line.deadline.subject_kind, line.deadline.subject_id), Subject(gettext("Gone"))
            ),
            kind=str(SubjectKind(line.deadline.subject_kind).label),
            step=line.step.code,
            audience=str(Audience(line.audience).label),
            last_day=line.deadline.last_day,
            time_zone=line.deadline.time_zone,
            due_on=line.due_on,
            state=ReminderState(line.state),
            reason=line.reason.replace("_", " "),
        )
        for line in lines
    ]


def hold_facts(hold: SweepHold) -> list[dict[str, object]]:
    """Why the machine stopped, and by how much."""
    rows: list[tuple[str, object]] = [
        (gettext("Why"), HoldReason(hold.reason).label),
        (gettext("Business day"), hold.business_on.isoformat()),
        (gettext("Mails held"), str(hold.mail_count)),
        (gettext("Mails foreseen for the day"), str(hold.forecast_count)),
    ]
    if hold.settled_by:
        done = gettext("Discarded") if hold.is_discarded else gettext("Released")
        rows += [
            (gettext("Decided"), f"{done}: {hold.settled_by}"),
            (gettext("Reason"), hold.settled_reason),
        ]
    return [{"key": key, "value": value} for key, value in rows]
