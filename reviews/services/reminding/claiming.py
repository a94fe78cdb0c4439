"""Who sends which mail: a lease with a token, by the database's clock alone.

A sender that dies or freezes loses its lease; another one takes the mail. Whoever holds an older
token can renew nothing and settle nothing (fencing).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from reviews.domain.delivering import MAX_ATTEMPTS
from reviews.integrations import hot_sql

BATCH = 20
"""Mails that a sender takes at a time."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One mail, ours until the lease ends. ``attempts``: those before this one."""

    mail_id: int
    token: uuid.UUID
    channel: str
    attempts: int

    @property
    def is_exhausted(self) -> bool:
        """Its sender died in the last attempt that it had."""
        return self.attempts >= MAX_ATTEMPTS


_CLAIM = """
WITH closed AS MATERIALIZED (
    SELECT channel FROM reviews_breaker WHERE retry_at > clock_timestamp()
), lost AS MATERIALIZED (
    SELECT id FROM reviews_mail
    WHERE state = 'sending' AND lease_until < clock_timestamp()
      AND channel = ANY(%(channels)s) AND channel NOT IN (SELECT channel FROM closed)
    ORDER BY lease_until, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), due AS MATERIALIZED (
    SELECT id FROM reviews_mail
    WHERE state = 'due' AND due_at <= %(at)s
      AND (next_try_at IS NULL OR next_try_at <= clock_timestamp())
      AND channel = ANY(%(channels)s) AND channel NOT IN (SELECT channel FROM closed)
    ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE reviews_mail
SET state = 'sending', lease_token = %(token)s,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE id IN (SELECT id FROM lost UNION ALL SELECT id FROM due LIMIT %(limit)s)
RETURNING id, channel, attempts, due_at
"""

_RENEW = """
UPDATE reviews_mail
SET attempts = attempts + 1, next_try_at = NULL,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM (SELECT set_config('synchronous_commit', 'off', true) AS value) AS hasty
WHERE id = %(id)s AND lease_token = %(token)s AND lease_until > clock_timestamp()
  AND hasty.value = 'off'
RETURNING id
"""
# Not waited for on disk: if the database dies before, so does this sender's connection, and the
# older lease ends sooner. The mark of the mail is waited for.

_GIVE_BACK = """
UPDATE reviews_mail
SET state = 'due', lease_token = NULL, lease_until = NULL,
    attempts = GREATEST(attempts - %(unspent)s, %(least)s),
    next_try_at = clock_timestamp() + make_interval(secs => %(wait)s),
    last_error = %(error)s
WHERE id = %(id)s AND lease_token = %(token)s
"""

_RETURN_UNTOUCHED = """
UPDATE reviews_mail SET state = 'due', lease_token = NULL, lease_until = NULL
WHERE id = ANY(%(ids)s) AND lease_token = %(token)s
"""


def claim(*, at: datetime, limit: int = BATCH, channels: Sequence[str]) -> list[Claim]:
    """Take up to ``limit`` mails that are due at this business time, oldest first.

    Also those whose sender lost its lease. Channels whose breaker is open are left alone. One
    statement: two senders never get the same mail, and none waits for the other.
    """
    token = uuid.uuid4()
    values: dict[str, Any] = {
        "at": at,
        "limit": limit,
        "channels": list(channels),
        "token": token,
        "lease": settings.MAIL_LEASE_SECONDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        rows = cursor.fetchall()
    rows.sort(key=lambda row: (row[3], row[0]))
    return [Claim(mail_id, token, channel, attempts) for mail_id, channel, attempts, _ in rows]


def renew(claim: Claim) -> bool:
    """Begin an attempt: a fresh lease, one attempt more. ``False``: it is not ours any more.

    Call it right before each mail, outside a transaction: an attempt that kills its sender counts.
    """
    values: dict[str, Any] = {
        "id": claim.mail_id,
        "token": claim.token,
        "lease": settings.MAIL_LEASE_SECONDS,
    }
    return bool(hot_sql.rows(_RENEW, values))


def give_back(claim: Claim, *, error: str, wait: float, unspent: int = 0) -> bool:
    """Due again after ``wait`` seconds; ``unspent`` attempts are taken off. ``False``: not ours.

    One escalation at most that nobody tried waits for a person, a channel and a day. Where a later
    one does, this one counts as tried once: it waits beside it, and gains no line any more.
    """
    values: dict[str, Any] = {
        "id": claim.mail_id,
        "token": claim.token,
        "wait": wait,
        "unspent": unspent,
        "error": error[:500],
        "least": 0,
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, values)
            return cursor.rowcount == 1
    except IntegrityError:
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, values | {"unspent": 0, "least": 1})
            return cursor.rowcount == 1


def give_back_untouched(claims: Sequence[Claim]) -> None:
    """For claims that were never begun: due at once, nothing spent."""
    if not claims:
        return
    values: dict[str, Any] = {"ids": [claim.mail_id for claim in claims], "token": claims[0].token}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_RETURN_UNTOUCHED, values)
    except IntegrityError:
        for claim in claims:
            give_back(claim, error="", wait=0)
