"""A real mail server on loopback, in a thread, that answers as a test wants."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HANG_UP = "hang up"
"""Instead of an answer: the connection breaks."""


@dataclass
class Clerk:
    """``answers``: by address, or by ``MAIL`` and ``DATA`` and an address, one answer a turn; when
    they are used up the mail is taken. ``taken``: what was taken, also if nobody was told so."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    taken: list[EmailMessage] = field(default_factory=list)
    sessions: int = 0
    before_taking: Callable[[], object] = lambda: None

    def recipients(self) -> list[str]:
        return [message["To"] for message in self.taken]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._next("MAIL")
        if answer == HANG_UP:
            server.transport.abort()
        elif answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._next(address)
        if answer == HANG_UP:
            server.transport.abort()
        elif answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self._next(f"DATA {envelope.rcpt_tos[0]}")
        if answer in (None, HANG_UP):
            self.before_taking()
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        if answer == HANG_UP:
            server.transport.abort()
        return answer or "250 taken"

    def _next(self, what: str) -> str | None:
        answers = self.answers.get(what)
        return answers.pop(0) if answers else None


class _Counting(Controller):
    def factory(self) -> SMTP:
        self.handler.sessions += 1
        return super().factory()


@contextmanager
def mail_server(settings, **answers: list[str]) -> Iterator[Clerk]:
    """Django's mail goes there while it is open."""
    clerk = Clerk(answers=answers)
    controller = _Counting(clerk, hostname="127.0.0.1", port=free_port(), ready_timeout=20)
    controller.start()
    clerk.sessions = 0  # the controller looks itself whether it listens
    point_mail_at(settings, controller.port)
    try:
        yield clerk
    finally:
        controller.stop()


def point_mail_at(settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
