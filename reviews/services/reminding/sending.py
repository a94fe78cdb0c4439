"""Send what is due: claim, renew, look again, write, deliver, mark. One transaction a mail.

While a mail is delivered its transaction holds the deadlines that it speaks of (FOR SHARE) and
its own row. So a moved deadline waits for the mail or wins before it; after its commit no mail
with the old day leaves. A sender that freezes is cut off by the database after one lease.

At least once, on purpose: a sender that dies between the server's yes and the commit sends that
one mail again, under the same Message-ID.
"""

import contextlib
import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.db import InterfaceError, OperationalError

from reviews.domain.delivering import is_given_up, seconds_to_wait
from reviews.domain.enums import MailState
from reviews.integrations.channels import Transport, transports
from reviews.integrations.delivery import DeliveryError, Refused, Unreachable
from reviews.models import Mail
from reviews.services.reminding import (
    breaker,
    claiming,
    delivering,
    holds,
    memory,
    messages,
    settling,
)
from reviews.services.reminding.claiming import BATCH, Claim
from reviews.services.reminding.drafts import Drafts
from reviews.services.reminding.settling import LeaseLost

BUSY_WAIT = 30
"""Seconds after which a mail is tried again whose deadline was held all that time."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendResult:
    """How many mails ended how. ``waiting``: given back, for a later try; ``lost``: taken over by
    another sender. ``is_stopped``: a hold is open, nothing was claimed."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    empty: int = 0
    waiting: int = 0
    lost: int = 0
    is_stopped: bool = False
    unreachable: tuple[str, ...] = ()
    """Channels whose server could not be reached."""

    @property
    def settled(self) -> int:
        return self.sent + self.failed + self.dead + self.empty


def _always() -> bool:
    return True


def send_due(
    *,
    at: datetime,
    on: date,
    limit: int | None = None,
    channels: Mapping[str, Callable[[], Transport]] | None = None,
    go_on: Callable[[], bool] = _always,
) -> SendResult:
    """Send until nothing is due at this business time, or ``limit`` mails were begun.

    ``go_on`` is asked before each mail: on a no the rest is given back untouched. ``channels``:
    what makes the transports, by channel; without it the portal's own. A mail that fails never
    stops the others. Raises only what the database raises when it is gone.
    """
    if holds.is_stopped():
        return SendResult(is_stopped=True)
    sender = _Sender(transports(channels), at=at, on=on)
    begun = 0
    with memory.of_one_sweep(), contextlib.closing(sender):
        while go_on() and (limit is None or begun < limit):
            room = BATCH if limit is None else min(BATCH, limit - begun)
            claims = claiming.claim(at=at, limit=room, channels=sender.usable_channels)
            if not claims:
                break
            begun += len(claims)
            sender.send(claims, go_on)
    return sender.result()


def due_count(*, at: datetime) -> int:
    """How many mails ``send_due`` would begin with at this business time."""
    return Mail.objects.filter(state=MailState.DUE, due_at__lte=at).count()


