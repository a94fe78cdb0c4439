"""Deadlines follow what they belong to. The only writer of ``Deadline``'s days.

A service that changes a subject calls ``follow`` in its own transaction: after the subject is
written, before it records. The current rows are locked FOR UPDATE in the order of their ids; a
sender holds them FOR SHARE, in the same order, while it talks to the mail server. So once a moved
day is committed no mail leaves that says the old one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from reviews.domain.enums import AuditKind, SubjectKind, SweepName
from reviews.models import (
    AccessGrant,
    Capability,
    Condition,
    Customer,
    Deadline,
    Deployment,
    Evaluation,
    PolicyException,
    SweepRun,
    UseCase,
)
from reviews.services import audit
from reviews.services.reminding import deadline_days
from reviews.services.reminding import deadline_sql as sql
from reviews.services.reminding.deadline_days import Columns
from reviews.services.reminding.truths import truth

CHUNK = 20_000
"""Subjects that one transaction of the sweep follows at most."""


def follow(kind: SubjectKind, ids: Sequence[int] | None, *, at: datetime, on: date) -> int:
    """Make, move and close the deadlines of these subjects from what the tables say on ``on``.

    ``None``: of all subjects of this kind, in transactions of ``CHUNK``. Returns how many changed.
    A moved day is a new version, and what was planned for the old one is superseded; a closed
    subject's planned reminders are skipped. A new version starts at its nearest step.
    """
    if ids is not None:
        return _follow(kind, list(ids), at=at, on=on) if ids else 0
    changed, last = 0, 0
    while strays := _strays(kind, after=last, on=on):
        changed += _follow(kind, strays, at=at, on=on)
        last = strays[-1]
    return changed


def follow_all(*, at: datetime, on: date) -> int:
    """Every subject of every kind; returns how many changed. Run it as often as you like."""
    return sum(follow(kind, None, at=at, on=on) for kind in SubjectKind)


def follow_customer(customer: Customer, capability: Capability, *, at: datetime, on: date) -> int:
    """The deployments of this customer and capability: a grant or an exception changed."""
    theirs = Deployment.objects.filter(customer=customer, capability=capability)
    return follow(SubjectKind.DEPLOYMENT, _keys(theirs), at=at, on=on)


def follow_grant(grant: AccessGrant, *, at: datetime, on: date) -> int:
    """The day of its re-verification, and the deployments that it permits."""
    changed = follow(SubjectKind.GRANT, [grant.pk], at=at, on=on)
    return changed + follow_customer(grant.customer, grant.capability, at=at, on=on)


def follow_exception(exception: PolicyException, *, at: datetime, on: date) -> int:
    """The exception's own end, and the deployments that it names."""
    changed = follow(SubjectKind.EXCEPTION, [exception.pk], at=at, on=on)
    if exception.customer:
        changed += follow_customer(exception.customer, exception.capability, at=at, on=on)
    return changed


def follow_case(use_case: UseCase, *, at: datetime, on: date) -> int:
    """What hangs on a use case: conditions, exceptions, re-review, evaluations, deployments."""
    exceptions = list(PolicyException.objects.filter(use_case=use_case))
    conditions = Condition.objects.filter(decision__decision_round__use_case=use_case)
    subjects = {
        SubjectKind.CONDITION: _keys(conditions),
        SubjectKind.EXCEPTION: [one.pk for one in exceptions],
        SubjectKind.DEPLOYMENT: _keys(_named_by(exceptions)),
        SubjectKind.REREVIEW: [use_case.pk],
        SubjectKind.EVALUATION: _keys(Evaluation.objects.filter(use_case=use_case)),
    }
    return sum(follow(kind, ids, at=at, on=on) for kind, ids in subjects.items())


def refresh_steps(kind: SubjectKind, *, on: date) -> int:
    """The ladder of this kind changed: where the plan looks next, for all that is open."""
    open_ones = Deadline.objects.filter(subject_kind=kind, is_current=True, is_open=True)
    combinations = open_ones.order_by().values_list("last_day", "last_safe_filing_on", "calendar")
    days = deadline_days.for_deadlines(kind, combinations.distinct(), on=on)
    with connection.cursor() as cursor:
        cursor.execute(sql.REFRESH, {"kind": kind, "on": on, **days})
        changed: int = cursor.rowcount
    return changed


# Private ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Changes:
    made: int = 0
    moved: int = 0
    closed: int = 0
    refreshed: int = 0

    @property
    def total(self) -> int:
        """A moved deadline is a version made, too; it counts once."""
        return self.made + self.closed + self.refreshed


@transaction.atomic
def _follow(kind: SubjectKind, ids: list[int], *, at: datetime, on: date) -> int:
    values: dict[str, Any] = {"kind": kind, "ids": ids, "at": at, "on": on}
    wanted = truth(kind, on=on, only="{id} = ANY(%(ids)s)")
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK, values)
        values |= _days(kind, wanted, values, on=on)
        cursor.execute(sql.filled(sql.CHANGE, wanted), values)
        moved, closed, refreshed = cursor.fetchone()
        cursor.execute(sql.filled(sql.MAKE, wanted), values)
        changes = _Changes(cursor.rowcount, moved, closed, refreshed)
    if changes.total:
        _record(kind, ids, changes, at=at, on=on)
    return changes.total


def _days(kind: SubjectKind, wanted: str, values: dict[str, Any], *, on: date) -> Columns:
    with connection.cursor() as cursor:
        cursor.execute(sql.filled(sql.COMBINATIONS, wanted), values)
        return deadline_days.for_truths(kind, cursor.fetchall(), on=on)


def _strays(kind: SubjectKind, *, after: int, on: date) -> list[int]:
    """Keys of the next subjects whose deadline does not say what it should."""
    values: dict[str, Any] = {"kind": kind, "after": after, "on": on, "limit": CHUNK}
    values |= _days(kind, truth(kind, on=on), values, on=on)
    wanted = truth(kind, on=on, only="{id} > %(after)s")
    with connection.cursor() as cursor:
        cursor.execute(sql.filled(sql.STRAYS, wanted), values)
        return [key for (key,) in cursor.fetchall()]


def _record(
    kind: SubjectKind, ids: list[int], changes: _Changes, *, at: datetime, on: date
) -> None:
    if len(ids) > 1:
        audit.record(
            AuditKind.DEADLINES_FOLLOWED,
            subject=SweepRun(name=SweepName.FOLLOW),
            by=None,
            at=at,
            on=on,
            kind_of_subject=kind,
            made=changes.made - changes.moved,
            moved=changes.moved,
            closed=changes.closed,
            refreshed=changes.refreshed,
        )
        return
    versions = Deadline.objects.filter(subject_kind=kind, subject_id=ids[0])
    now, *before = versions.order_by("-version")[:2]
    audit.record(
        AuditKind.DEADLINE_SET,
        subject=now,
        by=None,
        at=at,
        on=on,
        kind_of_subject=kind,
        subject_key=ids[0],
        version=now.version,
        was=before[0].last_day if before else None,
        now=now.last_day,
        is_open=now.is_open,
        last_safe_filing_on=now.last_safe_filing_on,
    )


def _keys(rows: Iterable) -> list[int]:
    return [row.pk for row in rows]


def _named_by(exceptions: Iterable[PolicyException]) -> Iterable[Deployment]:
    pairs = Q(pk__in=[])
    for one in exceptions:
        pairs |= Q(customer=one.customer_id, capability=one.capability_id)
    return Deployment.objects.filter(pairs) if exceptions else []
