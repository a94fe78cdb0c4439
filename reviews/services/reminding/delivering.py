"""One mail on its way out: held, looked at, written, handed over, marked. One transaction.

While it is handed over the transaction holds the deadlines that the mail speaks of (FOR SHARE) and
its own row. What the database fails to mark after the server's yes is marked as soon as it can.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction

from reviews.domain.enums import ReminderState
from reviews.domain.messages import Message
from reviews.integrations import hot_sql
from reviews.integrations.channels import Transport
from reviews.models import Mail, Reminder
from reviews.services.reminding import reaching, settling, standing
from reviews.services.reminding.claiming import Claim
from reviews.services.reminding.settling import Delivered
from reviews.services.reminding.standing import Checked

LOCK_PATIENCE = 10
"""Seconds to wait for somebody who moves a deadline just now."""
MARK_TRIES = 10
"""Seconds for which a delivered mail waits for a database that went away."""

Compose = Callable[[Mail, Sequence[Reminder]], Message | None]

_LIMITS = """
SELECT set_config('idle_in_transaction_session_timeout', %(idle)s, true),
       set_config('lock_timeout', %(lock)s, true), set_config('synchronous_commit', 'on', true)
"""


@dataclass
class _Outgoing:
    """One mail between its last look and its mark."""

    mail: Mail
    lines: list[Reminder]
    dropped: list[Checked]
    message: Message
    delivered: Delivered = field(init=False)


def deliver(
    claim: Claim,
    transport: Transport,
    *,
    compose: Compose,
    meanwhile: Callable[[], object],
    at: datetime,
    on: date,
) -> str:
    """``sent``, or ``empty`` where nothing was left to say. The lease was renewed just now.

    Raises ``LeaseLost``, the errors of ``integrations.delivery``, and whatever ``compose`` raises;
    then nothing was written.
    """
    handed_over: list[_Outgoing] = []
    try:
        with transaction.atomic():
            outgoing = _outgoing(claim, compose, at=at, on=on)
            if outgoing is None:
                return "empty"
            message_id = outgoing.mail.message_id or transport.message_id(outgoing.mail.uid)
            outgoing.delivered = Delivered(outgoing.message, message_id)
            transport.deliver(
                outgoing.message,
                message_id=message_id,
                attempt=outgoing.mail.attempts,
                meanwhile=meanwhile,
            )
            handed_over.append(outgoing)
            held = _mark(outgoing, claim, at=at, on=on)
    except (DatabaseError, InterfaceError):
        if not handed_over:
            raise
        held = _mark_late(handed_over[0], claim, at=at, on=on)
    if held:
        reaching.notify(held, at=at, on=on)
    return "sent"


def is_usable() -> bool:
    """Whether the database still answers on this connection."""
    return connection.connection is not None and connection.is_usable()


def _outgoing(claim: Claim, compose: Compose, *, at: datetime, on: date) -> _Outgoing | None:
    """The mail as it is to leave now; ``None``: it was empty, and is settled."""
    _limit_this_transaction()
    standing.hold(claim.mail_id)
    mail = settling.held(claim.mail_id, claim.token)
    checked = standing.check(mail, at=at, on=on)
    lines = [one.reminder for one in checked if one.holds]
    dropped = [one for one in checked if not one.holds]
    message = compose(mail, lines)
    if message is None:
        dropped += [Checked(line, ReminderState.SKIPPED, "nothing_to_say") for line in lines]
        settling.emptied(mail, dropped, token=claim.token, at=at, on=on)
        return None
    return _Outgoing(mail, lines, dropped, message)


def _limit_this_transaction() -> None:
    """A frozen sender is cut off after one lease, and nobody's lock is waited for long."""
    values = {"idle": f"{settings.MAIL_LEASE_SECONDS}s", "lock": f"{LOCK_PATIENCE}s"}
    hot_sql.rows(_LIMITS, values)


def _mark(outgoing: _Outgoing, claim: Claim, *, at: datetime, on: date) -> set[int]:
    """Sent, and the deployments notified; returns those that somebody holds just now."""
    reached = settling.sent(
        outgoing.mail,
        outgoing.lines,
        outgoing.dropped,
        outgoing.delivered,
        token=claim.token,
        at=at,
        on=on,
    )
    return reaching.notify_free(reached, at=at, on=on)


def _mark_late(outgoing: _Outgoing, claim: Claim, *, at: datetime, on: date) -> set[int]:
    """The database failed us after the server's yes: mark as soon as it can."""
    for tries_left in reversed(range(MARK_TRIES)):
        if not is_usable():
            connection.close()
        try:
            with transaction.atomic():
                return _mark(outgoing, claim, at=at, on=on)
        except (DatabaseError, InterfaceError):
            if not tries_left:
                raise
            time.sleep(1)
    return set()
