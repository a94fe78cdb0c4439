"""Move a deployment on its way out, by the office: with a reason, or with an attestation."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain import many, sunset
from reviews.domain.access import check_reason
from reviews.domain.enums import (
    AnswerKind,
    AnswerSource,
    AuditKind,
    ChangedPart,
    DeploymentStatus,
    SubjectKind,
)
from reviews.domain.errors import BadInput
from reviews.domain.sunset import Effect, Skip
from reviews.models import (
    CustomerContact,
    Deployment,
    DeploymentAnswer,
    RegisterChange,
    User,
)
from reviews.permissions.rulings import require
from reviews.permissions.sunset import can_keep
from reviews.services import audit
from reviews.services.reminding import deadlines
from reviews.services.sunset import attestations, changes
from reviews.services.sunset.attestations import UploadedFile

WHO_READS = "it stands in the history of the deployment"


@transaction.atomic
def set_status(
    deployment: Deployment,
    *,
    status: DeploymentStatus,
    reason: str,
    plan: str = "",
    by: User,
    at: datetime,
    on: date,
) -> Deployment:
    """Set where the customer stands. An undo is a further change with its reason.

    ``plan`` is kept for "plan filed"; empty: the one on record holds. To leave "discontinued" takes
    the last day of use away; the attestation itself stays in the history. Raises ``NotPermitted``,
    ``StateConflict`` for the status that it has, ``BadInput``, ``Incomplete``.
    """
    deployment = changes.locked(deployment)
    require(can_keep(by))
    was = deployment.current_status
    sunset.check_move(was, status, plan=plan or deployment.plan)
    reason = check_reason(reason, who_reads=WHO_READS)

    deployment.save(
        update_fields=changes.moved(deployment, status, plan=plan.strip() or None, at=at)
    )
    change = changes.status_change(deployment, was=was, reason=reason, by=by, at=at)
    change.save(force_insert=True)
    deadlines.follow(SubjectKind.DEPLOYMENT, [deployment.pk], at=at, on=on)
    _record_move(deployment, change, by=by, at=at, on=on)
    return deployment


@transaction.atomic
def set_status_of(
    keys: Sequence[int],
    *,
    status: DeploymentStatus,
    reason: str,
    by: User,
    at: datetime,
    on: date,
    dry_run: bool = False,
    shown: str = "",
) -> Effect:
    """The same for many running ones. What cannot be moved is left out, with the reason.

    ``dry_run`` returns the effect and changes nothing; ``shown``: digest of the effect that the
    person saw, which must be this one. Raises as ``set_status``, and ``BadInput``
    for none or too many.
    """
    sunset.check_many(keys)
    rows = changes.locked_many(keys)
    require(can_keep(by))
    skipped = {row.pk: why for row in rows if (why := _why_not(row, status))}
    reached = [row for row in rows if row.pk not in skipped]
    effect = Effect(tuple(row.pk for row in reached), skipped)
    if dry_run:
        return effect
    many.check_as_shown(effect, shown)
    if not reached:
        return effect
    reason = check_reason(reason, who_reads=WHO_READS)

    made = []
    for row in reached:
        was = row.current_status
        changes.moved(row, status, at=at)
        made.append(changes.status_change(row, was=was, reason=reason, by=by, at=at))
    Deployment.objects.bulk_update(
        reached, ["status", "discontinued_on", "heard_at", "version", "changed_at"], batch_size=500
    )
    RegisterChange.objects.bulk_create(made, batch_size=500)
    deadlines.follow(SubjectKind.DEPLOYMENT, list(effect.reached), at=at, on=on)
    for row, change in zip(reached, made, strict=True):
        _record_move(row, change, by=by, at=at, on=on)
    return effect


def _why_not(row: Deployment, status: DeploymentStatus) -> Skip | None:
    """Why this one cannot be moved so. Raises ``BadInput`` for "discontinued"."""
    if row.current_status is status:
        return Skip.SAME_STATUS
    if not row.current_status.is_running:
        return Skip.NOT_RUNNING
    if status is DeploymentStatus.PLAN_FILED and not row.plan.strip():
        return Skip.NO_PLAN
    sunset.check_move(row.current_status, status, plan=row.plan)
    return None


def attest(
    deployment: Deployment,
    *,
    said_by: str,
    stopped_on: date | None,
    reason: str = "",
    file: UploadedFile | None = None,
    contact: CustomerContact | None = None,
    by: User,
    at: datetime,
    on: date,
) -> DeploymentAnswer:
    """Set down that the customer has stopped: who says so, the last day of use, perhaps a file.

    ``reason``: how the office learnt it, in words; needed where nobody of the customer's contacts
    says it. Raises ``NotPermitted``, ``StateConflict`` for a deployment that is closed already,
    ``Incomplete``, ``BadInput``; then nothing is kept.
    """
    require(can_keep(by))
    kept = attestations.keep(file)
    try:
        return _attest(
            deployment,
            said_by=said_by,
            stopped_on=stopped_on,
            reason=reason,
            kept=kept,
            contact=contact,
            by=by,
            at=at,
            on=on,
        )
    except BaseException:
        attestations.drop(kept)
        raise


@transaction.atomic
def _attest(
    deployment: Deployment,
    *,
    said_by: str,
    stopped_on: date | None,
    reason: str,
    kept: dict,
    contact: CustomerContact | None,
    by: User,
    at: datetime,
    on: date,
) -> DeploymentAnswer:
    deployment = changes.locked(deployment)
    require(can_keep(by))
    was = deployment.current_status
    sunset.check_open(was)
    said_by = sunset.check_attestation(said_by, stopped_on, on=deployment.today(at))
    reason = check_reason(reason, who_reads=WHO_READS)
    if contact is not None and contact.customer_id != deployment.customer_id:
        raise BadInput(gettext("This contact belongs to another customer."))

    answer = DeploymentAnswer.objects.create(
        deployment=deployment,
        kind=AnswerKind.STOPPED,
        source=AnswerSource.OFFICE,
        contact=contact,
        entered_by=by,
        said_by=said_by,
        said_at=at,
        stopped_on=stopped_on,
        reason=reason,
        **kept,
    )
    fields = changes.moved(deployment, DeploymentStatus.DISCONTINUED, stopped_on=stopped_on, at=at)
    deployment.heard_at = at
    deployment.save(update_fields=fields)
    change = changes.status_change(deployment, was=was, reason=reason, by=by, at=at)
    change.save(force_insert=True)
    deadlines.follow(SubjectKind.DEPLOYMENT, [deployment.pk], at=at, on=on)
    audit.record(
        AuditKind.DEPLOYMENT_ANSWERED,
        subject=deployment,
        by=by,
        at=at,
        on=on,
        answer=answer.uid,
        answer_kind=answer.kind,
        source=answer.source,
        change=change.uid,
        was=was,
        now=deployment.status,
        stopped_on=stopped_on,
        digest=answer.digest,
    )
    return answer


@transaction.atomic
def change_details(
    deployment: Deployment,
    *,
    in_use_since: date | None,
    time_zone: str,
    plan: str,
    note: str,
    version: int,
    reason: str,
    by: User,
    at: datetime,
    on: date,
) -> Deployment:
    """Correct what the register says of a deployment.

    ``version``: of the row as the person saw it. Raises ``NotPermitted``, ``StateConflict`` where
    somebody was faster or nothing differs, ``BadInput``, ``Incomplete`` without a reason.
    """
    deployment = changes.locked(deployment)
    require(can_keep(by))
    changes.check_version(deployment, version)
    time_zone = changes.checked_zone(time_zone)
    if in_use_since is not None and in_use_since > on:
        raise BadInput(
            gettext("“In use since” lies in the future. Leave it empty if it is not known.")
        )
    reason = check_reason(reason, who_reads=WHO_READS)
    wanted = {
        "in_use_since": in_use_since,
        "time_zone": time_zone,
        "plan": plan.strip(),
        "note": note.strip(),
    }
    was = changes.differing(deployment, wanted)
    for name, value in wanted.items():
        setattr(deployment, name, value)
    deployment.save(update_fields=[*wanted, *changes.touched(deployment, at=at)])
    change = RegisterChange.objects.create(
        customer=deployment.customer,
        deployment=deployment,
        part=ChangedPart.DETAILS,
        was=changes.in_words(was),
        now=changes.in_words({name: wanted[name] for name in was}),
        reason=reason,
        by=by,
        at=at,
    )
    deadlines.follow(SubjectKind.DEPLOYMENT, [deployment.pk], at=at, on=on)
    audit.record(
        AuditKind.DEPLOYMENT_CHANGED,
        subject=deployment,
        by=by,
        at=at,
        on=on,
        change=change.uid,
        fields=sorted(was),
        version=deployment.version,
    )
    return deployment


def _record_move(
    deployment: Deployment, change: RegisterChange, *, by: User, at: datetime, on: date
) -> None:
    audit.record(
        AuditKind.DEPLOYMENT_MOVED,
        subject=deployment,
        by=by,
        at=at,
        on=on,
        change=change.uid,
        was=change.was,
        now=change.now,
        version=deployment.version,
    )
