"""The waiting times that stand in the database, cut short: the machine lives through a weekend in
a minute, and takes every step of it."""

from django.db import connection

_FUTURE = """
SELECT min(at) - clock_timestamp() FROM (
    SELECT min(next_try_at) AS at FROM reviews_mail
    WHERE state = 'due' AND next_try_at > clock_timestamp()
    UNION ALL
    SELECT min(retry_at) FROM reviews_breaker WHERE retry_at > clock_timestamp()
) AS waits
"""
_MAILS = """
UPDATE reviews_mail SET next_try_at = next_try_at - %s
WHERE state = 'due' AND next_try_at > clock_timestamp()
"""
_BREAKER = """
UPDATE reviews_breaker SET retry_at = retry_at - %s WHERE retry_at > clock_timestamp()
"""


def left() -> float:
    """Seconds until the first thing that waits is over; 0 where nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute(_FUTURE)
        (wait,) = cursor.fetchone()
    return wait.total_seconds() if wait is not None else 0.0


def skip_nearest() -> float:
    """Moves everything that waits nearer by the shortest wait. Seconds skipped; 0 where nothing
    waits."""
    with connection.cursor() as cursor:
        cursor.execute(_FUTURE)
        (wait,) = cursor.fetchone()
        if wait is None:
            return 0.0
        cursor.execute(_MAILS, [wait])
        cursor.execute(_BREAKER, [wait])
    return wait.total_seconds()
