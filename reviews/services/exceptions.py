"""Policy exceptions: asked for a scenario, granted by a lead, countersigned by another."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.access import (
    check_accessibility_basis,
    check_exception_until,
    check_reason,
    not_permitted_kind,
)
from reviews.domain.enums import AuditKind, ExceptionKind, Outcome, RequestState
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.models import (
    Capability,
    Decision,
    IntendedUse,
    PolicyException,
    StaleDecision,
    UseCase,
    User,
)
from reviews.models.access_policy import policy_in_force
from reviews.permissions.access import (
    can_ask_exception,
    can_countersign_exception,
    can_grant_exception,
    can_refuse_exception,
    can_revoke_exception,
)
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.reminding import deadlines
from reviews.services.transitions import locked

WAITING = (RequestState.ASKED, RequestState.AWAITING_COUNTERSIGNATURE)


@transaction.atomic
def ask(
    intended_use: IntendedUse,
    *,
    kind: ExceptionKind,
    capability: Capability,
    scope: str,
    reason: str,
    until: date,
    by: User,
    at: datetime,
    on: date,
) -> PolicyException:
    """Ask to depart from a capability's policy, for one scenario, until a last day.

    ``scope``: who may use what, and where; the gate cites it. An exception in force may be asked
    for again before it ends. Raises ``NotPermitted``, ``StateConflict``, ``Incomplete`` or
    ``BadInput``; then nothing was written.
    """
    use_case = locked(intended_use.use_case)
    require(can_ask_exception(by, use_case))
    if intended_use.dropped_at is not None:
        raise StateConflict(gettext("This scenario is no longer part of the use case."))
    if not use_case.capabilities.filter(pk=capability.pk).exists():
        raise BadInput(
            gettext("The use case does not ask for %(capability_name)s.")
            % {"capability_name": capability.name}
        )
    _check_policy(capability, kind, on=on)
    if not scope.strip():
        raise Incomplete(
            gettext("Say who may use what, and where. The exception covers no more."), ("scope",)
        )
    reason = check_reason(reason, who_reads="the leads who decide need it")
    check_exception_until(until, on=on)
    waiting = intended_use.exceptions.filter(capability=capability, kind=kind, state__in=WAITING)
    if waiting.exists():
        raise StateConflict(gettext("An exception for this scenario is waiting already."))

    exception = PolicyException.objects.create(
        kind=kind,
        customer=use_case.customer,
        capability=capability,
        use_case=use_case,
        intended_use=intended_use,
        scope=scope.strip(),
        reason=reason,
        until=until,
        asked_by=by,
        asked_at=at,
    )
    _record(AuditKind.EXCEPTION_ASKED, exception, by=by, at=at, on=on, exception_kind=kind)
    return exception


@transaction.atomic
def grant(exception: PolicyException, *, by: User, at: datetime, on: date) -> PolicyException:
    """A lead agrees; it takes effect when a second lead has countersigned.

    An accessibility exception rests on the decision in force on that very scenario of a
    sensitive-use case. Raises ``NotPermitted``, ``StateConflict`` or ``BadInput``.
    """
    exception = _locked(exception)
    require(can_grant_exception(by, exception))
    exception.decision = _checked_basis(exception, on=on)
    exception.state = RequestState.AWAITING_COUNTERSIGNATURE
    exception.granted_by, exception.granted_at = by, at
    exception.save(update_fields=["decision", "state", "granted_by", "granted_at"])
    _record(AuditKind.EXCEPTION_PROPOSED, exception, by=by, at=at, on=on)
    return exception


@transaction.atomic
def countersign(exception: PolicyException, *, by: User, at: datetime, on: date) -> PolicyException:
    """A second lead agrees, and the exception is in force until its last day.

    The entry point has asked ``by`` for the password again before it calls this. Who does not
    agree calls ``refuse``. Raises ``NotPermitted``, ``StateConflict`` or ``BadInput``.
    """
    exception = _locked(exception)
    require(can_countersign_exception(by, exception))
    exception.decision = _checked_basis(exception, on=on)
    exception.state = RequestState.GRANTED
    exception.countersigned_by, exception.countersigned_at = by, at
    exception.save(update_fields=["decision", "state", "countersigned_by", "countersigned_at"])
    deadlines.follow_exception(exception, at=at, on=on)
    _record(AuditKind.EXCEPTION_GRANTED, exception, by=by, at=at, on=on)
    return exception


@transaction.atomic
def refuse(
    exception: PolicyException, *, reason: str, by: User, at: datetime, on: date
) -> PolicyException:
    """A lead, or the second one, says no. The team may ask again with another scope."""
    exception = _locked(exception)
    require(can_refuse_exception(by, exception))
    reason = check_reason(reason, who_reads="the team reads it")
    _close(exception, RequestState.REFUSED, reason, by=by, at=at)
    _record(AuditKind.EXCEPTION_REFUSED, exception, by=by, at=at, on=on)
    return exception


@transaction.atomic
def revoke(
    exception: PolicyException, *, reason: str, by: User, at: datetime, on: date
) -> PolicyException:
    """End an exception at once; from then on it is as if there were none."""
    exception = _locked(exception)
    require(can_revoke_exception(by, exception))
    reason = check_reason(reason, who_reads="the team reads it")
    _close(exception, RequestState.REVOKED, reason, by=by, at=at)
    deadlines.follow_exception(exception, at=at, on=on)
    _record(AuditKind.EXCEPTION_REVOKED, exception, by=by, at=at, on=on)
    return exception


def _locked(exception: PolicyException) -> PolicyException:
    """The use case first, then the row: the order in which a decision locks them, too."""
    locked(exception.use_case)
    return (
        PolicyException.objects.select_related("use_case", "capability", "intended_use")
        .select_for_update(of=("self",))
        .get(pk=exception.pk)
    )


def _check_policy(capability: Capability, kind: ExceptionKind, *, on: date) -> None:
    policy = policy_in_force(capability, on=on)
    if policy is None or kind not in policy.permitted_exceptions:
        raise not_permitted_kind(kind, capability.name)


def _checked_basis(exception: PolicyException, *, on: date) -> Decision | None:
    """Asked again at each step, because time passes between them. The decision it rests on."""
    kind = ExceptionKind(exception.kind)
    _check_policy(exception.capability, kind, on=on)
    check_exception_until(exception.until, on=on)
    decision = decision_in_force(exception.intended_use)
    if kind is ExceptionKind.ACCESSIBILITY:
        check_basis(exception.use_case, decision)
    return decision


def decision_in_force(intended_use: IntendedUse) -> Decision | None:
    """The decision that holds on this very scenario."""
    return (
        Decision.objects.in_force()
        .filter(intended_use=intended_use)
        .select_related("decision_round")
        .first()
    )


def check_basis(use_case: UseCase, decision: Decision | None) -> None:
    """Raises ``StateConflict`` unless it can carry an accessibility exception."""
    check_accessibility_basis(
        is_sensitive=use_case.is_sensitive,
        was_countersigned=decision is not None and decision.decision_round.needs_countersignature,
        outcome=Outcome(decision.outcome) if decision else None,
        is_stale=decision is not None and StaleDecision.objects.filter(decision=decision).exists(),
    )


def _close(
    exception: PolicyException, state: RequestState, reason: str, *, by: User, at: datetime
) -> None:
    exception.state = state
    exception.closed_by, exception.closed_at = by, at
    exception.closed_reason = reason
    exception.save(update_fields=["state", "closed_by", "closed_at", "closed_reason"])


def _record(
    event: AuditKind,
    exception: PolicyException,
    *,
    by: User,
    at: datetime,
    on: date,
    **data: object,
) -> None:
    audit.record(
        event,
        subject=exception,
        by=by,
        at=at,
        on=on,
        use_case=exception.use_case,
        capability=exception.capability.slug,
        scenario=exception.intended_use.uid,
        until=exception.until,
        **data,
    )
