"""Invented customers who react to the reminders that they get: who answers what, on which day.

Everything is drawn from one seed and the words that name deployment, customer and step, never from
the order of calls: the same year comes out where the reminder machine itself walks through it and
where ``counted`` only goes by the ladder's days. Figures: ``reviews/data/replay/customers.toml``.
"""

import hashlib
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import heappop, heappush
from typing import TypeVar

from reviews.domain.enums import DeploymentStatus
from reviews.domain.ladders import DatedStep
from reviews.domain.sunset import ORDER

T = TypeVar("T")
_WHOLE = float(1 << 64)


@dataclass(frozen=True, slots=True)
class Manner:
    """The figures of the file, see there. ``steps``: by code, the chance of each reaction."""

    year_willing: Sequence[float]
    year_late: Sequence[float]
    customer_willing: Sequence[float]
    own_way: float
    answer_days: Sequence[int]
    plan_after_word: float
    word_days: Sequence[int]
    plan_shares: Sequence[float]
    plan_slips: Sequence[int]
    afterwards: float
    steps: Mapping[str, Mapping[DeploymentStatus, float]]


@dataclass(frozen=True, slots=True)
class Subject:
    """One deployment. ``key`` and ``customer`` are words that stay the same from load to load.

    ``is_reached``: somebody there gets the reminders.
    """

    key: str
    customer: str
    last_day: date
    is_reached: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """What happens on a day: the status that the deployment reaches by it.

    ``stopped_on``: the attested last day of use, of one that stopped.
    """

    on: date
    key: str
    now: DeploymentStatus
    stopped_on: date | None = field(default=None, compare=False)


class Year:
    """One seed's customers. Each method is a function of its arguments and the seed alone."""

    def __init__(self, manner: Manner, seed: int) -> None:
        self.manner, self.seed = manner, seed
        self._willing = self._pick(manner.year_willing, "year", "willing")
        self._late = self._pick(manner.year_late, "year", "late")

    def own_way(self, subject: Subject, *, first: date) -> Act | None:
        """The day on which it stops unasked; ``None`` for most."""
        if self._chance(subject.key, "own way") >= self.manner.own_way:
            return None
        days = (subject.last_day - first).days
        passed = int(self._chance(subject.key, "own day") * max(days, 1))
        return self._act(subject, first + timedelta(days=passed), DeploymentStatus.DISCONTINUED)

    def on_reminder(self, subject: Subject, step: str, *, on: date) -> Act | None:
        """The answer to a reminder of this step, mailed ``on``; ``None``: silence."""
        drawn = self._chance(subject.key, step)
        willing = self._willing * self._pick(
            self.manner.customer_willing, subject.customer, "willing"
        )
        for now, chance in self.manner.steps.get(step, {}).items():
            if drawn < (share := min(chance * willing, 0.9)):
                days = self._pick(self.manner.answer_days, subject.key, step, "days")
                return self._act(subject, on + timedelta(days=days), now)
            drawn -= share
        return None

    def after(self, subject: Subject, act: Act) -> Act | None:
        """What follows from an answer by itself: a plan after “we have read it”, the stop after a
        plan."""
        if act.now is DeploymentStatus.ACKNOWLEDGED:
            if self._chance(subject.key, "plan") >= self.manner.plan_after_word:
                return None
            days = self._pick(self.manner.word_days, subject.key, "plan days")
            return self._act(subject, act.on + timedelta(days=days), DeploymentStatus.PLAN_FILED)
        if act.now is DeploymentStatus.PLAN_FILED:
            return self._act(subject, self._planned(subject, act.on), DeploymentStatus.DISCONTINUED)
        return None

    def afterwards(self, subject: Subject, *, last_step_on: date) -> Act:
        """When it stops after the ladder's last step, if nothing before it brought that about."""
        drawn = 1.0 - self._chance(subject.key, "afterwards")
        weeks = math.log(drawn) / math.log1p(-self.manner.afterwards)
        on = last_step_on + timedelta(days=1 + int(7 * weeks))
        return self._act(subject, on, DeploymentStatus.DISCONTINUED)

    def _planned(self, subject: Subject, on: date) -> date:
        left = max((subject.last_day - on).days, 7)
        share = self._pick(self.manner.plan_shares, subject.key, "planned day")
        day = on + timedelta(days=max(round(left * share), 1))
        if self._chance(subject.key, "late") < self._late:
            day += timedelta(days=self._pick(self.manner.plan_slips, subject.key, "slip"))
        return day

    def _act(self, subject: Subject, on: date, now: DeploymentStatus) -> Act:
        stopped_on = on if now is DeploymentStatus.DISCONTINUED else None
        return Act(on, subject.key, now, stopped_on)

    def _chance(self, *words: str) -> float:
        """From 0 to 1, the same for the same words and seed."""
        said = "\x1f".join((str(self.seed), *words)).encode()
        return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big") / _WHOLE

    def _pick(self, among: Sequence[T], *words: str) -> T:
        return among[int(self._chance(*words) * len(among))]


