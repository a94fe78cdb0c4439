"""Where a case stands in the queue, and how long such cases took. For the people who filed it.

Numbers count cases that the reader may not see; nothing else about these shows.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from statistics import median

from django.db import connection
from django.db.models import Case, Count, F, IntegerField, Q, Value, When

from reviews.domain.enums import State
from reviews.models import Review, UseCase
from reviews.models.catalogue import HolidayCalendar
from reviews.selectors.review_days import ReviewDays

LEAST = 5
"""Decided cases below which a median says nothing."""

LOOK_BACK = timedelta(days=365)
"""Decisions that are older say little of today."""

QUEUED = frozenset(
    {
        State.IN_REVIEW,
        State.AWAITING_DECISION,
        State.REFERRED,
        State.AWAITING_COUNTERSIGNATURE,
        State.UNDER_APPEAL,
    }
)
"""States in which a case waits for the office."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long cases with one capability took from filing to the first decision.

    ``days``: half of them took so many working days or fewer; ``None``: too few to say.
    """

    capability: str
    decided: int
    days: int | None


@dataclass(frozen=True, slots=True)
class Queue:
    """``ahead``: cases filed earlier that wait for the same step; ``None``: it waits for the team.
    ``lacks_reviewers``: the step is to be given one. ``promised``: working days that the policies
    allow a review; 0: they say nothing.
    """

    ahead: int | None
    lacks_reviewers: bool
    paces: tuple[Pace, ...]
    promised: int


def queue_of(use_case: UseCase, *, on: date) -> Queue:
    """Two queries, whatever the number of cases."""
    ahead, lacking = _ahead(use_case)
    paces, promised = _paces(use_case, on=on)
    return Queue(ahead, lacking, tuple(paces), promised)


def _ahead(use_case: UseCase) -> tuple[int | None, bool]:
    """Rounds opened before this case's that wait for the same step, and whether that step is to
    find reviewers. One query: the case's own round is its last row.
    """
    if use_case.current_state not in QUEUED:
        return None, False
    seats = Count("assignments", filter=Q(assignments__recused_at__isnull=True))
    needed = Case(When(is_sensitive=True, then=2), default=1, output_field=IntegerField())
    lacking = Case(When(seats__lt=F("needed"), then=Value(1)), default=Value(0))
    rows = (
        Review.objects.filter(closed_at__isnull=True, use_case__state=use_case.state)
        .annotate(seats=seats, needed=needed)
        .annotate(lacking=lacking)
        .order_by("opened_at", "pk")
        .values_list("use_case", "lacking")
    )
    found = list(rows)
    place = next((n for n, (case, _) in enumerate(found) if case == use_case.pk), None)
    if place is None:
        return None, False
    is_lacking = found[place][1]
    if use_case.current_state is not State.IN_REVIEW:
        return place, False
    return sum(other == is_lacking for _, other in found[:place]), bool(is_lacking)


def _paces(use_case: UseCase, *, on: date) -> tuple[list[Pace], int]:
    """Per capability, by the calendar of its policy; and the longest time that a policy gives."""
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, {"case": use_case.pk, "on": on, "from": on - LOOK_BACK})
        rows = cursor.fetchall()
    found: dict[str, list[int]] = {}
    promised = 0
    for name, promise, calendar, filed_on, decided_on in rows:
        days = ReviewDays(promise or 0, calendar or HolidayCalendar.NONE)
        promised = max(promised, days.days)
        spans = found.setdefault(name, [])
        if filed_on is not None:
            spans.append(days.between(filed_on, decided_on))
    return [Pace(name, len(spans), _median(spans)) for name, spans in found.items()], promised


def _median(spans: Collection[int]) -> int | None:
    return ceil(median(spans)) if len(spans) >= LEAST else None


_DECIDED = """
SELECT cap.name, policy.review_business_days, policy.holiday_calendar,
    done.filed_on, done.decided_on
FROM reviews_usecase_capabilities mine
JOIN reviews_capability cap ON cap.id = mine.capability_id
LEFT JOIN LATERAL (
    SELECT filed.submitted_on AS filed_on, first.decided_on
    FROM reviews_usecase_capabilities other
    JOIN reviews_submission filed ON filed.use_case_id = other.usecase_id AND filed.number = 1
    JOIN LATERAL (
        SELECT COALESCE(cs."on", dr.decided_on) AS decided_on
        FROM reviews_decisionround dr
        LEFT JOIN reviews_countersignature cs ON cs.decision_round_id = dr.id
        WHERE dr.use_case_id = other.usecase_id AND (NOT dr.needs_countersignature OR cs.agreed)
        ORDER BY dr.number LIMIT 1
    ) first ON TRUE
    WHERE other.capability_id = cap.id AND other.usecase_id <> mine.usecase_id
        AND first.decided_on >= %(from)s
) done ON TRUE
LEFT JOIN LATERAL (
    SELECT review_business_days, holiday_calendar FROM reviews_capabilitypolicy
    WHERE capability_id = cap.id AND is_current AND effective_from <= %(on)s
    ORDER BY effective_from DESC LIMIT 1
) policy ON TRUE
WHERE mine.usecase_id = %(case)s
ORDER BY cap.position, cap.id
"""
