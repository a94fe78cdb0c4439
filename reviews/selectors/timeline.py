"""What happened to one use case, the newest first, as far as the reader may know."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from reviews.domain.enums import AuditKind
from reviews.models import AuditEvent, UseCase, User

OFFICE_ONLY = frozenset(
    {
        AuditKind.VERDICT_SAVED,
        AuditKind.VERDICT_CHANGED,
        AuditKind.ADVICE_GIVEN,
        AuditKind.REVIEWER_RECUSED,
        AuditKind.COUNTERSIGNATURE_REFUSED,
        AuditKind.COMMENT_POSTED,
        AuditKind.THREAD_RESOLVED,
        AuditKind.THREAD_REOPENED,
        AuditKind.REVIEW_SKIPPED,
        AuditKind.ASSIGNMENT_UNDONE,
        AuditKind.AWAITED_REMINDED,
        AuditKind.REMINDER_UNDONE,
        AuditKind.EXPORT_MADE,
    }
)
"""Kinds that the requester's side does not see: they would tell of blind or unfinished work."""

QUIET = frozenset({AuditKind.DRAFT_SAVED, AuditKind.VERDICT_SAVED})
"""Kinds that come by the dozen; a timeline for people leaves them out."""

BLIND = frozenset(
    {
        AuditKind.VERDICT_CHANGED,
        AuditKind.COMMENT_POSTED,
        AuditKind.THREAD_RESOLVED,
        AuditKind.THREAD_REOPENED,
        AuditKind.REVIEW_SKIPPED,
    }
)
"""Kinds of others that a reviewer does not see while blind to the other: they tell of judgements
and talk that is kept from them."""

MOST = 200
"""Events that a page shows."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads. ``office``: no requester of this case. ``is_blind``: one of the two reviewers of a
    sensitive round in which somebody has not signed off.
    """

    user: User
    office: bool
    is_blind: bool = False


def hidden_from(reader: Reader) -> Q:
    """Events that this reader does not see on the case's timeline."""
    kinds = QUIET if reader.office else QUIET | OFFICE_ONLY
    found = Q(kind__in=kinds)
    if reader.is_blind:
        found |= Q(kind__in=BLIND) & ~Q(actor=reader.user)
    return found


def visible(use_case: UseCase, reader: Reader) -> QuerySet[AuditEvent]:
    """Events of one case that this reader may see."""
    return AuditEvent.objects.filter(use_case_id=use_case.pk).exclude(hidden_from(reader))


def events_of(use_case: UseCase, reader: Reader, *, limit: int = MOST) -> list[AuditEvent]:
    """For the timeline of the case. One query."""
    return list(visible(use_case, reader).select_related("actor").order_by("-seq")[:limit])
