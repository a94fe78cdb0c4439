"""What happened to one use case, the newest first."""

from reviews.domain.enums import AuditKind
from reviews.models import AuditEvent, UseCase

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


def events_of(use_case: UseCase, *, office: bool, limit: int = 200) -> list[AuditEvent]:
    """Events of one case for its timeline. ``office``: the reader is no requester. One query."""
    hidden = QUIET if office else QUIET | OFFICE_ONLY
    return list(
        AuditEvent.objects.filter(use_case_id=use_case.pk)
        .exclude(kind__in=hidden)
        .select_related("actor")
        .order_by("-seq")[:limit]
    )
