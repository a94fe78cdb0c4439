"""How fast the register empties: burn-down, forecast, and who will miss the last day at this pace.

Only what a customer can still end counts: deployments with an open deadline, and those that were
discontinued under one. What was not theirs never counted.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber, TruncDate

from reviews.domain.burn_down import BurnDown, burn_down, pace_needed
from reviews.domain.enums import DeploymentStatus
from reviews.domain.forecast import Coverage, Forecast, Outlook, backtest, forecast
from reviews.domain.sunset import ORDER
from reviews.integrations.replay_data import course
from reviews.models import Deployment
from reviews.selectors.sunset.days import local_day, of_row, open_deadlines, under_deadline

_HAIR = 1e-9
"""What a fraction of a day loses in binary: 5 days of a fifth a day are one, not 0.999…"""
_LONGEST = timedelta(days=400)
"""A curve shows at most this many days."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``curve`` and ``foretold`` are empty where there is nothing, or too little, to say it from.

    ``stopped``: discontinuations on record; ``needed``: a week, to reach 0 by ``last_day``.
    """

    running: int
    stopped: int
    last_day: date | None
    curve: BurnDown | None
    foretold: Forecast | None
    tested: Coverage
    needed: float | None


def pace(deployments: QuerySet[Deployment], *, on: date) -> Pace:
    """Of these deployments, as far as they are under a sunset. Two queries."""
    came, went = _flow(deployments, on=on)
    stopped = _days(went)
    remaining = sum(came.values()) - len(stopped)
    last_day = _usual_last_day(deployments)
    outlook = Outlook(last_day, course())
    return Pace(
        running=remaining,
        stopped=len(stopped),
        last_day=last_day,
        curve=_curve(came, went, on=on, last_day=last_day),
        foretold=forecast(stopped, remaining, today=on, outlook=outlook),
        tested=backtest(stopped, remaining, today=on, outlook=outlook),
        needed=pace_needed(remaining, today=on, last_day=last_day) if last_day else None,
    )


def foretell(deployments: QuerySet[Deployment], *, on: date) -> tuple[int, Forecast | None]:
    """How many run, and the board's forecast; nothing else of the board. Two queries."""
    came, went = _flow(deployments, on=on)
    stopped = _days(went)
    remaining = sum(came.values()) - len(stopped)
    outlook = Outlook(_usual_last_day(deployments), course())
    return remaining, forecast(stopped, remaining, today=on, outlook=outlook)


def _flow(
    deployments: QuerySet[Deployment], *, on: date
) -> tuple[dict[date, int], dict[date, int]]:
    """How many came to run, and how many stopped, on each day. One query."""
    running = under_deadline(deployments).order_by()
    ended = _ended(deployments)
    ended = ended.filter(discontinued_on__lte=on)
    days = {
        "running": running.annotate(day=TruncDate("registered_at")),
        "went": ended.annotate(day=F("discontinued_on")),
        "known": ended.annotate(day=_earlier_of_both()),
    }
    first, *others = (_by_day(name, rows) for name, rows in days.items())
    came: Counter[date] = Counter()
    went: Counter[date] = Counter()
    for name, day, count in first.union(*others, all=True):
        (went if name == "went" else came)[day] += count
    return came, went


def _days(went: dict[date, int]) -> list[date]:
    return [day for day, count in sorted(went.items()) for _ in range(count)]


def missing(deployments: QuerySet[Deployment], *, a_week: float, at: datetime) -> Any:
    """Deployments that will still run after their last day if ``a_week`` go on stopping a week.

    Who is farthest on the way goes first (status, then the latest answer); what is overdue has
    missed it already and is left out. Each row has its ``place`` in that order, from 1, and its
    ``found_last_day``.
    """
    today = local_day(at)
    waiting = (
        under_deadline(deployments)
        .annotate(found_last_day=Subquery(of_row().values("last_day")[:1]))
        .filter(found_last_day__gte=today)
        .annotate(
            place=Window(
                RowNumber(),
                order_by=[_way_to_go().desc(), F("heard_at").desc(nulls_last=True), F("pk").asc()],
            ),
            reached=ExpressionWrapper(
                (_Days(F("found_last_day"), today) + 1) * Value(a_week / 7.0 + _HAIR),
                output_field=FloatField(),
            ),
        )
    )
    return waiting.filter(place__gt=F("reached")).order_by("place")


class _Days(Func):
    """Days from the second civil day to the first."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = FloatField()


def _way_to_go() -> Case:
    return Case(
        *(When(status=status, then=Value(place)) for place, status in enumerate(ORDER)),
        default=Value(0),
        output_field=IntegerField(),
    )


def _ended(deployments: QuerySet[Deployment]) -> QuerySet[Deployment]:
    return deployments.filter(
        Exists(of_row()),
        status=DeploymentStatus.DISCONTINUED,
        discontinued_on__isnull=False,
    ).order_by()


def _earlier_of_both() -> Case:
    """The day it was registered; the day it ended, where the register heard of it later."""
    return Case(
        When(discontinued_on__lt=TruncDate("registered_at"), then=F("discontinued_on")),
        default=TruncDate("registered_at"),
    )


def _by_day(name: str, deployments: Any) -> Any:
    """The flow's name, the day and how many."""
    named = deployments.annotate(flow=Value(name, output_field=TextField()))
    return (
        named.values("flow", "day").annotate(count=Count("pk")).values_list("flow", "day", "count")
    )


def _usual_last_day(deployments: QuerySet[Deployment]) -> date | None:
    """The last permitted day of most that still wait; the later one of two that tie."""
    return (
        open_deadlines()
        .filter(subject_id__in=deployments.order_by().values("pk"))
        .order_by()
        .values_list("last_day")
        .annotate(often=Count("pk"))
        .order_by("-often", "-last_day")
        .values_list("last_day", flat=True)
        .first()
    )


def _curve(
    came: dict[date, int], went: dict[date, int], *, on: date, last_day: date | None
) -> BurnDown | None:
    days = [day for day in came if day <= on]
    if not days or last_day is None:
        return None
    first = max(min(days), on - _LONGEST)
    return burn_down(came, went, first=first, today=on, last_day=last_day)
