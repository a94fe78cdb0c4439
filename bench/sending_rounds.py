"""One round of ``bench.sending``: ours, and the bare loop. Imported once settings stand."""

import smtplib
import time

from chaos import register
from chaos.mailbox import Mailbox
from chaos.sink import HOST
from reviews.domain.enums import MailState
from reviews.domain.messages import Message
from reviews.integrations import smtp
from reviews.models import Mail
from reviews.services.reminding import deadlines, planning, sending

WARM = 5
"""Mails that are sent before the clock starts: imports, templates, caches."""


def ours(mails: int, mailbox: Mailbox) -> tuple[float, list[tuple[str, str, bytes]]]:
    """Mails per second of one sweep, from the claim to the last commit; and what it sent."""
    at, on = register.STARTS, register.STARTS.date()
    register.deployments(mails + WARM, register.people(), batch="a")
    deadlines.follow_all(at=at, on=on)
    planning.plan(at=at, on=on)
    sending.send_due(at=at, on=on, limit=WARM)
    mailbox.forget()
    begun = time.perf_counter()
    result = sending.send_due(at=at, on=on)
    took = time.perf_counter() - begun
    if result.sent < mails or mailbox.count() != mails:
        raise SystemExit(f"bench: {result}, but {mailbox.count()} mails arrived")
    return mails / took, [_letter(mail) for mail in Mail.objects.filter(state=MailState.SENT)]


def bare(letters: list[tuple[str, str, bytes]], mailbox: Mailbox) -> float:
    """The very same mails, as fast as smtplib hands them over."""
    begun = time.perf_counter()
    with smtplib.SMTP(HOST, mailbox.port) as server:
        for sender, to, content in letters:
            server.sendmail(sender, [to], content)
    return len(letters) / (time.perf_counter() - begun)


def _letter(mail: Mail) -> tuple[str, str, bytes]:
    message = Message(mail.address, mail.subject, mail.text, mail.html, mail.reply_to)
    assembled = smtp.assembled(message, message_id=mail.message_id, attempt=1)
    return smtp.envelope(assembled)
