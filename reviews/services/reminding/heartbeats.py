"""A row for each sweep: when it last went well. Real time is the database's clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from reviews.domain.enums import SweepName

LATE_AFTER = timedelta(minutes=15)
WATCHED = (SweepName.PLAN, SweepName.SEND)
"""Sweeps that must run all day long."""

_BEAT = """
INSERT INTO reviews_sweeprun (name, real_at, business_at, business_on, rows, last_error)
VALUES (%(name)s, clock_timestamp(), %(at)s, %(on)s, %(rows)s, '')
ON CONFLICT (name) DO UPDATE
SET real_at = excluded.real_at, business_at = excluded.business_at,
    business_on = excluded.business_on, rows = excluded.rows
"""

_FAIL = """
UPDATE reviews_sweeprun SET failed_at = clock_timestamp(), last_error = %(error)s
WHERE name = %(name)s
"""

_AGES = """
SELECT name, clock_timestamp() - real_at, real_at, rows, last_error,
       coalesce(failed_at > real_at, false)
FROM reviews_sweeprun ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """How one sweep stands. ``age`` is empty where it never went well."""

    name: SweepName
    age: timedelta | None
    real_at: datetime | None
    rows: int
    last_error: str
    """Of a failure after the last good run; empty if there was none."""

    @property
    def is_late(self) -> bool:
        return self.name in WATCHED and (self.age is None or self.age > LATE_AFTER)


def beat(name: SweepName, *, at: datetime, on: date, rows: int = 0) -> None:
    """The sweep went well; ``rows``: what it wrote or settled. At the end, after its commit."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, {"name": name.value, "at": at, "on": on, "rows": rows})


def fail(name: SweepName, *, error: str) -> None:
    """The sweep did not go well: the last good run keeps its time, so that it becomes late."""
    with connection.cursor() as cursor:
        cursor.execute(_FAIL, {"name": name.value, "error": error[:500]})


def heartbeats() -> list[Heartbeat]:
    """Every sweep in the order of the enum, those that never ran included. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_AGES)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    beats = []
    for name in SweepName:
        age, real_at, rows, error, has_failed = found.get(name.value, (None, None, 0, "", False))
        beats.append(Heartbeat(name, age, real_at, rows, error if has_failed else ""))
    return beats


def late() -> list[Heartbeat]:
    """Sweeps whose last good run is too old, or that never went well."""
    return [heartbeat for heartbeat in heartbeats() if heartbeat.is_late]


def is_late(name: SweepName) -> bool:
    return any(heartbeat.name is name for heartbeat in late())
