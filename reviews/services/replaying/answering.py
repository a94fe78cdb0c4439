"""A replayed year in which customers answer and stop, with the forecasts that the board would have
made in it. Walked by the services of production; further years are counted by the ladder's days."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from reviews.domain.course import Course, FinishedYear, learn
from reviews.domain.customers import Subject, Year, counted, stops
from reviews.domain.enums import MailKind, RehearsalKind, ReminderState, SubjectKind
from reviews.domain.forecast import Coverage, Forecast, Outlook, forecast, holds
from reviews.domain.ladders import dated_steps
from reviews.domain.rehearsing import first_mail
from reviews.integrations.replay_data import course, manner
from reviews.models import Rehearsal, RehearsedForecast, Reminder
from reviews.services.reminding import deadlines
from reviews.services.replaying import acting, copying, walking
from reviews.services.replaying.cast import Cast, cast_here, ladder_rows, rules, silences
from reviews.services.replaying.ledger import SentLine
from reviews.services.replaying.scratch import schema
from reviews.services.replaying.scripts import Casting, Script

Foretell = Callable[[date], tuple[int, Forecast | None]]
"""How many run on a day and what the board foretells then, as its page asks for it."""
CHOSEN_ON = range(1, 61)
"""Seeds of the years from which course, prior and scatter were learnt: never reported on."""
REPORTED_ON = range(1001, 1101)
"""Seeds on which the coverage is measured: never learnt from."""
SIZES = (60, 100, 150, 250, 400)
"""Deployments of the years from which the course is learnt, in turn; two a customer."""
WEEKS = (-53, 11)
"""First and last week of the course, see there."""


@dataclass(frozen=True, slots=True)
class Week:
    """A forecast made ``on`` a day, while ``running`` deployments ran, and the day that came.

    ``seed`` and ``is_walked`` as in ``RehearsedForecast``.
    """

    on: date
    running: int
    said: Forecast
    came_on: date | None
    seed: int | None
    is_walked: bool

    @property
    def held(self) -> bool | None:
        """Whether the interval held the day; ``None``: it has not come."""
        return None if self.came_on is None else holds(self.said, self.came_on)


@dataclass(frozen=True, slots=True)
class AnsweredYears:
    """The walked year's mails and weeks, and the weeks of the counted ones.

    ``stopped``: the day of each discontinuation in the walked year, also after the walk's end.
    """

    lines: Sequence[SentLine]
    weeks: Sequence[Week]
    stopped: Sequence[date]
    cast: Cast


def walk(
    casting: Casting, *, first: date, last: date, seed: int | None, foretell: Foretell
) -> AnsweredYears:
    """The days from ``first`` to ``last`` on a copy of the register as it stood on ``first``, with
    everybody acting in the evening of each, and a forecast at the end of each week."""
    with schema() as scratch:
        copying.as_it_stood(scratch, on=first)
        deadlines.follow_all(at=first_mail(first), on=first)
        cast = cast_here(first=first)
        script = casting(cast)
        evenings = _Evenings(script, cast, acting.Stage(cast.keys, acting.office()), foretell)
        days = walking.walk(first, last, sender=walking.send, evening=evenings)
        lines = [line for lines in days for line in lines]
    stopped, is_over = script.stopped()
    came_on = max(stopped) if stopped and is_over else None
    weeks = [
        Week(on, running, said, came_on, seed, is_walked=True)
        for on, running, said in evenings.foretold
    ]
    return AnsweredYears(lines, weeks, stopped, cast)


class _Evenings:
    """After a day's mails: what they bring about, and at the end of a week the forecast."""

    def __init__(self, script: Script, cast: Cast, stage: acting.Stage, foretell: Foretell) -> None:
        self._script, self._cast, self._stage, self._foretell = script, cast, stage, foretell
        self._names = {key: name for name, key in cast.keys.items()}
        self._mailed: dict[int, int] = {}
        self.foretold: list[tuple[date, int, Forecast]] = []

    def __call__(self, day: date) -> None:
        for key, step, contact in _reminded(day):
            self._mailed[key] = contact
            if key in self._names:
                self._script.reminded(self._names[key], step, on=day)
        self._stage.play(self._script.until(day), mailed=self._mailed)
        if _ends_week(day, self._cast.first):
            running, said = self._foretell(day)
            if said is not None and running:
                self.foretold.append((day, running, said))


def counted_weeks(cast: Cast, seed: int) -> list[Week]:
    """The forecasts of a year that is counted by the ladder's days, not walked."""
    return weeks_of(cast.counted(seed), _usual_last_day(cast.subjects), cast.first, seed=seed)


