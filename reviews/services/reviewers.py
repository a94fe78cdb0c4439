"""What is known of reviewers: absence, expertise, conflicts of interest."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.models import (
    Absence,
    Capability,
    ConflictOfInterest,
    Customer,
    Expertise,
    Team,
    User,
)
from reviews.permissions.reviewers import can_keep
from reviews.permissions.rulings import require
from reviews.services import audit


@transaction.atomic
def set_absence(
    person: User, *, first_on: date, last_on: date, by: User, at: datetime, on: date
) -> Absence:
    """Days away, both included. Raises ``NotPermitted``, ``BadInput`` for days that make no sense,
    ``StateConflict`` where they overlap with days on record."""
    person = _locked(person)
    require(can_keep(by, person))
    if last_on < first_on:
        raise BadInput(gettext("The last day away lies before the first. Change one of the two."))
    if last_on < on:
        raise BadInput(gettext("These days are over. Enter days that are still to come."))
    known = person.absences.filter(
        ended_at__isnull=True, first_on__lte=last_on, last_on__gte=first_on
    ).first()
    if known is not None:
        raise StateConflict(
            gettext("%(first)s to %(last)s is on record already. Take it back first.")
            % {"first": known.first_on.isoformat(), "last": known.last_on.isoformat()}
        )
    absence = Absence.objects.create(
        user=person, first_on=first_on, last_on=last_on, set_by=by, set_at=at
    )
    audit.record(
        AuditKind.ABSENCE_SET,
        subject=absence,
        by=by,
        at=at,
        on=on,
        person=person.uid,
        first_on=first_on,
        last_on=last_on,
    )
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, by: User, at: datetime, on: date) -> Absence:
    """Take it back. Raises ``NotPermitted`` or ``StateConflict``."""
    absence = (
        Absence.objects.select_for_update(of=("self",)).select_related("user").get(pk=absence.pk)
    )
    require(can_keep(by, absence.user))
    if absence.ended_at is not None:
        raise StateConflict(gettext("This absence was taken back already."))
    absence.ended_at = at
    absence.save(update_fields=["ended_at"])
    audit.record(
        AuditKind.ABSENCE_ENDED, subject=absence, by=by, at=at, on=on, person=absence.user.uid
    )
    return absence


@transaction.atomic
def set_expertise(
    person: User, *, capabilities: Collection[Capability], by: User, at: datetime, on: date
) -> None:
    """Exactly these capabilities are known well; the same set again changes nothing."""
    person = _locked(person)
    require(can_keep(by, person))
    before = set(person.expertise.values_list("capability__slug", flat=True))
    wanted = {one.slug: one for one in capabilities}
    if before == set(wanted):
        return
    person.expertise.exclude(capability__in=wanted.values()).delete()
    Expertise.objects.bulk_create(
        Expertise(user=person, capability=one)
        for slug, one in sorted(wanted.items())
        if slug not in before
    )
    audit.record(
        AuditKind.EXPERTISE_SET,
        subject=person,
        by=by,
        at=at,
        on=on,
        added=set(wanted) - before,
        dropped=before - set(wanted),
    )


@transaction.atomic
def declare_conflict(
    person: User,
    *,
    reason: str,
    team: Team | None = None,
    customer: Customer | None = None,
    by: User,
    at: datetime,
    on: date,
) -> ConflictOfInterest:
    """From now on the person neither reviews nor decides what this team or customer files.

    One of ``team`` and ``customer``. Raises ``NotPermitted``, ``Incomplete``, ``StateConflict``.
    """
    person = _locked(person)
    require(can_keep(by, person))
    if (team is None) == (customer is None):
        raise Incomplete(gettext("Name the team or the customer, one of the two."), ("team",))
    if not reason.strip():
        raise Incomplete(
            gettext("Say what the conflict is. Only the office reads it."), ("reason",)
        )
    if person.conflicts_of_interest.filter(
        team=team, customer=customer, ended_at__isnull=True
    ).exists():
        raise StateConflict(gettext("This conflict of interest is on record already."))
    conflict = ConflictOfInterest.objects.create(
        user=person,
        team=team,
        customer=customer,
        reason=reason.strip(),
        declared_by=by,
        declared_at=at,
    )
    audit.record(
        AuditKind.CONFLICT_DECLARED,
        subject=conflict,
        by=by,
        at=at,
        on=on,
        person=person.uid,
        team=team.uid if team else None,
        customer=customer.uid if customer else None,
    )
    return conflict


@transaction.atomic
def end_conflict(
    conflict: ConflictOfInterest, *, by: User, at: datetime, on: date
) -> ConflictOfInterest:
    """It bars no longer; the row stays. Raises ``NotPermitted`` or ``StateConflict``."""
    rows = ConflictOfInterest.objects.select_for_update(of=("self",)).select_related("user")
    conflict = rows.get(pk=conflict.pk)
    require(can_keep(by, conflict.user))
    if conflict.ended_at is not None:
        raise StateConflict(gettext("This conflict of interest was ended already."))
    conflict.ended_by, conflict.ended_at = by, at
    conflict.save(update_fields=["ended_by", "ended_at"])
    audit.record(
        AuditKind.CONFLICT_ENDED, subject=conflict, by=by, at=at, on=on, person=conflict.user.uid
    )
    return conflict


def _locked(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)
