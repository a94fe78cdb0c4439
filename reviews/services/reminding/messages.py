"""The words of one mail, put together at the moment of sending. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from reviews.domain.messages import Message
from reviews.models import Mail, Reminder


def compose(mail: Mail, lines: Sequence[Reminder], *, at: datetime) -> Message:
    """What ``mail`` says about these lines of the ledger at this moment of business time.

    Days left are counted now, on the civil day of the deadline's zone. A digest has no lines.
    Raises ``ValueError`` for a reminder or an escalation without lines.
    """
    if not lines:
        raise ValueError("A reminder without lines says nothing.")
    to = mail.user.email if mail.user else mail.contact.email if mail.contact else ""
    words = "\n".join(f"{line.step.ask} ({line.deadline.last_day})" for line in lines)
    return Message(to=to, subject="Reminder", text=words, html="<pre></pre>")
