"""What happened to one use case, the newest first."""

from django.db.models import Q

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
"""Kinds of which a reviewer who is blind to the other sees their own only."""


def events_of(
    use_case: UseCase, *, office: bool, blind: User | None = None, limit: int = 200
) -> list[AuditEvent]:
    """Events of one case for its timeline. One query.

    ``office``: the reader is no requester. ``blind``: the reader, if blind to other reviewers.
    """
    hidden = QUIET if office else QUIET | OFFICE_ONLY
    rows = AuditEvent.objects.filter(use_case_id=use_case.pk).exclude(kind__in=hidden)
    if blind is not None:
        rows = rows.filter(~Q(kind__in=BLIND) | Q(actor=blind))
    return list(rows.select_related("actor").order_by("-seq")[:limit])
