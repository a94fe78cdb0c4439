"""Extensions: a later last permitted day for one deployment, asked for and decided by a lead."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.access import check_extension_until, check_reason, last_permitted_on
from reviews.domain.enums import AuditKind, RequestState, SubjectKind
from reviews.domain.errors import StateConflict
from reviews.models import Deployment, Extension, User
from reviews.models.access_policy import policy_in_force
from reviews.permissions.access import can_ask_extension, can_decide_extension
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.reminding import deadlines


@transaction.atomic
def ask(
    deployment: Deployment, *, until: date, reason: str, by: User, at: datetime, on: date
) -> Extension:
    """Ask for ``until`` (inclusive) as the last permitted day of a running deployment.

    Raises ``NotPermitted``; ``StateConflict`` where nothing ends or another request waits;
    ``Incomplete`` without a reason; ``BadInput`` for a day that extends nothing.
    """
    deployment = _locked(deployment)
    require(can_ask_extension(by, deployment))
    current = _current_end(deployment, on=on)
    if deployment.extensions.filter(state=RequestState.ASKED).exists():
        raise StateConflict(
            gettext("A request for an extension of this deployment is waiting already.")
        )
    reason = check_reason(reason, who_reads="the lead who decides needs it")
    check_extension_until(until, current=current, on=on)

    extension = Extension.objects.create(
        deployment=deployment, until=until, reason=reason, asked_by=by, asked_at=at
    )
    audit.record(
        AuditKind.EXTENSION_ASKED,
        subject=extension,
        by=by,
        at=at,
        on=on,
        deployment=deployment.uid,
        current=current,
        until=until,
    )
    return extension


@transaction.atomic
def grant(extension: Extension, *, reason: str, by: User, at: datetime, on: date) -> Extension:
    """A lead moves the last permitted day of this deployment; the regular one stays for others.

    Raises ``NotPermitted``, ``StateConflict``, ``Incomplete`` or ``BadInput``.
    """
    deployment = _locked(extension.deployment)
    extension = _fresh(extension)
    require(can_decide_extension(by, extension))
    reason = check_reason(reason, who_reads="it stands in the register")
    current = _current_end(deployment, on=on)
    check_extension_until(extension.until, current=current, on=on)
    return _decide(
        extension, RequestState.GRANTED, AuditKind.EXTENSION_GRANTED, reason, by=by, at=at, on=on
    )


@transaction.atomic
def refuse(extension: Extension, *, reason: str, by: User, at: datetime, on: date) -> Extension:
    """The last permitted day stays. Raises as ``grant`` does."""
    _locked(extension.deployment)
    extension = _fresh(extension)
    require(can_decide_extension(by, extension))
    reason = check_reason(reason, who_reads="whoever asked reads it")
    return _decide(
        extension, RequestState.REFUSED, AuditKind.EXTENSION_REFUSED, reason, by=by, at=at, on=on
    )


def _decide(
    extension: Extension,
    state: RequestState,
    kind: AuditKind,
    reason: str,
    *,
    by: User,
    at: datetime,
    on: date,
) -> Extension:
    extension.state = state
    extension.decided_by, extension.decided_at = by, at
    extension.decision_reason = reason
    extension.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    deadlines.follow(SubjectKind.DEPLOYMENT, [extension.deployment_id], at=at, on=on)
    audit.record(
        kind,
        subject=extension,
        by=by,
        at=at,
        on=on,
        deployment=extension.deployment.uid,
        until=extension.until,
    )
    return extension


def _locked(deployment: Deployment) -> Deployment:
    return (
        Deployment.objects.select_related("customer", "capability")
        .select_for_update(of=("self",))
        .get(pk=deployment.pk)
    )


def _fresh(extension: Extension) -> Extension:
    return Extension.objects.select_related("deployment__customer").get(pk=extension.pk)


def _current_end(deployment: Deployment, *, on: date) -> date:
    """The last permitted day that holds now. Raises ``StateConflict`` where nothing ends."""
    if not deployment.current_status.is_running:
        raise StateConflict(
            gettext("This deployment is “%(current_status_label)s”; it needs no extension.")
            % {"current_status_label": deployment.current_status.label}
        )
    policy = policy_in_force(deployment.capability, on=on)
    granted = deployment.extensions.filter(state=RequestState.GRANTED)
    current = last_permitted_on(
        policy.last_permitted_on if policy else None, granted.values_list("until", flat=True)
    )
    if current is None:
        raise StateConflict(
            gettext("%(capability_name)s has no last permitted day: there is nothing to extend.")
            % {"capability_name": deployment.capability.name}
        )
    return current
