"""A deployment is notified once a mail about it has left for a contact of its customer."""

import logging
from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import DatabaseError, transaction

from reviews.domain.enums import Audience, AuditKind, DeploymentStatus, SubjectKind
from reviews.models import Deployment, Reminder
from reviews.services import audit
from reviews.services.sunset import changes

logger = logging.getLogger(__name__)

REASON = "A reminder left for a contact of the customer."


def reached_by(lines: Iterable[Reminder]) -> set[int]:
    """Keys of the deployments that these lines told a contact about."""
    return {
        line.deadline.subject_id
        for line in lines
        if line.audience == Audience.CONTACT
        and line.deadline.subject_kind == SubjectKind.DEPLOYMENT
    }


def notify_free(known: set[int], *, at: datetime, on: date) -> set[int]:
    """Move those that nobody holds; returns the others. ``known``: those still discovered.

    Inside the sender's transaction. It never waits: who holds a deployment may be waiting for its
    deadline, which the sender holds.
    """
    if not known:
        return set()
    try:
        with transaction.atomic():
            return known - _move(known, skip_locked=True, at=at, on=on)
    except DatabaseError:  # the mail has left; that must be marked all the same
        logger.exception("deployments that a mail reached cannot be moved yet")
        return known


@transaction.atomic
def notify(keys: Collection[int], *, at: datetime, on: date) -> set[int]:
    """Move what was held then; in a transaction of its own, which may wait."""
    return _move(keys, skip_locked=False, at=at, on=on)


def _move(keys: Collection[int], *, skip_locked: bool, at: datetime, on: date) -> set[int]:
    rows = list(
        Deployment.objects.select_related("customer")
        .filter(pk__in=keys, status=DeploymentStatus.DISCOVERED)
        .order_by("pk")
        .select_for_update(of=("self",), skip_locked=skip_locked)
    )
    for row in rows:
        was = row.current_status
        row.save(update_fields=changes.moved(row, DeploymentStatus.NOTIFIED, at=at))
        change = changes.status_change(row, was=was, reason=REASON, by=None, at=at)
        change.save(force_insert=True)
        audit.record(
            AuditKind.DEPLOYMENT_MOVED,
            subject=row,
            by=None,
            at=at,
            on=on,
            change=change.uid,
            was=change.was,
            now=change.now,
            version=row.version,
        )
    return {row.pk for row in rows}
