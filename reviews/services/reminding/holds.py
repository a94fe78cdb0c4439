"""What a person does about a stop: let the reminders go, or let them be."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from reviews.domain.access import check_reason
from reviews.domain.enums import AuditKind, HoldReason, MailState, ReminderState
from reviews.domain.errors import StateConflict
from reviews.models import Mail, Reminder, SweepHold, User
from reviews.permissions.outbox import can_steer
from reviews.permissions.rulings import require
from reviews.services import audit, checkpointing
from reviews.services.reminding import guard, planning

WHO_READS = "it stands in the record beside the stop"


def is_stopped() -> SweepHold | None:
    """The open hold that stops planning and sending altogether; ``None``: go on."""
    return guard.stopped()


@transaction.atomic
def release(hold: SweepHold, *, reason: str, by: User, at: datetime, on: date) -> SweepHold:
    """Go on: held mails are due again, a stopped machine starts with its next sweep.

    Raises ``NotPermitted``, ``Incomplete`` without a reason, ``StateConflict`` once it is settled.
    """
    hold = _locked(hold)
    reason = _checked(hold, reason, by=by)
    mails = Mail.objects.filter(hold=hold, state=MailState.HELD).update(state=MailState.DUE)
    _settle(hold, reason, is_discarded=False, by=by, at=at)
    audit.record(
        AuditKind.HOLD_RELEASED,
        subject=hold,
        by=by,
        at=at,
        on=on,
        why_stopped=hold.reason,
        mails=mails,
        reason=reason,
    )
    return hold


@transaction.atomic
def discard(hold: SweepHold, *, reason: str, by: User, at: datetime, on: date) -> SweepHold:
    """Do not send it: held mails are cancelled. The steps to come are not touched.

    After a stop of the whole machine that is everything which is due by now, as if it had left
    already: planned, for the record, and cancelled. Raises as ``release`` does.
    """
    hold = _locked(hold)
    reason = _checked(hold, reason, by=by)
    if hold.reason in guard.STOPPING:
        planning.plan(at=at, on=on, guarded=False)
        mails = Mail.objects.filter(state=MailState.DUE, due_at__lte=at)
    else:
        mails = Mail.objects.filter(hold=hold, state=MailState.HELD)
    cancelled = _cancel(mails, at=at)
    _settle(hold, reason, is_discarded=True, by=by, at=at)
    audit.record(
        AuditKind.HOLD_DISCARDED,
        subject=hold,
        by=by,
        at=at,
        on=on,
        why_stopped=hold.reason,
        mails=cancelled,
        reason=reason,
    )
    return hold


# Private ------------------------------------------------------------------------------------------


def _locked(hold: SweepHold) -> SweepHold:
    return SweepHold.objects.select_for_update().get(pk=hold.pk)


def _checked(hold: SweepHold, reason: str, *, by: User) -> str:
    require(can_steer(by))
    if hold.settled_at is not None:
        raise StateConflict(
            gettext("Somebody has decided about this stop already. Open the outbox again.")
        )
    return check_reason(reason, who_reads=WHO_READS)


def _cancel(mails: QuerySet[Mail], *, at: datetime) -> int:
    keys = mails.select_for_update(no_key=True).values_list("pk", flat=True)
    Reminder.objects.filter(mail__in=list(keys), state=ReminderState.PLANNED).update(
        state=ReminderState.CANCELLED, reason="discarded"
    )
    return mails.update(
        state=MailState.CANCELLED, settled_at=guard.real_now(), settled_business_at=at
    )


def _settle(hold: SweepHold, reason: str, *, is_discarded: bool, by: User, at: datetime) -> None:
    """A restored database is our database from now on: a new checkpoint says so."""
    hold.settled_by, hold.settled_at, hold.settled_reason = by, guard.real_now(), reason
    hold.is_discarded = is_discarded
    hold.detail = {**hold.detail, "settled_business_at": at.isoformat()}
    hold.save()
    if hold.reason == HoldReason.OLD_DATABASE:
        transaction.on_commit(checkpointing.renew)
