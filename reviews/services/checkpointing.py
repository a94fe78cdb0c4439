"""Write down, outside the database, how far the audit log goes."""

from datetime import date, datetime

from django.db import transaction

from reviews.domain.enums import AuditKind
from reviews.integrations import checkpoints
from reviews.integrations.checkpoints import Checkpoint
from reviews.models import AuditEvent, AuditHead
from reviews.services import audit


@transaction.atomic
def write_checkpoint(*, at: datetime, on: date) -> None:
    """Record that one is written; the file follows the commit, and attests that event, too."""
    head = AuditHead.objects.first() or AuditHead(pk=1)
    audit.record(AuditKind.CHECKPOINT_WRITTEN, subject=head, by=None, at=at, on=on, after=head.seq)
    transaction.on_commit(renew)


def renew() -> Checkpoint | None:
    """Put the newest event's number and digest into the file; ``None`` while there is no event."""
    newest = AuditEvent.objects.order_by("-seq").first()
    first = AuditEvent.objects.filter(seq=1).first()
    if newest is None or first is None:
        return None
    found = Checkpoint(newest.seq, newest.digest, first.digest, newest.occurred_at.isoformat())
    checkpoints.write(found)
    return found
