"""Move the demo's clock on: by a day, a week, or to the next reminder."""

import zoneinfo
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind, ClockStep, MailState
from reviews.domain.errors import StateConflict
from reviews.domain.ladders import latest_day
from reviews.domain.rehearsing import first_mail
from reviews.integrations import bell
from reviews.models import Deadline, DemoClock, Mail, User
from reviews.permissions.demo import can_advance_clock
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.reminding import deadlines, planning

_DAYS = {ClockStep.DAY: 1, ClockStep.WEEK: 7}
_LOOKS = 400
"""Planned days, at most, in search of the next mail."""


@transaction.atomic
def advance(step: ClockStep, *, by: User, at: datetime, on: date) -> datetime:
    """Business time moves on, what is due by then is planned, and the mail worker is told.

    To the next reminder: 09:00 of the next mail that would leave, where its reader is. Returns
    the new business time. Raises ``NotPermitted``; ``StateConflict`` without a demo, or where no
    reminder is to come.
    """
    clock = DemoClock.objects.select_for_update().first()
    require(can_advance_clock(by))
    if clock is None:
        raise StateConflict(gettext("There is no demo here, so there is no clock to move."))
    target = _target(step, at=at)
    clock.offset += target - at
    clock.save(update_fields=["offset"])
    new_day = target.astimezone(zoneinfo.ZoneInfo(by.time_zone)).date()
    audit.record(
        AuditKind.CLOCK_ADVANCED,
        subject=clock,
        by=by,
        at=target,
        on=new_day,
        step=step,
        was=at,
        was_on=on,
    )
    deadlines.follow_all(at=target, on=new_day)
    planning.plan(at=target, on=latest_day(target))
    transaction.on_commit(bell.ring)
    return target


def next_mail_at(*, at: datetime) -> datetime | None:
    """When the next mail leaves, if nobody answers until then; ``None``: none is to come.

    Mails are planned on the day of their step, so the days ahead are planned as on trial: by the
    same plan, in a transaction that is rolled back.
    """
    with transaction.atomic():
        found = _look_ahead(at)
        transaction.set_rollback(True)
    return found


def _look_ahead(at: datetime) -> datetime | None:
    planned = latest_day(at)
    planning.plan(at=at, on=planned, guarded=False)
    for _ in range(_LOOKS):
        mail_at = Mail.objects.filter(state=MailState.DUE, due_at__gt=at).aggregate(
            at=Min("due_at")
        )["at"]
        ahead = Deadline.objects.filter(is_current=True, is_open=True, next_step_on__gt=planned)
        day = ahead.aggregate(on=Min("next_step_on"))["on"]
        if day is None or (mail_at is not None and mail_at <= first_mail(day)):
            return mail_at
        planning.plan(at=first_mail(day), on=day, guarded=False)
        planned = day
    return None


def _target(step: ClockStep, *, at: datetime) -> datetime:
    if step in _DAYS:
        return at + timedelta(days=_DAYS[step])
    found = next_mail_at(at=at)
    if found is None:
        raise StateConflict(
            gettext("No reminder is to come: nothing in the register waits for one.")
        )
    return found
