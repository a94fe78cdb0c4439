"""A person's messages in the portal."""

from django.db.models import QuerySet

from reviews.domain.enums import Channel, MailState
from reviews.models import Mail, User


def messages_of(user: User) -> QuerySet[Mail]:
    """What was delivered to this person's inbox."""
    return Mail.objects.filter(user=user, channel=Channel.INBOX, state=MailState.SENT)


def unread_count(user: User) -> int:
    """One query, answered by an index: it runs for every page."""
    return messages_of(user).filter(read_at__isnull=True).count()
