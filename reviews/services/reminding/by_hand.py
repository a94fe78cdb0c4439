"""Reminders that a person sends on a day of their own: one deployment or many."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from reviews.domain import many, sunset
from reviews.domain.enums import AuditKind, SubjectKind
from reviews.domain.sunset import Effect, Skip
from reviews.integrations import bell, data_files
from reviews.models import CustomerContact, Deadline, Deployment, Reminder, User
from reviews.permissions.rulings import require
from reviews.permissions.sunset import can_remind
from reviews.services import audit
from reviews.services.reminding import planning
from reviews.services.sunset import changes


@transaction.atomic
def remind(
    keys: Sequence[int],
    *,
    by: User,
    at: datetime,
    on: date,
    dry_run: bool = False,
    shown: str = "",
) -> Effect:
    """Write to the contacts of these deployments now; leave out who should be left in peace.

    Once a day for each. ``dry_run`` returns the effect and writes nothing; ``shown``: digest of the
    effect that the person saw, which must be this one. Raises ``NotPermitted``, ``StateConflict``
    for another effect, ``BadInput`` for none or too many.
    """
    sunset.check_many(keys)
    rows = changes.locked_many(keys)
    require(can_remind(by))
    deadlines = _deadlines(rows)
    effect = _effect(rows, deadlines, at=at, on=on)
    if dry_run:
        return effect
    many.check_as_shown(effect, shown)
    if not effect.reached:
        return effect

    asked = [deadlines[key].pk for key in effect.reached]
    planning.plan_by_hand(asked, occasion=_occasion(on), at=at, on=on)
    transaction.on_commit(bell.ring)
    for row in rows:
        if row.pk not in effect.skipped:
            audit.record(
                AuditKind.REMINDERS_ASKED,
                subject=row,
                by=by,
                at=at,
                on=on,
                last_day=deadlines[row.pk].last_day,
            )
    return effect


def _effect(
    rows: Sequence[Deployment], deadlines: dict[int, Deadline], *, at: datetime, on: date
) -> Effect:
    reachable = _reachable(rows)
    reminded = set(
        Reminder.objects.filter(
            deadline__in=list(deadlines.values()), step__is_manual=True, occasion=_occasion(on)
        ).values_list("deadline__subject_id", flat=True)
    )
    skipped: dict[int, Skip] = {}
    for row in rows:
        deadline = deadlines.get(row.pk)
        why = sunset.why_not_remind(
            row.current_status,
            last_day=deadline.last_day if deadline else None,
            snoozed=row.snoozed_until,
            on=row.today(at),
            holidays=data_files.holidays(deadline.calendar) if deadline else frozenset(),
        )
        if why is None and row.pk in reminded:
            why = Skip.REMINDED_TODAY
        if why is None and row.pk not in reachable:
            why = Skip.NO_CONTACT
        if why is not None:
            skipped[row.pk] = why
    return Effect(tuple(row.pk for row in rows if row.pk not in skipped), skipped)


def _occasion(on: date) -> str:
    return on.isoformat()


def _deadlines(rows: Sequence[Deployment]) -> dict[int, Deadline]:
    found = Deadline.objects.filter(
        subject_kind=SubjectKind.DEPLOYMENT,
        subject_id__in=[row.pk for row in rows],
        is_current=True,
        is_open=True,
    )
    return {one.subject_id: one for one in found}


def _reachable(rows: Sequence[Deployment]) -> set[int]:
    """Deployments with a contact, of their own or of the customer, whose mails arrive."""
    reached = CustomerContact.objects.filter(
        customer__in={row.customer_id for row in rows},
        departed_at__isnull=True,
        bounced_at__isnull=True,
    )
    own = set(reached.filter(deployment__in=rows).values_list("deployment_id", flat=True))
    wide = set(reached.filter(deployment=None).values_list("customer_id", flat=True))
    return {row.pk for row in rows if row.pk in own or row.customer_id in wide}
