"""E-mail: one connection for a batch, and what a server's answers mean.

The dialogue is our own (RFC 5321: MAIL, RCPT, DATA), because its phase decides what a failure
means: before the contents were handed over a new connection may try again at once, afterwards the
server may have taken the mail although we heard nothing.
"""

import contextlib
import re
import smtplib
from collections.abc import Callable
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email

from reviews.domain.messages import Message
from reviews.integrations.delivery import Deferred, Refused, Unreachable

TOO_BIG = 552
CLOSING = 421
GO_AHEAD = 354


class EmailTransport:
    """Mail by ``EMAIL_URL``. The connection is opened once, and again when it was lost."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None
        self._used = False

    def open(self) -> None:
        if self._backend is not None:
            return
        backend = get_connection(fail_silently=False)
        try:
            backend.open()
            if isinstance(backend, SmtpBackend) and backend.connection is not None:
                backend.connection.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"No mail server: {_words(error)}") from error
        self._backend, self._used = backend, False

    def message_id(self, uid: UUID) -> str:
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
        return f"<mail.{uid}@{domain}>"

    def deliver(
        self,
        message: Message,
        *,
        message_id: str,
        attempt: int,
        meanwhile: Callable[[], object],
    ) -> None:
        self.open()
        mail = assembled(message, message_id=message_id, attempt=attempt)
        if not isinstance(self._backend, SmtpBackend):
            self._hand_over(mail)
            return
        was_used, self._used = self._used, True
        try:
            self._converse(mail, meanwhile)
        except _ConnectionLost as lost:
            self.close()
            if not was_used:
                raise Deferred(f"The mail server hung up: {lost}") from lost
            # It had closed the idle connection, or had enough of it: nothing was handed over.
            self.open()
            self._used = True
            self._converse_anew(mail, meanwhile)

    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                backend.close()

    def _hand_over(self, mail: EmailMultiAlternatives) -> None:
        """To a backend that speaks no SMTP: files, the console, a test's list."""
        try:
            self._backend.send_messages([mail])  # type: ignore[union-attr]
        except OSError as error:
            self.close()
            raise Unreachable(f"The mail cannot be written: {_words(error)}") from error

    def _converse_anew(self, mail: EmailMultiAlternatives, meanwhile: Callable[[], object]) -> None:
        try:
            self._converse(mail, meanwhile)
        except _ConnectionLost as lost:
            self.close()
            raise Deferred(f"The mail server hung up: {lost}") from lost

    def _converse(self, mail: EmailMultiAlternatives, meanwhile: Callable[[], object]) -> None:
        server: smtplib.SMTP = self._backend.connection  # type: ignore[union-attr]
        sender, recipient, content = envelope(mail)
        try:
            answer = server.mail(sender)
            if answer[0] == CLOSING:  # such as after so many mails on one connection
                raise _ConnectionLost(f"{CLOSING} {_decoded(answer[1])}")
            _expect(answer, _sender_refused)
            _expect(server.rcpt(recipient), _recipient_refused)
            answer = server.docmd("DATA")
            if answer[0] != GO_AHEAD:
                _content_refused(*answer)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise _ConnectionLost(_words(error)) from error
        except (Deferred, Refused, Unreachable):
            self._start_over()
            raise
        try:
            server.send(_dotted(content))
            meanwhile()
            answer = server.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.close()
            raise Deferred(
                f"The mail server went silent after the contents; it may have taken the mail:"
                f" {_words(error)}"
            ) from error
        _expect(answer, _content_refused)

    def _start_over(self) -> None:
        """Leave the connection clean for the next mail, or leave the connection."""
        try:
            code, _ = self._backend.connection.rset()  # type: ignore[union-attr]
        except (smtplib.SMTPException, OSError):
            code = CLOSING
        if code != 250:
            self.close()


class _ConnectionLost(Exception):
    """It broke before the contents were handed over."""


def assembled(message: Message, *, message_id: str, attempt: int) -> EmailMultiAlternatives:
    """With the headers of the contents and our own."""
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            **message.headers,
            "Message-ID": message_id,
            "Auto-Submitted": "auto-generated",
            "X-RAI-Attempt": str(attempt),
        },
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    return mail


def envelope(mail: EmailMultiAlternatives) -> tuple[str, str, bytes]:
    """Sender, recipient and contents as the server wants them."""
    encoding = settings.DEFAULT_CHARSET
    (address,) = mail.to
    try:
        validate_email(address)
        recipient = sanitize_address(address, encoding)
    except (ValidationError, ValueError) as error:
        raise Refused("This is no address that a mail can go to.", bounced=True) from error
    sender = sanitize_address(mail.from_email, encoding)
    content = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own
    return sender, recipient, content


def _dotted(content: bytes) -> bytes:
    """As it goes over the line (RFC 5321, 4.5.2): a leading dot is doubled, a lone one ends it."""
    end = b"" if content.endswith(b"\r\n") else b"\r\n"
    return _LEADING_DOT.sub(b"..", content + end) + b".\r\n"


_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


def _expect(answer: tuple[int, bytes], refused: "_Judge") -> None:
    code, text = answer
    if not 200 <= code < 300:
        refused(code, text)


class _Judge:
    """What an answer that is no yes means, by what was asked."""

    def __init__(self, *, asked: str) -> None:
        self._asked = asked

    def __call__(self, code: int, text: bytes | str) -> None:
        words = f"{code} {_decoded(text)}"
        if code < 500:
            raise Deferred(words)
        if self._asked == "sender" and code != TOO_BIG:
            # We are refused, whoever the recipient is: a setting is wrong.
            raise Unreachable(f"The mail server does not take our mails: {words}")
        raise Refused(words, bounced=self._asked == "recipient")


_sender_refused = _Judge(asked="sender")
_recipient_refused = _Judge(asked="recipient")
_content_refused = _Judge(asked="content")


def _decoded(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _words(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    if code is not None:
        return f"{code} {_decoded(getattr(error, 'smtp_error', b''))}"
    return f"{type(error).__name__}: {error}"
