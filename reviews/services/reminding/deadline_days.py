"""The days that belong to a deadline, computed once for each combination that occurs.

A register of a million deployments has a handful of last days: the rules stay in Python, and SQL
joins their results as arrays.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from reviews.domain import ladders
from reviews.domain.calendars import last_safe_filing_on
from reviews.domain.enums import SubjectKind
from reviews.domain.ladders import DatedStep, StepRule
from reviews.integrations.data_files import holidays
from reviews.models.ladder_reading import rules

Columns = dict[str, list[Any]]
"""Name of a parameter → its array, for ``unnest``."""


def filing_day(last_day: date, review_days: int, calendar: str) -> date | None:
    """The last safe filing day; ``None`` where nothing is reviewed."""
    if not review_days:
        return None
    return last_safe_filing_on(last_day, review_days, holidays(calendar))


def steps_of(
    steps: Sequence[StepRule], last_day: date, filing: date | None, calendar: str
) -> tuple[DatedStep, ...]:
    return ladders.dated_steps(
        steps, last_day=last_day, last_safe_filing_on=filing, holidays=holidays(calendar)
    )


def for_truths(
    kind: SubjectKind, combinations: Iterable[tuple[date, int, str]], *, on: date
) -> Columns:
    """Last day, review days and calendar → filing day, and where the plan has to look next."""
    found = [(*one, filing_day(*one)) for one in combinations]
    columns = _columns(kind, [(day, filing, name) for day, _, name, filing in found], on=on)
    columns["day_reviews"] = [review_days for _, review_days, _, _ in found]
    return columns


def for_deadlines(
    kind: SubjectKind, combinations: Iterable[tuple[date, date | None, str]], *, on: date
) -> Columns:
    """Last day, filing day and calendar → where the plan has to look next."""
    return _columns(kind, list(combinations), on=on)


def _columns(
    kind: SubjectKind, combinations: Sequence[tuple[date, date | None, str]], *, on: date
) -> Columns:
    known = rules()[kind]
    ladder = [steps_of(known, *one) for one in combinations]
    return {
        "day_lasts": [one[0] for one in combinations],
        "day_filings": [one[1] for one in combinations],
        "day_calendars": [one[2] for one in combinations],
        "day_starts": [ladders.on_from(steps, pending=on, on=on) for steps in ladder],
        "day_afters": [ladders.on_from(steps, pending=None, on=on) for steps in ladder],
    }
