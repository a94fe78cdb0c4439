"""A server that cannot be reached is left alone for a while: 30 s, doubling up to 5 minutes.

All moments are the database's clock. While it is open nothing is claimed for the channel and no
attempt is spent; the first success closes it.
"""

from django.conf import settings
from django.db import connection

from reviews.domain.delivering import pause_after

_PAUSES = [pause_after(failures) for failures in range(1, 6)]

_OPEN = """
INSERT INTO reviews_breaker AS b (channel, opened_at, retry_at, failures, last_error)
VALUES (%(channel)s, clock_timestamp(),
        clock_timestamp() + make_interval(secs => %(first)s), 1, %(error)s)
ON CONFLICT (channel) DO UPDATE
SET opened_at = coalesce(b.opened_at, clock_timestamp()),
    failures = b.failures + 1,
    last_error = excluded.last_error,
    retry_at = clock_timestamp() + make_interval(
        secs => (%(pauses)s::float8[])[least(b.failures + 1, %(longest)s)])
WHERE b.retry_at IS NULL OR b.retry_at <= clock_timestamp()
"""

_CLOSE = """
UPDATE reviews_breaker SET opened_at = NULL, retry_at = NULL, failures = 0
WHERE channel = %(channel)s AND failures > 0
"""

_OPEN_CHANNELS = "SELECT channel FROM reviews_breaker WHERE retry_at > clock_timestamp()"


def open_for(channel: str, *, error: str) -> None:
    """Note a failure. Several senders that fail in the same pause count as one."""
    pauses = [pause * settings.MAIL_WAIT_PERCENT / 100 for pause in _PAUSES]
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN,
            {
                "channel": channel,
                "error": error[:500],
                "first": pauses[0],
                "pauses": pauses,
                "longest": len(pauses),
            },
        )


def close_for(channel: str) -> bool:
    """The server took a mail. Whether the breaker was open until now."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"channel": channel})
        return cursor.rowcount == 1


def open_channels() -> set[str]:
    """Channels that nobody may use just now."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_CHANNELS)
        return {channel for (channel,) in cursor.fetchall()}
