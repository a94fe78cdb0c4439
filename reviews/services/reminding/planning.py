"""Plan the reminders that are due: rows of the ledger, grouped into mails.

The plan reads deadlines whose next step has come, and only those. What a combination of days has to
say is computed once for each (``domain.ladders``); ``lines`` does the rest in the database. A
second run finds nothing, two at once wait for each other, and a deadline that somebody holds just
now is left to the next run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from reviews.domain import ladders
from reviews.domain.enums import AuditKind, MailKind, SubjectKind, SweepName
from reviews.models import Forecast, LadderStep, SweepHold, SweepRun
from reviews.models.ladder_reading import rules
from reviews.services import audit
from reviews.services.reminding import deadline_days, guard
from reviews.services.reminding.lines import Group, Sheet

_LOCK = 4_201_724
"""With the schema's number, the key of the advisory lock that lets one plan run at a time."""


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What a plan wrote. ``rows``: new rows of the ledger, of which ``missed`` were passed over;
    ``mails``: new mails. ``hold``: why it stopped, or why some of its mails are held."""

    rows: int = 0
    missed: int = 0
    mails: int = 0
    hold: SweepHold | None = None


@transaction.atomic
def plan(*, at: datetime, on: date, guarded: bool = True) -> PlanResult:
    """Write what is due by the latest civil day anywhere, or by ``on`` if that is later.

    Each mail leaves at 09:00 where its reader is (``Mail.due_at``). With ``guarded`` it stops and
    asks where the clock jumped or the database is an old one, and holds the mails of a day that
    brings far more than was foreseen; without, a person or a rehearsal has asked for just this.
    """
    day = max(on, ladders.latest_day(at))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [_LOCK])
    hold = guard.stop(at=at, on=on) if guarded else None
    if hold is not None:
        return PlanResult(hold=hold)
    groups = due_groups(ladders.days_at(at, until=day))
    if not groups:
        return PlanResult()
    foreseen = Forecast.objects.filter(on=day).first() if guarded else None
    foreseen_at = foreseen.made_at if foreseen else None
    with Sheet(at=at, on=day, foreseen_at=foreseen_at) as sheet:
        sheet.take_due(groups, lock=True)
        before = guard.mails_of(day) if foreseen else 0
        written = sheet.write()
        sheet.look_next()
        if foreseen:
            hold = guard.hold_excess(sheet, foreseen, before=before, at=at, on=on)
    if written.rows:
        audit.record(
            AuditKind.REMINDERS_PLANNED,
            subject=SweepRun(name=SweepName.PLAN),
            by=None,
            at=at,
            on=on,
            up_to=day,
            rows=written.rows,
            missed=written.missed,
            mails=written.mails,
            hold=hold.uid if hold else None,
        )
    return PlanResult(written.rows, written.missed, written.mails, hold)


def plan_by_hand(deadlines: Sequence[int], *, occasion: str, at: datetime, on: date) -> PlanResult:
    """The manual step for these deadlines' contacts, once for each ``occasion``.

    The lines join the mail of the day, or the next one where that has left. The caller has asked
    for permission and records.
    """
    step = LadderStep.objects.get(
        ladder__subject_kind=SubjectKind.DEPLOYMENT, is_manual=True, is_active=True
    )
    with transaction.atomic(), Sheet(at=at, on=on, occasion=occasion) as sheet:
        sheet.take_by_hand(deadlines, step_key=step.pk, kind=MailKind.REMINDER, on=on)
        written = sheet.write()
    return PlanResult(written.rows, written.missed, written.mails)


def due_groups(days: Sequence[date]) -> list[Group]:
    """The distinct combinations of days among deadlines that are due by the last of ``days``.

    By the first of them the nearest step speaks for the older ones; each later day has its own.
    """
    day = days[-1]
    with connection.cursor() as cursor:
        cursor.execute(_COMBINATIONS, {"on": day})
        combinations = cursor.fetchall()
    known = rules() if combinations else {}
    found = []
    for ref, (code, last_day, filing_on, calendar, pending_on) in enumerate(combinations, 1):
        kind = SubjectKind(code)
        steps = deadline_days.steps_of(known[kind], last_day, filing_on, calendar)
        lines = ladders.lines(steps, since=pending_on, days=days)
        next_on = ladders.next_on(steps, after=day)
        found.append(Group(ref, kind, last_day, filing_on, calendar, pending_on, lines, next_on))
    return found


_COMBINATIONS = """
    SELECT DISTINCT subject_kind, last_day, last_safe_filing_on, calendar, next_step_on
    FROM reviews_deadline
    WHERE is_current AND is_open AND next_step_on <= %(on)s
"""
