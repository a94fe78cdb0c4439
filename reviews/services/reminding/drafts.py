"""The texts of a batch, each written while the mail server thinks about the mail before it.

A draft is used only where the last look finds the mail as it was foreseen; else the mail is
composed anew, then and there. So nothing old is ever sent, and no time is spent twice.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from reviews.domain.enums import MailKind
from reviews.domain.messages import Message
from reviews.models import Mail, Reminder
from reviews.services.reminding import messages, standing

_MOST_LINES = 2000
"""Lines that are read ahead for a batch; a mail with more of them is composed in its turn."""

Fingerprint = tuple[object, ...]
_COLUMNS = ("last_day", "last_safe_filing_on", "time_zone", "calendar", "version")


class Drafts:
    """Of one batch, at one moment of business time. Reads everything at once, in four queries."""

    def __init__(self, mail_keys: Collection[int], *, at: datetime) -> None:
        self._at = at
        self._mails = Mail.objects.select_related("user", "contact").in_bulk(mail_keys)
        self._lines: dict[int, list[Reminder]] = {key: [] for key in mail_keys}
        for line in standing.lines_of(mail_keys)[:_MOST_LINES]:
            if line.mail_id is not None:
                self._lines[line.mail_id].append(line)
        self._written: dict[int, tuple[Fingerprint, Message | None]] = {}
        messages.foresee({line.deadline for lines in self._lines.values() for line in lines})

    def write(self, mail_key: int) -> None:
        """Ahead of its turn. A notice is not: what it rests on is looked at in its turn alone."""
        mail, lines = self._mails[mail_key], self._lines[mail_key]
        if mail.kind == MailKind.NOTICE:
            return
        self._written[mail_key] = (
            _fingerprint(mail, lines),
            messages.compose(mail, lines, at=self._at),
        )

    def message(self, mail: Mail, lines: Sequence[Reminder]) -> Message | None:
        """What the mail says now: the draft where it still holds."""
        was, message = self._written.pop(mail.pk, (None, None))
        if was == _fingerprint(mail, lines):
            return message
        return messages.compose(mail, lines, at=self._at)


def _fingerprint(mail: Mail, lines: Sequence[Reminder]) -> Fingerprint:
    """Everything of the mail, its reader and its lines that the text rests on."""
    reader = mail.user or mail.contact
    return (
        mail.kind,
        mail.channel,
        reader and (str(reader), reader.email, reader.time_zone),
        *((line.pk, *(getattr(line.deadline, name) for name in _COLUMNS)) for line in lines),
    )
