"""The rows behind a board's numbers, ready to show: one line a row, a page at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from reviews.models import UseCase, User
from reviews.selectors import paging
from reviews.selectors.boards import row_filters as filters


@dataclass(frozen=True, slots=True)
class Kind:
    """One list. ``by`` orders it; ``is_day``: by a day, the earliest first, else the newest."""

    rows: Callable[[User], QuerySet]
    filters: type[filters.RowFilter]
    by: str
    related: tuple[str, ...]
    is_day: bool = False


KINDS = {
    "filings": Kind(
        filters.filings,
        filters.FilingFilter,
        "submitted_at",
        ("use_case__team",),
    ),
    "decisions": Kind(
        filters.decisions,
        filters.DecisionFilter,
        "decided_at",
        ("use_case__team", "review", "decided_by", "countersignature__by"),
    ),
    "refusals": Kind(filters.refusals, filters.RefusalFilter, "occurred_at", ()),
    "verdicts": Kind(
        filters.verdicts,
        filters.VerdictFilter,
        "saved_at",
        ("item__review__use_case__team", "item__requirement", "assignment__reviewer"),
    ),
    "conditions": Kind(
        filters.pending_conditions,
        filters.ConditionFilter,
        "due_on",
        ("decision__decision_round__use_case__team", "owner", "verifier"),
        is_day=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its case, and what the list says of it besides."""

    case: UseCase
    row: Any
    days: int | None = None
    on: date | None = None


def page(kind: str, rows: QuerySet, *, cursor: str, size: int) -> paging.Page:
    """One page of lines. Two queries at most; raises ``BadInput`` for a damaged cursor."""
    wanted = KINDS[kind]
    if wanted.related:
        rows = rows.select_related(*wanted.related)
    if kind == "filings":
        rows = rows.defer("answers", "evidence", "gate")
    turn = paging.by_name if wanted.is_day else paging.newest_first
    found = turn(rows, wanted.by, cursor=cursor, size=size)
    cases = _cases_of(found.rows) if kind == "refusals" else {}
    lines = [_line(kind, row, cases) for row in found.rows]
    return paging.Page(lines, found.next, found.previous)


def _cases_of(events: list[Any]) -> dict[int, UseCase]:
    keys = [event.use_case_id for event in events]
    return UseCase.objects.select_related("team").in_bulk(keys)


def _line(kind: str, row: Any, cases: dict[int, UseCase]) -> Line:
    if kind == "filings":
        return Line(row.use_case, row, on=row.submitted_on)
    if kind == "decisions":
        return Line(row.use_case, row, days=row.took, on=row.effect_on)
    if kind == "refusals":
        return Line(cases[row.use_case_id], row, on=row.business_on)
    if kind == "verdicts":
        return Line(row.item.review.use_case, row, on=row.effect_on)
    return Line(row.decision.decision_round.use_case, row, on=row.due_on)
