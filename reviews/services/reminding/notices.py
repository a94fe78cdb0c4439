"""Notices: one person is told of one thing that somebody just did, such as a mention.

Written at once, for the inbox and by mail; the worker sends them like every other mail. A notice
names what it is about and where it stands, and never quotes it: who may read that is asked again
when the link is opened.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from reviews.domain import ladders
from reviews.domain.enums import Channel, MailKind, MailState
from reviews.integrations import bell
from reviews.models import Mail, User
from reviews.services.reminding import notice_text


def tell(people: Iterable[User], *, subject: str, words: str, path: str, at: datetime) -> int:
    """Write to each of these people; returns how many mails were made. Inside a transaction.

    ``subject``: one line; ``words``: a sentence or two; ``path``: where in the portal it stands.
    The caller has made sure that they may know of it, and records.
    """
    made = [
        mail
        for person in people
        for mail in _mails(person, subject=subject, words=words, path=path, at=at)
    ]
    Mail.objects.bulk_create(made)
    if made:
        transaction.on_commit(bell.ring)
    return len(made)


def write(
    person: User, *, subject: str, words: str, path: str, at: datetime, due_at: datetime
) -> list[Mail]:
    """As ``tell``, to one person, leaving at ``due_at``: until then it can be taken back."""
    made = _mails(person, subject=subject, words=words, path=path, at=at)
    for mail in made:
        mail.due_at = due_at
    return Mail.objects.bulk_create(made)


def _mails(person: User, *, subject: str, words: str, path: str, at: datetime) -> list[Mail]:
    said = notice_text.written(person, subject=subject, words=words, path=path)
    channels = [Channel.INBOX, *([Channel.EMAIL] if person.email else [])]
    return [
        Mail(
            kind=MailKind.NOTICE,
            channel=channel,
            recipient_key=f"u{person.pk}",
            user=person,
            local_day=ladders.local_day(at, person.time_zone),
            due_at=at,
            state=MailState.DUE,
            planned_at=at,
            address=person.email,
            subject=said.subject,
            text=said.text,
            html=said.html,
        )
        for channel in channels
    ]
