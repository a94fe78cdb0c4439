"""A person's own messages in the portal: read or not.

No event is recorded: that somebody opened their own message is nobody else's business, and
nothing rests on it.
"""

from datetime import datetime

from django.db.models import QuerySet

from reviews.domain.enums import Channel, MailState
from reviews.models import Mail, User


def mark_read(mail: Mail, *, by: User, at: datetime) -> bool:
    """Whether it was unread. Somebody else's message stays as it is."""
    return bool(_unread(by).filter(pk=mail.pk).update(read_at=at))


def mark_all_read(*, by: User, at: datetime) -> int:
    """How many were unread."""
    return _unread(by).update(read_at=at)


def _unread(user: User) -> QuerySet[Mail]:
    return Mail.objects.filter(
        user=user, channel=Channel.INBOX, state=MailState.SENT, read_at__isnull=True
    )
