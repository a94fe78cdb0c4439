"""Ladders of reminders: on which day a step falls, which one is the nearest, who is told next.

All days are civil days; a moment exists only in ``mail_moment``. A step is *reached* when its day
has come, and stays reached. Offsets, the step on the last safe filing day and 09:00 are our own
design; that a step before the deadline moves to the working day before, and one after it to the
working day after, is ``calendars.step_on``.
"""

import zoneinfo
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType

from reviews.domain.calendars import NO_HOLIDAYS, step_on
from reviews.domain.enums import Audience, MailKind, StepAnchor, SubjectKind

MAIL_TIME = time(9)
"""When a mail leaves, where its reader is."""

FIRST_AUDIENCE: Mapping[SubjectKind, Audience] = MappingProxyType(
    {
        kind: Audience.CONTACT if kind is SubjectKind.DEPLOYMENT else Audience.OWNER
        for kind in SubjectKind
    }
)
"""Whom a ladder speaks to first. For everybody after them a line is an escalation."""

AUDIENCES = tuple(Audience)
"""Nearest to the matter first."""

_EASTERNMOST = timedelta(hours=14)
_WESTERNMOST = timedelta(hours=12)


# Steps and their days -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepRule:
    """One step of a ladder. ``offset_days``: from its anchor, negative before it."""

    code: str
    offset_days: int
    audiences: tuple[Audience, ...]
    anchor: StepAnchor = StepAnchor.LAST_DAY
    is_manual: bool = False
    key: int = 0
    ask: str = ""


@dataclass(frozen=True, slots=True)
class DatedStep:
    """A step with its day: ``nominal_on`` by the offset, ``due_on`` moved to a working day."""

    rule: StepRule
    nominal_on: date
    due_on: date

    @property
    def order(self) -> tuple[date, date, int, str]:
        """Of two steps, the greater one is nearer to the end, also where both share a day."""
        return (self.due_on, self.nominal_on, self.rule.offset_days, self.rule.code)


def dated(
    rule: StepRule,
    *,
    last_day: date,
    last_safe_filing_on: date | None = None,
    holidays: Set[date] = NO_HOLIDAYS,
) -> DatedStep | None:
    """The step with its days; ``None`` for a manual step and for one whose anchor is not known."""
    anchor = last_safe_filing_on if rule.anchor is StepAnchor.LAST_SAFE_FILING else last_day
    if anchor is None or rule.is_manual:
        return None
    nominal = anchor + timedelta(days=rule.offset_days)
    return DatedStep(rule, nominal, step_on(nominal, deadline=last_day, holidays=holidays))


def dated_steps(
    rules: Iterable[StepRule],
    *,
    last_day: date,
    last_safe_filing_on: date | None = None,
    holidays: Set[date] = NO_HOLIDAYS,
) -> tuple[DatedStep, ...]:
    """All steps that have a day, in the order in which they come."""
    days = (
        dated(rule, last_day=last_day, last_safe_filing_on=last_safe_filing_on, holidays=holidays)
        for rule in rules
    )
    return tuple(sorted((one for one in days if one), key=lambda one: one.order))


