"""Secret addresses of calendar feeds: made, read, revoked. The token is shown once and not kept."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind
from reviews.domain.errors import NotPermitted, StateConflict
from reviews.models import CalendarFeed, Capability, User
from reviews.services import audit

MOST_FEEDS = 20
"""Feeds of one person that are not revoked."""

_TOKEN_BYTES = 32
_HINT = 6
_READ_AGAIN_AFTER = timedelta(minutes=5)
"""A program that reads more often changes no row."""


@transaction.atomic
def create(
    person: User, *, capability: Capability | None = None, at: datetime, on: date
) -> tuple[CalendarFeed, str]:
    """A new feed of this person's own, and its token, which nobody can look up afterwards.

    Raises ``StateConflict`` for one feed too many.
    """
    User.objects.select_for_update().get(pk=person.pk)
    if CalendarFeed.objects.filter(user=person, revoked_at__isnull=True).count() >= MOST_FEEDS:
        raise StateConflict(
            gettext("%(most_feeds)s feeds are enough. Revoke one that you do not use.")
            % {"most_feeds": MOST_FEEDS}
        )
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    feed = CalendarFeed.objects.create(
        user=person,
        capability=capability,
        token_digest=_digest(token),
        token_hint=token[:_HINT],
        created_at=at,
    )
    audit.record(
        AuditKind.FEED_CREATED,
        subject=feed,
        by=person,
        at=at,
        on=on,
        capability=capability.slug if capability else None,
    )
    return feed, token


@transaction.atomic
def revoke(feed: CalendarFeed, *, by: User, at: datetime, on: date) -> CalendarFeed:
    """Its address answers no more, from now on. Raises ``NotPermitted``, ``StateConflict``."""
    feed = CalendarFeed.objects.select_for_update().get(pk=feed.pk)
    if feed.user_id != by.pk:
        raise NotPermitted(gettext("Only the person whose feed it is can revoke it."))
    if feed.revoked_at is not None:
        raise StateConflict(gettext("This feed is revoked already."))
    feed.revoked_at = at
    feed.save(update_fields=["revoked_at"])
    audit.record(AuditKind.FEED_REVOKED, subject=feed, by=by, at=at, on=on)
    return feed


def opened(token: str, *, at: datetime) -> CalendarFeed | None:
    """The feed at this secret address, and a note that it was read; ``None`` for any other token.

    A revoked feed, and one of a person who left, answer as a wrong token does.
    """
    rows = CalendarFeed.objects.select_related("user", "capability")
    feed = rows.filter(
        token_digest=_digest(token), revoked_at__isnull=True, user__is_active=True
    ).first()
    if feed is None:
        return None
    stale = Q(last_read_at__isnull=True) | Q(last_read_at__lt=at - _READ_AGAIN_AFTER)
    CalendarFeed.objects.filter(stale, pk=feed.pk).update(last_read_at=at)
    return feed


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