@dataclass
class _Sender:
    """One run of the sweep: its transports, what it has learnt about them, what it has done."""

    by_channel: dict[str, Transport]
    at: datetime
    on: date
    tally: Counter[str] = field(default_factory=Counter)
    away: set[str] = field(default_factory=set)
    proven: set[str] = field(default_factory=set)
    drafts: Drafts | None = None
    following: int | None = None
    """The mail whose turn is next."""

    @property
    def usable_channels(self) -> list[str]:
        return [channel for channel in self.by_channel if channel not in self.away]

    def result(self) -> SendResult:
        tally = self.tally
        return SendResult(
            sent=tally["sent"],
            failed=tally["failed"],
            dead=tally["dead"],
            empty=tally["empty"],
            waiting=tally["waiting"],
            lost=tally["lost"],
            unreachable=tuple(sorted(self.away)),
        )

    def close(self) -> None:
        for transport in self.by_channel.values():
            transport.close()

    def send(self, claims: Sequence[Claim], go_on: Callable[[], bool]) -> None:
        """One batch. Whatever is not begun goes back, also when we are thrown out of here."""
        left = list(claims)
        try:
            self._read_ahead(claims)
            while left and go_on():
                claim = left.pop(0)
                if claim.channel in self.away:
                    claiming.give_back_untouched([claim])
                    self.tally["waiting"] += 1
                else:
                    self.following = left[0].mail_id if left else None
                    self.tally[self._attempt(claim)] += 1
        finally:
            if left and delivering.is_usable():
                claiming.give_back_untouched(left)
                self.tally["waiting"] += len(left)

    def _attempt(self, claim: Claim) -> str:
        """Begin and end one attempt; returns what became of the mail, as ``SendResult`` says."""
        if claim.is_exhausted:
            return self._bury(claim, error="")
        transport = self.by_channel[claim.channel]
        if not self._is_open(claim, transport):
            return "waiting"
        if not claiming.renew(claim):
            return "lost"
        try:
            return self._deliver(claim, transport)
        except LeaseLost:
            logger.warning("mail %d was taken over while it was being sent", claim.mail_id)
            return "lost"
        except DeliveryError as error:
            return self._undelivered(claim, error)
        except (OperationalError, InterfaceError) as error:
            if not delivering.is_usable():
                raise
            return self._later(claim, BUSY_WAIT, error=str(error), unspent=1)
        except Exception as error:  # one bad row must not stop the loop
            logger.exception("mail %d cannot be sent", claim.mail_id)
            transport.close()
            return self._retry(claim, error=f"{type(error).__name__}: {error}")

    def _is_open(self, claim: Claim, transport: Transport) -> bool:
        try:
            transport.open()
        except Exception as error:  # noqa: BLE001  # whatever it is, no mail is at fault
            self._leave_alone(claim.channel, error)
            self._later(claim, 0, error=str(error))
            return False
        return True

    def _deliver(self, claim: Claim, transport: Transport) -> str:
        compose = self.drafts.message if self.drafts else partial(messages.compose, at=self.at)
        ended = delivering.deliver(
            claim, transport, compose=compose, meanwhile=self._write_ahead, at=self.at, on=self.on
        )
        if ended == "sent" and claim.channel not in self.proven:
            self.proven.add(claim.channel)
            breaker.close_for(claim.channel)
        return ended

    def _read_ahead(self, claims: Sequence[Claim]) -> None:
        """For the drafts of a batch. A row that breaks it will break its own mail alone."""
        try:
            self.drafts = Drafts([claim.mail_id for claim in claims], at=self.at)
        except Exception:
            logger.exception("a batch cannot be read ahead")
            self.drafts = None

    def _write_ahead(self) -> None:
        """Use the time in which the server thinks; what goes wrong here goes wrong in its turn."""
        following, self.following = self.following, None
        if self.drafts is not None and following is not None:
            try:
                self.drafts.write(following)
            except Exception:  # noqa: BLE001  # the mail in flight comes first
                logger.info("mail %d is written in its turn", following)

    def _undelivered(self, claim: Claim, error: DeliveryError) -> str:
        if isinstance(error, Unreachable):
            self._leave_alone(claim.channel, error)
            return self._later(claim, 0, error=error.reason, unspent=1)
        if isinstance(error, Refused):
            return self._fail(claim, error)
        return self._retry(claim, error=error.reason)

    def _leave_alone(self, channel: str, error: Exception) -> None:
        logger.warning("channel %s cannot be reached: %s", channel, error)
        self.away.add(channel)
        self.proven.discard(channel)
        self.by_channel[channel].close()
        breaker.open_for(channel, error=str(error))

    def _retry(self, claim: Claim, *, error: str) -> str:
        """After a real attempt: later, or never again."""
        attempts = claim.attempts + 1
        if is_given_up(attempts):
            return self._bury(claim, error=error)
        wait = seconds_to_wait(attempts, chance=random.random())  # noqa: S311  # no secret
        return self._later(claim, wait, error=error)

    def _later(self, claim: Claim, wait: float, *, error: str, unspent: int = 0) -> str:
        wait = wait * settings.MAIL_WAIT_PERCENT / 100
        given_back = claiming.give_back(claim, error=error, wait=wait, unspent=unspent)
        return "waiting" if given_back else "lost"

    def _fail(self, claim: Claim, error: Refused) -> str:
        try:
            settling.failed(
                claim.mail_id,
                token=claim.token,
                error=error.reason,
                bounced=error.bounced,
                at=self.at,
                on=self.on,
            )
        except LeaseLost:
            return "lost"
        return "failed"

    def _bury(self, claim: Claim, *, error: str) -> str:
        try:
            settling.buried(claim.mail_id, token=claim.token, error=error, at=self.at, on=self.on)
        except LeaseLost:
            return "lost"
        return "dead"