# What is due --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """What one deadline has to say now.

    ``nearest`` speaks; ``same_day`` fell on its working day and is said by it, to the people of
    all of them (``audiences``); ``missed`` was passed over. ``next_on``: where to look next.
    """

    nearest: DatedStep
    same_day: tuple[DatedStep, ...]
    missed: tuple[DatedStep, ...]
    audiences: tuple[Audience, ...]
    next_on: date | None


def line(steps: Sequence[DatedStep], *, since: date, on: date) -> Line | None:
    """What is due on ``on`` among the steps from ``since`` on (both included); ``None``: nothing.

    After an outage that is one line, never a burst: the nearest step, the older ones are missed.
    """
    due = [step for step in steps if since <= step.due_on <= on]
    if not due:
        return None
    nearest = due[-1]
    together = tuple(step for step in due if step.due_on == nearest.due_on)
    return Line(
        nearest=nearest,
        same_day=together[:-1],
        missed=tuple(step for step in due if step.due_on < nearest.due_on),
        audiences=_all_audiences(together),
        next_on=next_on(steps, after=on),
    )


def lines(steps: Sequence[DatedStep], *, since: date, days: Sequence[date]) -> tuple[Line, ...]:
    """What is due by the first of ``days`` as one line, and each later day's own beside it.

    A plan looks ahead to where the day begins first. What is due only tomorrow for most must not
    take the place of what is due today.
    """
    found = []
    for day in days:
        one = line(steps, since=since, on=day)
        if one is not None:
            found.append(one)
        since = max(since, day + timedelta(days=1))
    return tuple(found)


def start_on(steps: Sequence[DatedStep], *, on: date) -> date | None:
    """Where a new deadline begins: at the nearest step reached on ``on``, else at the first.

    Older steps do not exist for it.
    """
    reached = [step.due_on for step in steps if step.due_on <= on]
    return reached[-1] if reached else next_on(steps, after=on)


def next_on(steps: Sequence[DatedStep], *, after: date) -> date | None:
    """Day of the first step that comes after ``after``; ``None`` where none is left."""
    return next((step.due_on for step in steps if step.due_on > after), None)


def on_from(steps: Sequence[DatedStep], *, pending: date | None, on: date) -> date | None:
    """Where to look next, when the days of the steps changed and the deadline did not.

    ``pending``: where the plan would have looked. What it has not looked at yet stays due; what
    it has is not said again.
    """
    if pending is not None and pending <= on:
        return start_on(steps, on=on)
    return next_on(steps, after=on)


def announced(steps: Sequence[DatedStep], step: DatedStep) -> DatedStep | None:
    """The next step that tells somebody whom this one does not, for "on that day we tell ...".

    Steps of one working day count as one.
    """
    told = set(audiences_on(steps, step.due_on))
    for later in steps:
        if later.due_on > step.due_on and set(audiences_on(steps, later.due_on)) - told:
            return later
    return None


def audiences_on(steps: Sequence[DatedStep], day: date) -> tuple[Audience, ...]:
    """Everybody to whom the steps of one working day speak."""
    return _all_audiences(step for step in steps if step.due_on == day)


def _all_audiences(steps: Iterable[DatedStep]) -> tuple[Audience, ...]:
    named = {audience for step in steps for audience in step.rule.audiences}
    return tuple(audience for audience in AUDIENCES if audience in named)


def mail_kind(subject_kind: SubjectKind, audience: Audience) -> MailKind:
    """An escalation for everybody but the ladder's first audience."""
    if audience is FIRST_AUDIENCE[subject_kind]:
        return MailKind.REMINDER
    return MailKind.ESCALATION


# Moments and days ---------------------------------------------------------------------------------


def mail_moment(day: date, zone: str) -> datetime:
    """09:00 of ``day`` in ``zone``, in UTC. Never raises.

    Where that hour exists twice it is the earlier one, where it does not exist the one that the
    clock before the gap would show; a zone that the time zone database lost counts as UTC.
    """
    local = datetime.combine(day, MAIL_TIME, tzinfo=_zone(zone))
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return local.replace(tzinfo=UTC)


def local_day(at: datetime, zone: str) -> date:
    """The civil day of a moment in ``zone``."""
    try:
        return at.astimezone(_zone(zone)).date()
    except OverflowError:
        return at.date()


def latest_day(at: datetime) -> date:
    """The latest civil day anywhere on Earth: UTC+14 is the first to begin it."""
    return (at.astimezone(UTC) + _EASTERNMOST).date()


def days_at(at: datetime, *, until: date) -> tuple[date, ...]:
    """The civil days that it is anywhere on Earth at ``at``, in order, and ``until``."""
    first = (at.astimezone(UTC) - _WESTERNMOST).date()
    now = {first + timedelta(days=more) for more in range((latest_day(at) - first).days + 1)}
    return tuple(sorted(day for day in now | {until} if day <= until))


def days_left(last_day: date, *, on: date) -> int:
    """0 on the last day itself, negative after it."""
    return (last_day - on).days


def is_overdue(last_day: date, *, on: date) -> bool:
    """From the day after the last day on."""
    return on > last_day


@cache
def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
