"""What of the register is copied: as it stands now, or as it stood on a day, all unanswered."""

from datetime import date

from django.db import connection

from reviews.services.replaying.scratch import Scratch

_LEFT_OUT = (
    "django_",
    "cache_",
    "account_",
    "socialaccount_",
    "mfa_",
    "reviews_audit",
    "reviews_casetext",
    "reviews_imported",
    "reviews_importrun",
    "reviews_rehears",
    "reviews_reminder",
    "reviews_mail",
    "reviews_sweep",
    "reviews_tally",
    "reviews_breaker",
    "reviews_forecast",
)
"""Beginnings of the names of tables that no reminder rests on, or that are copied in part."""

_WAITING = "state IN ('due', 'held', 'sending') OR local_day >= date '{day}' - 2"

_PEOPLE = (
    "reviews_user",
    "auth_group",
    "reviews_user_groups",
    "reviews_customer",
    "reviews_customercontact",
    "reviews_service",
    "reviews_capability",
    "reviews_capabilitypolicy",
    "reviews_ladder",
    "reviews_ladderstep",
)

_MAY = (
    "django_content_type",
    "auth_permission",
    "auth_group_permissions",
    "reviews_user_user_permissions",
)
"""What the services ask before they let somebody of the office act."""

_IN_USE = """
    (registered_at < (date '{day}' + 1)::timestamptz OR in_use_since <= date '{day}')
    AND status <> 'not_theirs'
    AND (discontinued_on IS NULL OR discontinued_on > date '{day}')
"""

_NOBODY_HAS_ANSWERED = """
UPDATE reviews_deployment SET status = 'discovered', discontinued_on = NULL, heard_at = NULL,
       snoozed_until = NULL, plan = '';
UPDATE reviews_customercontact SET bounced_at = NULL, bounce_reason = '';
UPDATE reviews_customercontact SET departed_at = NULL WHERE departed_at >= date '{day}' + 1;
"""


def as_it_is(scratch: Scratch, *, on: date) -> None:
    """Everything that reminders rest on, and the mails that wait or just left."""
    for table in _tables(scratch):
        if not table.startswith(_LEFT_OUT):
            scratch.copy(table)
    waiting = _WAITING.format(day=on.isoformat())
    scratch.copy("reviews_mail", waiting)
    source = f'"{scratch.source}"."reviews_mail"'
    scratch.copy(
        "reviews_reminder",
        f"mail_id IN (SELECT id FROM {source} WHERE {waiting})",  # noqa: S608
    )
    _sql(
        "UPDATE reviews_mail SET state = 'due', lease_token = NULL, lease_until = NULL,"
        " next_try_at = NULL WHERE state = 'sending'"
    )
    _count(scratch)


def as_it_stood(scratch: Scratch, *, on: date) -> None:
    """Deployments in use on that day, as if first written down then; no answer, extension or grant
    that came later. Customers, contacts, owners and ladders are today's: no older ones are kept.
    """
    day = on.isoformat()
    for table in (*_PEOPLE, *_MAY):
        if table in _tables(scratch):
            scratch.copy(table)
    scratch.copy("reviews_deployment", _IN_USE.format(day=day))
    scratch.copy("reviews_extension", f"decided_at < date '{day}' + 1")
    scratch.copy("reviews_accessapplication", f"filed_at < date '{day}' + 1")
    scratch.copy("reviews_accessgrant", f"granted_at < date '{day}' + 1")
    _sql(_NOBODY_HAS_ANSWERED.format(day=day))
    _count(scratch)


def _count(scratch: Scratch) -> None:
    """Tell the query planner how big the copies are: nothing else does before autovacuum comes."""
    names = ", ".join(f'"{table}"' for table in _tables(scratch) if table.startswith("reviews_"))
    _sql(f"ANALYZE {names}")


def _tables(scratch: Scratch) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [scratch.name]
        )
        return [row[0] for row in cursor.fetchall()]


def _sql(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)
