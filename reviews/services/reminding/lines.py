"""What is due becomes lines, lines become mails and rows of the ledger. One transaction's work.

Set-based: Python computes what belongs to each distinct combination of days and to each zone, the
database does the rest. Memory does not grow with the register.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from reviews.domain import ladders
from reviews.domain.enums import MailKind, ReminderState, SubjectKind
from reviews.domain.ladders import AUDIENCES, DatedStep, Line
from reviews.services.reminding import line_sql as sql

NEARER_STEP = "nearer_step"
SAME_DAY = "same_day"
LAST_SHIFT = 30
"""Days by which a line is put off at most because that day's mail has left already."""

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Group:
    """Deadlines that share all their days, and what they have to say."""

    ref: int
    kind: SubjectKind
    last_day: date
    filing_on: date | None
    calendar: str
    pending_on: date
    lines: tuple[Line, ...]
    next_on: date | None


@dataclass(frozen=True, slots=True)
class Written:
    """Rows of the ledger, those of them that were missed, and mails that are new."""

    rows: int = 0
    missed: int = 0
    mails: int = 0


class Sheet:
    """The temporary tables of one plan. Use it as a context, inside a transaction.

    ``on``: the day up to which steps are due. ``foreseen_at``: deadlines set after it were no part
    of the day's forecast; ``None``: there is none. ``occasion``: empty for the steps of a ladder.
    """

    def __init__(
        self, *, at: datetime, on: date, occasion: str = "", foreseen_at: datetime | None = None
    ) -> None:
        self._values: dict[str, Any] = {
            "at": at,
            "on": on,
            "occasion": occasion,
            "foreseen_at": foreseen_at or _NEVER,
        }
        self._at = at
        self._wanted: list[tuple[str, date]] = []

    def __enter__(self) -> "Sheet":
        self._run(sql.DROP)
        self._run(sql.BEGIN)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self._run(sql.DROP)

    def take_due(self, groups: Sequence[Group], *, lock: bool) -> None:
        """The deadlines of these groups, and their lines. A row that somebody holds is left out."""
        self._values |= _group_columns(groups)
        self._run(sql.DUE.format(lock=sql.LOCK if lock else ""))
        said = [one for group in groups for one in _said(group)]
        self._write_lines(said)

    def take_by_hand(
        self, deadlines: Sequence[int], *, step_key: int, kind: MailKind, on: date
    ) -> None:
        """These deadlines with one step for their first audience."""
        self._values["deadlines"] = list(deadlines)
        self._run(sql.DUE_BY_HAND)
        first = AUDIENCES[0]
        self._write_lines([(1, step_key, first, 0, kind, on, ReminderState.PLANNED, "")])

    def count_mails(self, *, on: date) -> int:
        """Mails that the lines of this day would be. Nothing is written to lasting tables."""
        self._make_slots()
        return self._number(sql.COUNT_SLOTS, {"day": on})

    def write(self) -> Written:
        """Mails and rows of the ledger."""
        self._make_slots()
        mails = self._make_mails()
        with connection.cursor() as cursor:
            cursor.execute(sql.LEDGER, self._values)
            rows, missed = cursor.fetchone()
        return Written(rows, missed, mails)

    def look_next(self) -> None:
        """Each deadline looks at its next step from now on."""
        self._run(sql.LOOK_NEXT)

    def counted_mails(self) -> int:
        """New mails of this plan that are no catch-up: the day's forecast should know of them."""
        return self._number(sql.COUNT_NEW, {})

    def hold_mails(self, hold_key: int) -> int:
        """Hold the new mails that are no catch-up; returns how many."""
        with connection.cursor() as cursor:
            cursor.execute(sql.HOLD, {"hold": hold_key})
            held: int = cursor.rowcount
        return held

    # Private --------------------------------------------------------------------------------------

    def _run(self, statement: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, self._values)
            count: int = cursor.rowcount
        return count

    def _number(self, statement: str, values: dict[str, Any]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, self._values | values)
            (number,) = cursor.fetchone()
        return int(number)

    def _write_lines(self, said: Iterable[tuple[object, ...]]) -> None:
        names = ("refs", "steps", "audiences", "ranks", "kinds", "days", "states", "reasons")
        columns = list(zip(*said, strict=True)) or [()] * len(names)
        for name, column in zip(names, columns, strict=True):
            self._values[f"say_{name}"] = list(column)
        self._run(sql.LINES)
        self._run(sql.ANALYZE.format(table="sweep_line"))

    def _make_slots(self) -> None:
        """One slot for each mail; the day is the step's, or today where that has passed."""
        with connection.cursor() as cursor:
            cursor.execute(sql.ZONES)
            found = cursor.fetchall()
        self._wanted = [(zone, max(day, ladders.local_day(self._at, zone))) for zone, day in found]
        self._values |= {
            "zones": [zone for zone, _ in found],
            "zone_days": [day for _, day in found],
            "zone_wanted": [day for _, day in self._wanted],
        }
        self._run(sql.SLOTS)
        self._run(sql.ANALYZE.format(table="sweep_slot"))

    def _make_mails(self) -> int:
        """Returns how many mails are new. A day whose mail has left gives way to the next."""
        self._set_moments(self._wanted)
        self._run(sql.ESCALATIONS)
        self._run(sql.MAILS)
        for _ in range(LAST_SHIFT):
            with connection.cursor() as cursor:
                cursor.execute(sql.NEXT_FREE_DAY)
                shifted = cursor.fetchall() if cursor.rowcount else []
            if not shifted:
                break
            self._set_moments(shifted)
            self._run(sql.MAILS)
        return self._number(sql.COUNT_ALL_NEW, {})

    def _set_moments(self, days: Iterable[tuple[str, date]]) -> None:
        known = sorted(set(days))
        self._values |= {
            "moment_zones": [zone for zone, _ in known],
            "moment_days": [day for _, day in known],
            "moments": [ladders.mail_moment(day, zone) for zone, day in known],
        }


def _group_columns(groups: Sequence[Group]) -> dict[str, Any]:
    return {
        "group_refs": [one.ref for one in groups],
        "group_kinds": [one.kind.value for one in groups],
        "group_lasts": [one.last_day for one in groups],
        "group_filings": [one.filing_on for one in groups],
        "group_calendars": [one.calendar for one in groups],
        "group_pending": [one.pending_on for one in groups],
        "group_next": [one.next_on for one in groups],
    }


def _said(group: Group) -> Iterable[tuple[object, ...]]:
    """Rows for ``say``: the nearest step to everybody of its day, the others for the record."""
    for line in group.lines:
        yield from _rows(group, line.nearest, line.audiences, ReminderState.PLANNED, "")
        for step in line.same_day:
            yield from _rows(group, step, step.rule.audiences, ReminderState.SKIPPED, SAME_DAY)
        for step in line.missed:
            yield from _rows(group, step, step.rule.audiences, ReminderState.MISSED, NEARER_STEP)


def _rows(
    group: Group, step: DatedStep, audiences: Iterable[str], state: ReminderState, reason: str
) -> Iterable[tuple[object, ...]]:
    for rank, audience in enumerate(AUDIENCES):
        if audience in audiences:
            kind = ladders.mail_kind(group.kind, audience)
            key = step.rule.key
            yield (
                group.ref,
                key,
                audience.value,
                rank,
                kind.value,
                step.due_on,
                state.value,
                reason,
            )