def weeks_of(stopped: Sequence[date], last_day: date, first: date, *, seed: int) -> list[Week]:
    """A forecast at the end of each week of a year that is over, by the board's own function."""
    outlook, found, day = Outlook(last_day, course()), [], first + timedelta(days=6)
    while day < stopped[-1]:
        known = [one for one in stopped if one <= day]
        said = forecast(known, len(stopped) - len(known), today=day, outlook=outlook)
        if said is not None:
            left = len(stopped) - len(known)
            found.append(Week(day, left, said, stopped[-1], seed, is_walked=False))
        day += timedelta(days=7)
    return found


def by_year(weeks: Iterable[Week]) -> dict[int, list[Week]]:
    """The weeks of each seed; what the register has on record belongs to none."""
    found: dict[int, list[Week]] = {}
    for week in weeks:
        if week.seed is not None:
            found.setdefault(week.seed, []).append(week)
    return found


def coverage(weeks: Iterable[Week]) -> Coverage:
    """Of those whose day has come."""
    known = [week.held for week in weeks if week.held is not None]
    return Coverage(len(known), sum(known))


def chosen_course(*, first: date, last_day: date) -> Course:
    """The course, learnt anew from the years of ``CHOSEN_ON`` by the ladder that holds now."""
    years = [
        FinishedYear(last_day, canonical(seed, first=first, last_day=last_day))
        for seed in CHOSEN_ON
    ]
    return learn(years, first_week=WEEKS[0], last_week=WEEKS[1])


def canonical_weeks(seeds: Iterable[int], *, first: date, last_day: date) -> list[Week]:
    """The forecasts of such years, one register of nobody a seed."""
    return [
        week
        for seed in seeds
        for week in weeks_of(
            canonical(seed, first=first, last_day=last_day), last_day, first, seed=seed
        )
    ]


def canonical(seed: int, *, first: date, last_day: date) -> list[date]:
    """The stops of a register that belongs to nobody: as many deployments as the seed says."""
    rows = ladder_rows()
    steps = dated_steps(rules(rows), last_day=last_day)
    subjects = [
        Subject(f"d{number}", f"c{number // 2}", last_day)
        for number in range(SIZES[seed % len(SIZES)])
    ]
    acts = counted(
        Year(manner(), seed),
        subjects,
        first=first,
        steps=dict.fromkeys((one.key for one in subjects), steps),
        silenced_by=silences(rows),
    )
    return stops(acts)


def keep(found: AnsweredYears, *, first: date, last: date, at: datetime, on: date) -> Rehearsal:
    """Store the years for their page, in place of those before. Derived, so no event."""
    with transaction.atomic():
        Rehearsal.objects.filter(kind=RehearsalKind.ANSWERED).delete()
        run = Rehearsal.objects.create(
            kind=RehearsalKind.ANSWERED,
            first_on=first,
            last_on=last,
            made_at=at,
            made_on=on,
            mails=len({line.mail for line in found.lines}),
        )
        RehearsedForecast.objects.bulk_create((_row(run, week) for week in found.weeks), 2_000)
    return run


def _row(run: Rehearsal, week: Week) -> RehearsedForecast:
    return RehearsedForecast(
        rehearsal=run,
        seed=week.seed,
        is_walked=week.is_walked,
        on=week.on,
        running=week.running,
        low=week.said.low,
        middle=week.said.middle,
        high=week.said.high,
        came_on=week.came_on,
    )


def _ends_week(day: date, first: date) -> bool:
    return (day - first).days % 7 == 6


def _usual_last_day(subjects: Iterable[Subject]) -> date:
    """The last permitted day of most, the later one of two that tie, as on the board."""
    often: dict[date, int] = {}
    for subject in subjects:
        often[subject.last_day] = often.get(subject.last_day, 0) + 1
    return max(often, key=lambda day: (often[day], day))


def _reminded(day: date) -> list[tuple[int, str, int]]:
    """Deployment, step and contact of each reminder that left on this day; of several for one
    deployment the step nearest to the end. One query."""
    rows = Reminder.objects.filter(
        state=ReminderState.SENT,
        mail__kind=MailKind.REMINDER,
        mail__contact__isnull=False,
        mail__settled_business_at__gte=first_mail(day),
        mail__settled_business_at__lt=first_mail(day + timedelta(days=1)),
        deadline__subject_kind=SubjectKind.DEPLOYMENT,
    ).order_by("deadline__subject_id", "step__offset_days", "step__code")
    nearest: Mapping[int, tuple[str, int]] = {
        key: (step, contact)
        for key, step, contact in rows.values_list(
            "deadline__subject_id", "step__code", "mail__contact_id"
        )
    }
    return [(key, step, contact) for key, (step, contact) in nearest.items()]
