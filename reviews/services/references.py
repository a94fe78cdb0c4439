"""Hand out references such as RAI-2023-000042."""

from datetime import date

from django.db import connection

from reviews.models import ReferenceCounter


def allot(count: int, *, on: date) -> list[str]:
    """The next ``count`` references of the business year. Call inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {ReferenceCounter._meta.db_table} AS counter (year, last) VALUES (%s, %s)"  # noqa: S608
            " ON CONFLICT (year) DO UPDATE SET last = counter.last + EXCLUDED.last RETURNING last",
            [on.year, count],
        )
        (last,) = cursor.fetchone()
    return [f"RAI-{on.year}-{number:06d}" for number in range(last - count + 1, last + 1)]
