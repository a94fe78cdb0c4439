"""On which day the last deployment stops, if the weeks to come are like the weeks that were.

Method, in words: take the weekly numbers of discontinuations of the last 13 whole weeks (more
where these hold fewer than 20). Draw weeks from them at random until all that run have stopped,
many times over; before each time draw the weeks themselves anew, since 13 weeks are themselves a
sample. The middle of the outcomes is the forecast, the middle 80 % are its interval. Nothing is
assumed about a rush before the deadline or a standstill after it. Words and figures of the
backtest: ``docs/forecast.md``.
"""

import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

ENOUGH = 20
"""Fewer discontinuations than this say nothing about a pace."""
WEEKS = 13
CONFIDENCE = 80
"""Per cent of the outcomes that the interval holds."""
DRAWS = 500
FARTHEST = 260
"""Weeks. What lies beyond is “later than”, not a day."""

_SEED = 20230630
"""The same register gives the same forecast on each reading."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Days on which the last deployment stops. A day that is missing lies beyond the horizon.

    ``low`` and ``high`` bound the interval. ``weeks`` and ``stopped``: what it was made from.
    """

    low: date | None
    middle: date | None
    high: date | None
    weeks: int
    stopped: int

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


def forecast(
    stopped: Iterable[date], remaining: int, *, today: date, draws: int = DRAWS
) -> Forecast | None:
    """When ``remaining`` deployments will have stopped; ``None``: too few to say.

    ``stopped``: the day of each discontinuation; days after ``today`` are not looked at.
    Raises ``ValueError`` for a negative ``remaining``.
    """
    if remaining < 0:
        raise ValueError("fewer than no deployments cannot remain")
    counts = weekly_counts(stopped, today=today)
    if counts is None:
        return None
    if remaining == 0:
        return Forecast(today, today, today, len(counts), sum(counts))
    outcomes = sorted(_outcomes(counts, remaining, draws))
    edge = (100 - CONFIDENCE) / 200
    return Forecast(
        _day(outcomes, edge, today),
        _day(outcomes, 0.5, today),
        _day(outcomes, 1 - edge, today),
        len(counts),
        sum(counts),
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


def backtest(stopped: Sequence[date], *, today: date, origins: int = 26) -> Coverage:
    """Forecasts as they would have been made 1, 2, 3 … weeks ago, against what came.

    Each foretells when as many will have stopped as had stopped by ``today``; the day of the
    last of these is known.
    """
    known = sorted(day for day in stopped if day <= today)
    made = held = 0
    for back in range(1, origins + 1):
        then = today - timedelta(weeks=back)
        before = bisect_left(known, then + timedelta(days=1))
        if before < ENOUGH or before == len(known):
            continue
        said = forecast(known[:before], len(known) - before, today=then, draws=DRAWS // 4)
        if said is None:
            continue
        made += 1
        held += holds(said, known[-1])
    return Coverage(made, held)


def holds(said: Forecast, day: date) -> bool:
    """Whether the interval holds the day on which it came true."""
    after = said.low is not None and said.low <= day
    return after and (said.high is None or day <= said.high)


def _outcomes(counts: list[int], remaining: int, draws: int) -> list[int]:
    """Days until all have stopped, once per draw; beyond the horizon: its end plus one week."""
    chance = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    found = []
    for _ in range(draws):
        weeks = chance.choices(counts, k=len(counts))
        found.append(_days_until(remaining, weeks, chance))
    return found


def _days_until(remaining: int, weeks: list[int], chance: random.Random) -> int:
    reached, passed = 0, 0
    step = max(4, min(FARTHEST, 2 * remaining * len(weeks) // max(sum(weeks), 1)))
    while passed < FARTHEST:
        drawn = chance.choices(weeks, k=step)
        sums = list(accumulate(drawn, initial=reached))
        if sums[-1] >= remaining:
            week = bisect_left(sums, remaining)
            inside = (remaining - sums[week - 1]) / drawn[week - 1]
            return min(round(7 * (passed + week - 1 + inside)), 7 * FARTHEST + 7)
        reached, passed = sums[-1], passed + step
    return 7 * FARTHEST + 7


def _day(outcomes: list[int], share: float, today: date) -> date | None:
    days = outcomes[min(int(share * len(outcomes)), len(outcomes) - 1)]
    return today + timedelta(days=days) if days <= 7 * FARTHEST else None
