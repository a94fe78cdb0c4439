"""Deadlines for a calendar: a person's own, or those of one capability as far as they see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from reviews.domain.enums import SubjectKind
from reviews.models import (
    AccessGrant,
    CalendarFeed,
    Capability,
    Condition,
    Deadline,
    Deployment,
    Evaluation,
    PolicyException,
    UseCase,
    User,
)
from reviews.selectors.sunset.subjects import subjects_of

MOST_ENTRIES = 2_000
"""Entries of one calendar, the earliest last day first; no calendar program is happy with more."""
CANCELLED_FOR = timedelta(days=90)
"""How long after its last day, and that of an older version, a closed deadline is still told of."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One deadline. ``uid`` stays with the subject, ``sequence`` grows with every change of it.

    ``url`` is a path, empty where the person may not open the page.
    """

    uid: UUID
    sequence: int
    kind: SubjectKind
    label: str
    url: str
    last_day: date
    time_zone: str
    is_open: bool
    set_at: datetime


def feeds_of(user: User) -> QuerySet[CalendarFeed]:
    """The person's feeds that still answer, the newest first."""
    return CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).select_related(
        "capability"
    )


def capabilities_of(user: User) -> QuerySet[Capability]:
    """Capabilities of which this person sees a deployment, an exception or a grant."""
    return Capability.objects.filter(
        Q(pk__in=Deployment.objects.visible_to(user).order_by().values("capability"))
        | Q(pk__in=PolicyException.objects.visible_to(user).order_by().values("capability"))
        | Q(pk__in=AccessGrant.objects.visible_to(user).order_by().values("capability"))
    )


def entries(feed: CalendarFeed, *, on: date) -> list[Entry]:
    """Open deadlines, and for a while closed ones. The number of queries is fixed."""
    mine = _of_capability(feed) if feed.capability_id else _of_person(feed.user)
    first = Deadline.objects.filter(
        subject_kind=OuterRef("subject_kind"), subject_id=OuterRef("subject_id")
    ).order_by("version")
    rows = list(
        Deadline.objects.filter(mine, is_current=True)
        .filter(Q(is_open=True) | Q(last_day__gte=on - CANCELLED_FOR))
        .annotate(first_uid=Subquery(first.values("uid")[:1]))
        .order_by("last_day", "pk")[:MOST_ENTRIES]
    )
    return _entries(rows, feed.user)


def _entries(rows: Sequence[Deadline], user: User) -> list[Entry]:
    found = subjects_of(rows, user=user)
    return [
        Entry(
            uid=row.first_uid,  # type: ignore[attr-defined]
            sequence=2 * row.version + (not row.is_open),
            kind=SubjectKind(row.subject_kind),
            label=subject.label,
            url=subject.url,
            last_day=row.last_day,
            time_zone=row.time_zone,
            is_open=row.is_open,
            set_at=row.set_at,
        )
        for row in rows
        if (subject := found.get((row.subject_kind, row.subject_id))) is not None
    ]


def _of_person(user: User) -> Q:
    """What this person answers for: the deadlines whose reminders go to them first."""
    return _any(
        {
            SubjectKind.DEPLOYMENT: Deployment.objects.filter(customer__owner=user),
            SubjectKind.CONDITION: Condition.objects.filter(Q(owner=user) | Q(verifier=user)),
            SubjectKind.EXCEPTION: PolicyException.objects.filter(asked_by=user),
            SubjectKind.GRANT: AccessGrant.objects.filter(application__filed_by=user),
            SubjectKind.REREVIEW: UseCase.objects.filter(created_by=user),
            SubjectKind.EVALUATION: Evaluation.objects.filter(use_case__created_by=user),
        }
    )


def _of_capability(feed: CalendarFeed) -> Q:
    """Deployments, exceptions and grants of it that this person sees today."""
    of_it = {"capability": feed.capability_id}
    return _any(
        {
            SubjectKind.DEPLOYMENT: Deployment.objects.visible_to(feed.user).filter(**of_it),
            SubjectKind.EXCEPTION: PolicyException.objects.visible_to(feed.user).filter(**of_it),
            SubjectKind.GRANT: AccessGrant.objects.visible_to(feed.user).filter(**of_it),
        }
    )


def _any(subjects: dict[SubjectKind, QuerySet]) -> Q:
    found = Q()
    for kind, rows in subjects.items():
        found |= Q(subject_kind=kind, subject_id__in=rows.order_by().values("pk"))
    return found
