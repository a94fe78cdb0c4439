"""The ways in which a mail reaches a person. The sweep knows this table and no channel by name."""

from collections.abc import Callable, Mapping
from typing import Protocol
from uuid import UUID

from reviews.domain.enums import Channel
from reviews.domain.messages import Message
from reviews.integrations.smtp import EmailTransport


class Transport(Protocol):
    """One channel's way out. Opened once for a batch, closed at its end.

    ``open`` and ``deliver`` raise the errors of ``integrations.delivery``: ``Unreachable`` (no
    mail is at fault), ``Deferred`` (this one, for now), ``Refused`` (this one, for good).
    """

    def open(self) -> None:
        """Be ready to deliver; cheap where it is already."""

    def message_id(self, uid: UUID) -> str:
        """The name of this mail on this channel: the same at every attempt."""

    def deliver(
        self,
        message: Message,
        *,
        message_id: str,
        attempt: int,
        meanwhile: Callable[[], object],
    ) -> None:
        """Hand it over; returns when the other side has taken it. Where it lets us wait,
        ``meanwhile`` may be called once, to use the time; it never raises."""

    def close(self) -> None:
        """Never raises."""


class InboxTransport:
    """Nothing leaves: the row of the mail is the message, and the inbox page reads it."""

    def open(self) -> None:
        return None

    def message_id(self, uid: UUID) -> str:
        return ""

    def deliver(
        self,
        message: Message,
        *,
        message_id: str,
        attempt: int,
        meanwhile: Callable[[], object],
    ) -> None:
        return None

    def close(self) -> None:
        return None


CHANNELS: dict[str, Callable[[], Transport]] = {
    Channel.EMAIL.value: EmailTransport,
    Channel.INBOX.value: InboxTransport,
}
"""One entry a channel: what makes its transport."""


def transports(only: Mapping[str, Callable[[], Transport]] | None = None) -> dict[str, Transport]:
    """One transport for each channel, not opened yet."""
    return {name: make() for name, make in (CHANNELS if only is None else only).items()}
