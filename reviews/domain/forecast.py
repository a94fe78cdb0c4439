"""On which day the last deployment stops, by the usual course of a way out and the own pace.

Method, in three sentences: replayed years say which share of what still runs stops in each week
before and after the last permitted day (``domain.course``). The last 13 weeks (more where these
hold fewer than 20 discontinuations) say by how much this register is faster or slower than that.
The rest of the way is drawn many times over with that factor, which is itself drawn, because 13
weeks are a sample and customers change; the middle of the outcomes is the forecast, the middle
80 % are its interval. Coverage, measured on other replayed years: ``docs/forecast.md``.
"""

import math
import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reviews.domain.course import FLAT, Course

ENOUGH = 20
"""Fewer discontinuations than this say nothing about a pace."""
WEEKS = 13
CONFIDENCE = 80
"""Per cent of the outcomes that the interval holds."""
DRAWS = 500
FARTHEST = 260
"""Weeks. What lies beyond is “later than”, not a day."""
PRIOR = 5.0
"""Discontinuations that the usual course weighs against those that were counted."""
SCATTER = 0.2
"""By how much (as a logarithm) customers change between the weeks that were and those to come.
Chosen with ``PRIOR`` on the replayed years from which the course was learnt, on no others."""

_SEED = 20230630
"""The same register gives the same forecast on each reading."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known besides the discontinuations: the last permitted day of most, and the course
    that leads up to it. Without a day every week is like the other."""

    last_day: date | None = None
    course: Course = FLAT

    def day(self, on: date) -> int:
        """Days from the last permitted day."""
        return (on - self.last_day).days if self.last_day else 0

    @property
    def known(self) -> Course:
        return self.course if self.last_day else FLAT


@dataclass(frozen=True, slots=True)
class Forecast:
    """Days on which the last deployment stops. A day that is missing lies beyond the horizon.

    ``low`` and ``high`` bound the interval. ``weeks`` and ``stopped``: what it was made from;
    ``factor``: how fast it goes against the usual course, 1 for as fast.
    """

    low: date | None
    middle: date | None
    high: date | None
    weeks: int
    stopped: int
    factor: float = 1.0

    @property
    def pace(self) -> float:
        """Discontinuations a week."""
        return self.stopped / self.weeks


@dataclass(frozen=True, slots=True)
class Coverage:
    """``made`` forecasts whose outcome is known by now; the interval held the day in ``held``."""

    made: int
    held: int

    @property
    def share(self) -> float | None:
        return self.held / self.made if self.made else None


NO_OUTLOOK = Outlook()


def forecast(
    stopped: Iterable[date],
    remaining: int,
    *,
    today: date,
    outlook: Outlook = NO_OUTLOOK,
    still: int = 0,
    draws: int = DRAWS,
) -> Forecast | None:
    """When no more than ``still`` of ``remaining`` deployments run; ``None``: too few to say.

    ``stopped``: the day of each discontinuation; days after ``today`` are not looked at.
    Raises ``ValueError`` for a negative ``remaining``.
    """
    if remaining < 0:
        raise ValueError("fewer than no deployments cannot remain")
    counts = weekly_counts(stopped, today=today)
    if counts is None:
        return None
    if remaining <= still:
        return Forecast(today, today, today, len(counts), sum(counts))
    usual = _usual(counts, remaining, today=today, outlook=outlook)
    factor = (sum(counts) + PRIOR) / (usual + PRIOR)
    outcomes = sorted(_outcomes(sum(counts), usual, remaining, still, today, outlook, draws))
    edge = (100 - CONFIDENCE) / 200
    return Forecast(
        _day(outcomes, edge, today),
        _day(outcomes, 0.5, today),
        _day(outcomes, 1 - edge, today),
        len(counts),
        sum(counts),
        factor,
    )


def weekly_counts(stopped: Iterable[date], *, today: date) -> list[int] | None:
    """Discontinuations in the whole weeks that end with ``today``, the latest first.

    ``WEEKS`` of them, or as many more as it takes to hold ``ENOUGH``; ``None``: never enough.
    """
    by_week = Counter((today - day).days // 7 for day in stopped if day <= today)
    if sum(by_week.values()) < ENOUGH:
        return None
    counts = [by_week[week] for week in range(WEEKS)]
    while sum(counts) < ENOUGH:
        counts.append(by_week[len(counts)])
    return counts


def backtest(
    stopped: Sequence[date],
    remaining: int,
    *,
    today: date,
    outlook: Outlook = NO_OUTLOOK,
    origins: int = 26,
) -> Coverage:
    """Forecasts as they would have been made 1, 2, 3 … weeks ago, against what came.

    Each foretells when as few will run as the ``remaining`` of ``today``; the day on which that
    came about is known.
    """
    known = sorted(day for day in stopped if day <= today)
    made = held = 0
    for back in range(1, origins + 1):
        then = today - timedelta(weeks=back)
        before = bisect_left(known, then + timedelta(days=1))
        if before < ENOUGH or before == len(known):
            continue
        said = forecast(
            known[:before],
            remaining + len(known) - before,
            today=then,
            outlook=outlook,
            still=remaining,
            draws=DRAWS // 4,
        )
        if said is None:
            continue
        made += 1
        held += holds(said, known[-1])
    return Coverage(made, held)


def holds(said: Forecast, day: date) -> bool:
    """Whether the interval holds the day on which it came true."""
    return interval_holds(said.low, said.high, day)


def interval_holds(low: date | None, high: date | None, day: date) -> bool:
    """The same of its bare ends; one that is missing lies beyond the horizon."""
    return low is not None and low <= day and (high is None or day <= high)


def _usual(counts: Sequence[int], remaining: int, *, today: date, outlook: Outlook) -> float:
    """How many would have stopped in these weeks by the usual course."""
    found, running, end = 0.0, remaining, outlook.day(today)
    for count in counts:
        running += count
        pressure = outlook.known.until(end) - outlook.known.until(end - 7)
        found += running * -math.expm1(-pressure)
        end -= 7
    return found


def _outcomes(
    stopped: int,
    usual: float,
    remaining: int,
    still: int,
    today: date,
    outlook: Outlook,
    draws: int,
) -> list[int]:
    """Days until no more than ``still`` run, once per draw; beyond the horizon: its end plus one.

    Of ``remaining`` that stop each by itself, the share of the whole way at which one of them is
    the one in question has a beta distribution.
    """
    chance = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    day, course = outlook.day(today), outlook.known
    so_far = course.until(day)
    # Nothing known of the usual pace: the own weeks alone say how fast it goes.
    prior = PRIOR if outlook.last_day else 0.0
    found = []
    for _ in range(draws):
        factor = chance.gammavariate(stopped + prior, 1.0) / (usual + prior)
        factor *= math.exp(chance.gauss(0.0, SCATTER))
        way = chance.betavariate(remaining - still, still + 1)
        pressure = -math.log1p(-min(way, 1 - 1e-12)) / factor
        found.append(min(course.reaches(so_far + pressure) - day, 7 * FARTHEST + 1))
    return found


def _day(outcomes: list[int], share: float, today: date) -> date | None:
    days = outcomes[min(int(share * len(outcomes)), len(outcomes) - 1)]
    return today + timedelta(days=max(days, 0)) if days <= 7 * FARTHEST else None
