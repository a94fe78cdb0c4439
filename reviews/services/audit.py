"""Write and verify the record. Every service calls ``record`` last, in its own transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from reviews.domain.audit_chain import GENESIS, digest_of
from reviews.domain.enums import AuditKind
from reviews.models import AuditEvent, AuditHead, UseCase, User


def record(
    kind: AuditKind,
    *,
    subject: Model,
    by: User | None,
    at: datetime,
    on: date,
    use_case: UseCase | None = None,
    **data: object,
) -> AuditEvent:
    """Append one event. ``data`` holds old and new values, ids and enum values; no prose.

    ``at`` and ``on`` are business time; the real time is the database's own clock.
    Call it last: the head of the chain stays locked until the transaction ends. ``use_case``
    puts the event on that case's timeline; a subject that is a use case needs none.
    Raises ``TypeError`` for a value that is no plain data, ``RuntimeError`` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event belongs into the transaction of what it records.")
    case = subject if isinstance(subject, UseCase) else use_case
    label = (case.reference if case else str(subject.pk))[:64]
    names = (subject._meta.model_name or "", str(getattr(subject, "uid", subject.pk)), label)
    plain = json.loads(json.dumps(data, default=_plain))
    seq, digest, now = _locked_head()
    event = AuditEvent(
        seq=seq + 1,
        kind=kind,
        actor=by,
        subject_type=names[0],
        subject_id=names[1],
        subject_label=label,
        use_case_id=case.pk if case else None,
        data=plain,
        occurred_at=now,
        business_at=at,
        business_on=on,
        previous_digest=digest,
    )
    event.digest = _digest(event, actor=str(by.uid) if by else None)
    event.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [event.seq, event.digest])
    return event


_LOCK = """
WITH head AS MATERIALIZED (SELECT seq, digest FROM reviews_audithead WHERE id = 1 FOR UPDATE)
SELECT seq, digest, clock_timestamp() FROM head
"""
# The clock is read once the lock is ours: numbers and moments grow together.
_MOVE = "UPDATE reviews_audithead SET seq = %s, digest = %s WHERE id = 1"


def _locked_head() -> tuple[int, str, datetime]:
    """Number and digest of the last event, and the database's clock; nobody else appends now."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        head = cursor.fetchone()
        if head is None:
            AuditHead.objects.bulk_create([AuditHead(pk=1)], ignore_conflicts=True)
            cursor.execute(_LOCK)
            head = cursor.fetchone()
    return head


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{value!r} is no plain data for the audit log.")


def _digest(event: AuditEvent, *, actor: str | None) -> str:
    return digest_of(
        previous=event.previous_digest,
        seq=event.seq,
        kind=event.kind,
        actor=actor,
        subject=(event.subject_type, event.subject_id, event.subject_label),
        use_case=event.use_case_id,
        data=event.data,
        occurred_at=event.occurred_at,
        business_at=event.business_at,
        business_on=event.business_on,
    )


@dataclass(frozen=True, slots=True)
class Verification:
    """What ``verify`` found. ``first_bad`` is the first sequence number that does not hold."""

    events: int
    first_bad: int | None
    reason: str = ""

    @property
    def ok(self) -> bool:
        return self.first_bad is None


@transaction.atomic
def verify() -> Verification:
    """Walk the whole chain from the first event; memory stays flat.

    A flipped byte, a swapped pair, a deleted row and a head that disagrees are found. A rewrite of
    the whole chain is not: only a checkpoint kept outside can show that.
    """
    previous, seq = GENESIS, 0
    events = AuditEvent.objects.order_by("seq").select_related("actor")
    for event in events.iterator(chunk_size=2000):
        if event.seq != seq + 1:
            return Verification(seq, seq + 1, "the event is missing")
        if event.previous_digest != previous:
            return Verification(seq, event.seq, "it does not follow the event before it")
        if event.digest != _digest(event, actor=str(event.actor.uid) if event.actor else None):
            return Verification(seq, event.seq, "its contents do not give its digest")
        previous, seq = event.digest, event.seq
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(seq=0, digest=GENESIS)
    if (head.seq, head.digest) != (seq, previous):
        return Verification(seq, seq + 1, "the log ends before the recorded head")
    return Verification(seq, None)
