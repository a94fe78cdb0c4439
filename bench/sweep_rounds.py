"""The register of ``bench.sweep``, one sweep, and the bare statements. Imported late, by it.

Ten deployments a customer, each customer with a contact, the last days spread evenly over a hundred
days: so one per cent has its step today, each for another contact.
"""

import resource
import time
from datetime import UTC, date, datetime, timedelta

from django.db import connection

from reviews.domain.ladders import mail_moment
from reviews.models import Capability, LadderStep
from reviews.services.reminding import planning

DAY = date(2023, 6, 7)
"""A Wednesday: the steps of no other day move onto it."""
FIRST_LAST_DAY = DAY + timedelta(days=100)
SPREAD = 100
AT = datetime(DAY.year, DAY.month, DAY.day, 9, 30, tzinfo=UTC)
STEP = "T-180"
"""Due on ``DAY`` for the deadlines that end 180 days later, and no other step is."""
USES = 10

_SEED = [
    """
    INSERT INTO reviews_customer
        (uid, name, verified_note, sector, country, region, tier, registered_at)
    SELECT gen_random_uuid(), 'Customer ' || i, '', 'unknown', '', '', '', %(at)s
    FROM generate_series(1, %(customers)s) i
    """,
    """
    INSERT INTO reviews_customercontact
        (uid, customer_id, name, email, time_zone, registered_at, bounce_reason, departed_reason)
    SELECT gen_random_uuid(), id, 'Contact of ' || name, 'c' || id || '@customer.example',
           (ARRAY['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo'])[1 + id %% 4],
           %(at)s, '', ''
    FROM reviews_customer
    """,
    """
    INSERT INTO reviews_deployment
        (uid, customer_id, capability_id, use, status, time_zone, registered_at, plan, note,
         version)
    SELECT gen_random_uuid(), c.id, %(capability)s, 'Use ' || i, 'discovered', 'UTC', %(at)s, '',
           '', 1
    FROM reviews_customer c CROSS JOIN generate_series(1, %(uses)s) i
    """,
    """
    INSERT INTO reviews_deadline
        (uid, subject_kind, subject_id, version, is_current, is_open, last_day,
         last_safe_filing_on, time_zone, calendar, next_step_on, set_at, set_on)
    SELECT gen_random_uuid(), 'deployment', id, 1, TRUE, TRUE, %(first)s + (id %% %(spread)s)::int,
           %(first)s + (id %% %(spread)s)::int - 14, 'UTC', 'none', %(day)s + 90, %(at)s, %(day)s
    FROM reviews_deployment
    """,
]

_DUE = """
    UPDATE reviews_deadline SET next_step_on = %(day)s
    WHERE last_day = %(day)s + 180 AND next_step_on IS DISTINCT FROM %(day)s
"""

_WHO = """
    FROM reviews_deadline d
    JOIN reviews_deployment p ON p.id = d.subject_id
    JOIN reviews_ladderstep s ON s.id = %(step)s
    JOIN reviews_customercontact c
      ON c.customer_id = p.customer_id AND c.departed_at IS NULL AND c.bounced_at IS NULL
     AND (c.deployment_id = p.id OR (c.deployment_id IS NULL AND NOT EXISTS (
             SELECT 1 FROM reviews_customercontact o WHERE o.deployment_id = p.id
               AND o.departed_at IS NULL AND o.bounced_at IS NULL)))
    WHERE d.is_current AND d.is_open AND d.next_step_on <= %(day)s
      AND d.subject_kind = 'deployment' AND NOT p.status = ANY(s.silenced_by)
"""

_BARE_MAILS = (
    """
    INSERT INTO reviews_mail
        (uid, kind, channel, recipient_key, contact_id, local_day, due_at, state, attempts,
         last_error, planned_at, address, reply_to, subject, text, html, message_id)
    SELECT gen_random_uuid(), 'reminder', 'email', 'c' || c.id, c.id, %(day)s,
           min(z.moment), 'due', 0, '', %(at)s, '', '', '', '', '', ''
    """
    + _WHO.replace(
        "WHERE d.is_current",
        "JOIN unnest(%(zones)s::text[], %(moments)s::timestamptz[]) z(zone, moment)"
        " ON z.zone = c.time_zone WHERE d.is_current",
    )
    + " GROUP BY c.id ON CONFLICT DO NOTHING"
)

_BARE_LEDGER = (
    """
    INSERT INTO reviews_reminder
        (uid, deadline_id, step_id, channel, recipient_key, audience, occasion, due_on, state,
         reason, mail_id, planned_at)
    SELECT gen_random_uuid(), d.id, s.id, 'email', m.recipient_key, 'contact', '', %(day)s,
           'planned', '', m.id, %(at)s
    """
    + _WHO.replace(
        "WHERE d.is_current",
        "JOIN reviews_mail m ON m.recipient_key = 'c' || c.id AND m.channel = 'email'"
        " AND m.local_day = %(day)s AND NOT (m.kind = 'escalation') WHERE d.is_current",
    )
    + " ON CONFLICT DO NOTHING"
)

_ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"]


def seed(deployments: int) -> int:
    """Fill the tables; returns how many deadlines are due."""
    capability = Capability.objects.get(slug="emotion")
    values = _values() | {
        "customers": deployments // USES,
        "uses": USES,
        "capability": capability.pk,
        "first": FIRST_LAST_DAY,
        "spread": SPREAD,
    }
    with connection.cursor() as cursor:
        for statement in _SEED:
            cursor.execute(statement, values)
        cursor.execute(_DUE, values)
        due: int = cursor.rowcount
        cursor.execute("VACUUM ANALYZE")
    return due


def reset() -> None:
    """As before the sweep."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reviews_reminder")
        cursor.execute("DELETE FROM reviews_mail")
        cursor.execute(_DUE, _values())
        cursor.execute("VACUUM ANALYZE reviews_reminder, reviews_mail, reviews_deadline")
        cursor.execute("CHECKPOINT")


def bare(*, writes: int) -> float:
    """Seconds of the two bare statements in one transaction, the commit included."""
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(_BARE_MAILS, _values())
        cursor.execute(_BARE_LEDGER, _values())
        written = cursor.rowcount
        cursor.execute("COMMIT")
    took = time.perf_counter() - begun
    _expect(written, writes)
    return took


def plan(*, writes: int) -> float:
    """Seconds of one sweep by the service, the commit included."""
    begun = time.perf_counter()
    result = planning.plan(at=AT, on=DAY)
    took = time.perf_counter() - begun
    _expect(result.rows, writes)
    return took


def memory() -> int:
    """The most that this process ever took, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _values() -> dict[str, object]:
    return {
        "at": AT,
        "day": DAY,
        "step": LadderStep.objects.get(ladder__code="sunset", code=STEP).pk,
        "zones": _ZONES,
        "moments": [mail_moment(DAY, zone) for zone in _ZONES],
    }


def _expect(written: int, wanted: int) -> None:
    if written != wanted:
        raise SystemExit(f"bench: {written} rows were written, not {wanted}")
