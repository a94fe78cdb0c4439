"""What one person is told: a subject, two bodies, and the headers that go with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, ready to be handed to a channel.

    ``subject`` is one line. ``reply_to`` is an address, or empty for the sender's own.
    ``headers`` are those of the contents; the channel adds its own (``Message-ID`` and the like).
    """

    to: str
    subject: str
    text: str
    html: str
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
