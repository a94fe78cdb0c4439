"""When the machine stops and asks: a jump of the clock, an old database, far too many mails."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import connection

from reviews.domain.enums import AuditKind, HoldReason, SweepName
from reviews.integrations import checkpoints
from reviews.models import AuditEvent, AuditHead, Forecast, Reminder, SweepHold, SweepRun
from reviews.services import audit
from reviews.services.reminding.lines import Sheet

STOPPING = (HoldReason.CLOCK, HoldReason.OLD_DATABASE)
"""Holds that stop planning and sending altogether."""
JUMP = timedelta(hours=36)
"""How much more business time may pass between two sweeps than real time."""
EXCESS_MAILS = 500
EXCESS_SHARE = 0.2
"""An excess is more than both of these above the forecast."""


def stopped() -> SweepHold | None:
    """The open hold that stops everything; ``None``: go on."""
    return SweepHold.objects.filter(reason__in=STOPPING, settled_at__isnull=True).first()


def stop(*, at: datetime, on: date) -> SweepHold | None:
    """The hold that stops this sweep; opened now where there is a reason. ``None``: go on."""
    hold = stopped()
    if hold is not None:
        return hold
    jump = _unexplained(at)
    if jump > JUMP:
        detail = {"unexplained_hours": round(jump.total_seconds() / 3600, 1)}
        return _open(HoldReason.CLOCK, at=at, on=on, detail=detail)
    newer = _newer_checkpoint()
    if newer is not None:
        detail = {"checkpoint_seq": newer.seq, "head_seq": _head_seq()}
        return _open(HoldReason.OLD_DATABASE, at=at, on=on, detail=detail)
    return None


def mails_of(day: date) -> int:
    """Mails that the ladder's steps of this day have made so far."""
    rows = Reminder.objects.filter(due_on=day, occasion="", mail__isnull=False)
    return rows.order_by().values("mail").distinct().count()


def hold_excess(
    sheet: Sheet, foreseen: Forecast, *, before: int, at: datetime, on: date
) -> SweepHold | None:
    """Hold the new mails of this plan where the day brings far more than was foreseen.

    Steps whose day lies before today are the catch-up after an outage: they never wait for a
    person, unless their deadline was set after the forecast.
    """
    new = sheet.counted_mails()
    most = foreseen.mails + max(EXCESS_MAILS, foreseen.mails * EXCESS_SHARE)
    if not new or before + new <= most:
        return None
    hold = SweepHold.objects.filter(reason=HoldReason.EXCESS, settled_at__isnull=True).first()
    if hold is None:
        hold = _open(
            HoldReason.EXCESS,
            at=at,
            on=on,
            detail={"day": foreseen.on.isoformat(), "before": before},
            mail_count=before + new,
            forecast_count=foreseen.mails,
        )
    else:
        hold.mail_count = before + new
        hold.save(update_fields=["mail_count"])
    sheet.hold_mails(hold.pk)
    return hold


# Private ------------------------------------------------------------------------------------------


def real_now() -> datetime:
    """The database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    found: datetime = now
    return found


def _unexplained(at: datetime) -> timedelta:
    """Business time that passed since the last good plan, less real time and demo advances.

    A clock hold that somebody settled counts as a good plan: a person has looked at the clock.
    """
    run = SweepRun.objects.filter(name=SweepName.PLAN).first()
    since = [(run.real_at, run.business_at)] if run else []
    settled = SweepHold.objects.filter(reason=HoldReason.CLOCK, settled_at__isnull=False).first()
    if settled is not None and settled.settled_at is not None:
        business = datetime.fromisoformat(settled.detail["settled_business_at"])
        since.append((settled.settled_at, business))
    if not since:
        return timedelta(0)
    real_at, business_at = max(since)
    advances = AuditEvent.objects.filter(kind=AuditKind.CLOCK_ADVANCED, occurred_at__gte=real_at)
    explained = sum(
        (one.business_at - datetime.fromisoformat(one.data["was"]) for one in advances),
        timedelta(0),
    )
    return (at - business_at) - (real_now() - real_at) - explained


def _head_seq() -> int:
    return AuditHead.objects.values_list("seq", flat=True).first() or 0


def _newer_checkpoint() -> checkpoints.Checkpoint | None:
    """The last signed checkpoint, where our log does not hold what it attests."""
    found = checkpoints.read()
    if found is None or not found.chain:
        return None
    first = AuditEvent.objects.filter(seq=1).values_list("digest", flat=True).first()
    if first != found.chain:
        return None
    holds = AuditEvent.objects.filter(seq=found.seq, digest=found.digest).exists()
    return None if holds else found


def _open(
    reason: HoldReason,
    *,
    at: datetime,
    on: date,
    detail: Mapping[str, object],
    mail_count: int = 0,
    forecast_count: int = 0,
) -> SweepHold:
    hold = SweepHold.objects.create(
        reason=reason,
        found_at=real_now(),
        business_at=at,
        business_on=on,
        mail_count=mail_count,
        forecast_count=forecast_count,
        detail=dict(detail),
    )
    audit.record(
        AuditKind.HOLD_OPENED,
        subject=hold,
        by=None,
        at=at,
        on=on,
        reason=reason,
        mails=mail_count,
        foreseen=forecast_count,
        detail=detail,
    )
    return hold