def moves(was: DeploymentStatus, act: Act) -> bool:
    """Whether the act still changes something: nobody goes back, and what ended has ended."""
    if was not in ORDER:
        return False
    return act.now not in ORDER or ORDER.index(act.now) > ORDER.index(was)


class Conduct:
    """What one deployment does, reminder by reminder, until it has ended."""

    def __init__(self, year: Year, subject: Subject, *, first: date, last_step_on: date) -> None:
        self.subject, self.status = subject, DeploymentStatus.DISCOVERED
        self._year = year
        self._waiting = [year.afterwards(subject, last_step_on=last_step_on)]
        if (own := year.own_way(subject, first=first)) is not None:
            heappush(self._waiting, own)

    def reminded(self, step: str, *, on: date) -> None:
        """A reminder of this step reached the customer."""
        said = self._year.on_reminder(self.subject, step, on=on)
        if said is not None:
            heappush(self._waiting, said)

    def until(self, on: date) -> Iterator[Act]:
        """What it does up to this day (inclusive) and has not done yet, the earliest first."""
        while self.status.is_running and self._waiting and self._waiting[0].on <= on:
            act = heappop(self._waiting)
            if not moves(self.status, act):
                continue
            self.status = act.now
            if (then := self._year.after(self.subject, act)) is not None:
                heappush(self._waiting, then)
            yield act


def counted(
    year: Year,
    subjects: Iterable[Subject],
    *,
    first: date,
    steps: Mapping[str, Sequence[DatedStep]],
    silenced_by: Mapping[str, Collection[DeploymentStatus]],
) -> list[Act]:
    """The whole year by the ladder's days alone, the earliest act first, until all have ended.

    ``steps``: the dated ladder of each subject, by its key. A day's mails come before its answers;
    of steps on one working day the nearest to the end speaks.
    """
    found: list[Act] = []
    for subject in subjects:
        ladder = steps[subject.key]
        conduct = Conduct(year, subject, first=first, last_step_on=ladder[-1].due_on)
        if subject.is_reached:
            for day, code in speaking(ladder, first=first):
                found.extend(conduct.until(day - timedelta(days=1)))
                if conduct.status.is_running and conduct.status not in silenced_by.get(code, ()):
                    conduct.reminded(code, on=day)
        found.extend(conduct.until(date.max))
    return sorted(found)


def speaking(ladder: Sequence[DatedStep], *, first: date) -> list[tuple[date, str]]:
    """Each working day from ``first`` on that has a step, with the one that speaks."""
    days = {step.due_on: step.rule.code for step in ladder if step.due_on >= first}
    return sorted(days.items())


def stops(acts: Iterable[Act]) -> list[date]:
    """The last day of use of each that stopped, the earliest first."""
    return sorted(act.stopped_on for act in acts if act.stopped_on is not None)
