"""The runs: every mail until a day, a year in which nobody answers, and one in which customers do.
Each can be kept."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext

from reviews.domain.enums import RehearsalKind
from reviews.domain.errors import BadInput
from reviews.models import CapabilityPolicy, Deadline, Rehearsal, RehearsedLine
from reviews.services.replaying import answering, copying, scripts, walking
from reviews.services.replaying.answering import AnsweredYears, Foretell
from reviews.services.replaying.ledger import SentLine
from reviews.services.replaying.scratch import schema

LONGEST = 1100
"""Days of one run."""
AFTER = timedelta(days=31)
"""The last step of a ladder comes 28 days after the last day, moved by a weekend at most."""
MOST_KEPT = 200_000
"""Lines that a kept run holds; the mails beyond are counted only."""


def plan(*, until: date, at: datetime, on: date) -> list[SentLine]:
    """Every mail from now up to ``until`` (inclusive), from today's register, if nobody answers
    until then. Sent by nobody; nothing is written, but in the scratch schema.

    Raises ``BadInput`` for a day that lies behind, or too far ahead.
    """
    _check(on, until)
    with schema() as scratch:
        copying.as_it_is(scratch, on=on)
        days = walking.walk(on, until, sender=walking.mark, since=at)
        return [line for lines in days for line in lines]


def replay(*, first: date, last: date) -> list[SentLine]:
    """The days from ``first`` to ``last`` (inclusive) on a copy of the register as it stood on
    ``first``, with nobody ever answering. Each mail is written as in production, and goes nowhere.

    Raises ``BadInput`` where the days are in the wrong order or too many.
    """
    _check(first, last)
    with schema() as scratch:
        copying.as_it_stood(scratch, on=first)
        days = walking.walk(first, last, sender=walking.send)
        return [line for lines in days for line in lines]


def answered(
    who: str,
    *,
    first: date,
    last: date,
    on: date,
    seed: int,
    years: int,
    foretell: Foretell,
) -> AnsweredYears:
    """The same with somebody answering: ``who`` is “register” (what it has on record up to ``on``)
    or “customers” (invented ones, of ``years`` seeds from ``seed`` on).

    The first of the years is walked by the services; the others are counted by the ladder's days.
    Raises ``BadInput`` as ``replay``, and ``StateConflict`` where nobody may keep the register.
    """
    _check(first, last)
    if years < 1 or seed < 0:
        raise BadInput(gettext("Give at least one year, and a seed that is not negative."))
    if who == "register":
        casting = scripts.recorded(on=on)
        return answering.walk(casting, first=first, last=last, seed=None, foretell=foretell)
    casting = scripts.invented(seed)
    found = answering.walk(casting, first=first, last=last, seed=seed, foretell=foretell)
    more = [
        week
        for one in range(seed + 1, seed + years)
        for week in answering.counted_weeks(found.cast, one)
    ]
    return replace(found, weeks=[*found.weeks, *more])


def keep(
    kind: RehearsalKind,
    lines: Iterable[SentLine],
    *,
    first: date,
    last: date,
    at: datetime,
    on: date,
) -> Rehearsal:
    """Store a run for its page, in place of the one before. Derived, so no event is recorded."""
    lines = list(lines)
    with transaction.atomic():
        Rehearsal.objects.filter(kind=kind).delete()
        run = Rehearsal.objects.create(
            kind=kind,
            first_on=first,
            last_on=last,
            made_at=at,
            made_on=on,
            mails=len({line.mail for line in lines}),
            is_whole=len(lines) <= MOST_KEPT,
        )
        RehearsedLine.objects.bulk_create(
            (_row(run, line) for line in lines[:MOST_KEPT]), batch_size=2_000
        )
    return run


def rehearse(kind: RehearsalKind, *, at: datetime, on: date, foretell: Foretell) -> Rehearsal:
    """Make the run that the page of this kind shows, and keep it."""
    if kind is RehearsalKind.PLAN:
        last = _end_of_ladders(on)
        return keep(kind, plan(until=last, at=at, on=on), first=on, last=last, at=at, on=on)
    first, last = sunset_year(on)
    if kind is RehearsalKind.ANSWERED:
        seeds = answering.REPORTED_ON
        found = answered(
            "customers",
            first=first,
            last=last,
            on=on,
            seed=seeds[0],
            years=len(seeds),
            foretell=foretell,
        )
        return answering.keep(found, first=first, last=last, at=at, on=on)
    return keep(kind, replay(first=first, last=last), first=first, last=last, at=at, on=on)


def refresh(*, at: datetime, on: date, foretell: Foretell) -> Rehearsal | None:
    """Make the plan of a new business day; ``None``: today's is there."""
    if Rehearsal.objects.filter(kind=RehearsalKind.PLAN, made_on=on).exists():
        return None
    return rehearse(RehearsalKind.PLAN, at=at, on=on, foretell=foretell)


def sunset_year(on: date) -> tuple[date, date]:
    """From the day on which new customers were refused to a month after the last permitted day,
    by the policies that are current; today and today where nothing ends."""
    ends = CapabilityPolicy.objects.filter(is_current=True, last_permitted_on__isnull=False)
    found = ends.aggregate(first=Min("new_customer_cutoff_on"), last=Max("last_permitted_on"))
    if found["first"] is None or found["last"] is None:
        return on, on
    return found["first"], found["last"] + AFTER


def _end_of_ladders(on: date) -> date:
    """The day after which nothing that waits now has a step left."""
    waiting = Deadline.objects.filter(is_current=True, is_open=True, next_step_on__isnull=False)
    last = waiting.aggregate(last=Max("last_day"))["last"] or on
    return min(max(last, on) + AFTER, on + timedelta(days=LONGEST))


def _row(run: Rehearsal, line: SentLine) -> RehearsedLine:
    return RehearsedLine(
        rehearsal=run,
        mail_number=line.mail,
        due_at=line.due_at,
        local_day=line.local_day,
        time_zone=line.time_zone,
        nominal_on=line.nominal_on,
        moved_on=line.moved_on,
        step=line.step,
        kind=line.kind,
        channel=line.channel,
        recipient=line.recipient[:300],
        customer=line.customer[:300],
        subject=line.subject[:300],
        lines=line.lines,
    )


def _check(first: date, last: date) -> None:
    if last < first:
        raise BadInput(
            gettext("%(last)s lies before %(first)s. Give the days in their order.")
            % {"last": last, "first": first}
        )
    if (last - first).days > LONGEST:
        raise BadInput(
            gettext("That is more than %(longest)s days. Give a shorter time.")
            % {"longest": LONGEST}
        )
