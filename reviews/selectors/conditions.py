"""Conditions of decisions in force: whose turn it is, and what is overdue."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from reviews.domain.enums import ConditionState, State
from reviews.models import Condition, Decision, UseCase, User

PENDING = (ConditionState.OPEN, ConditionState.PROOF_GIVEN)
UNBOUND = (State.WITHDRAWN, State.DRAFT)
"""States of a case in which its conditions bind nobody; a decided draft was withdrawn before."""


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A condition with what follows from the day: ``days_left`` is negative once overdue."""

    row: Condition
    state: ConditionState
    is_overdue: bool
    days_left: int


def line_of(condition: Condition, *, on: date, binds: bool = True) -> ConditionLine:
    """Overdue is derived: the due day has passed and the condition is neither met nor let go.

    ``binds``: its case is not withdrawn; else what is pending shows as no longer required.
    """
    left = (condition.due_on - on).days
    pending = condition.current_state in PENDING
    state = condition.current_state if binds or not pending else ConditionState.RELEASED
    return ConditionLine(condition, state, binds and pending and left < 0, left)


def binding(use_case: UseCase) -> bool:
    """Whether the conditions of this case's decision in force are to be kept."""
    return use_case.current_state not in UNBOUND


def in_force() -> QuerySet[Condition]:
    """Conditions of decisions that hold.

    Those of proposals, superseded decisions and withdrawn cases are left out.
    """
    return Condition.objects.filter(
        decision__in=Decision.objects.in_force(), decision__intended_use__dropped_at__isnull=True
    ).exclude(decision__decision_round__use_case__state__in=UNBOUND)


def to_prove(user: User) -> QuerySet[Condition]:
    """Open conditions this person owns."""
    return in_force().filter(owner=user, state=ConditionState.OPEN)


def to_verify(user: User) -> QuerySet[Condition]:
    """Conditions whose proof waits for this person."""
    return in_force().filter(verifier=user, state=ConditionState.PROOF_GIVEN)


def with_others(user: User) -> QuerySet[Condition]:
    """Those of this person's conditions that wait for the other one of the two."""
    return in_force().filter(
        Q(owner=user, state=ConditionState.PROOF_GIVEN)
        | Q(verifier=user, state=ConditionState.OPEN)
    )


def readable(user: User) -> QuerySet[Condition]:
    """Those that hold of the cases this person may see, and those that name the person."""
    return in_force().filter(
        Q(owner=user)
        | Q(verifier=user)
        | Q(decision__decision_round__use_case__in=UseCase.objects.visible_to(user))
    )


def overdue(user: User, *, on: date) -> QuerySet[Condition]:
    """Overdue conditions of the cases this person may see, and of those that name the person."""
    return (
        in_force()
        .filter(state__in=PENDING, due_on__lt=on)
        .filter(
            Q(owner=user)
            | Q(verifier=user)
            | Q(decision__decision_round__use_case__in=UseCase.objects.visible_to(user))
        )
    )


def named_in(user: User) -> QuerySet[Condition]:
    """Every condition this person may open, superseded ones too; proposals are not open yet."""
    effective = Q(decision__decision_round__needs_countersignature=False) | Q(
        decision__decision_round__countersignature__agreed=True
    )
    return Condition.objects.filter(effective).filter(
        Q(owner=user)
        | Q(verifier=user)
        | Q(decision__decision_round__use_case__in=UseCase.objects.visible_to(user))
    )


def unmet_of(use_case: UseCase) -> QuerySet[Condition]:
    """What the decision in force still waits for; a new decision lets go of these."""
    return in_force().filter(decision__decision_round__use_case=use_case, state__in=PENDING)


def lines(conditions: QuerySet[Condition], *, on: date) -> list[ConditionLine]:
    """Ready to show, the earliest due day first. One query."""
    rows = conditions.select_related(
        "owner", "verifier", "decision__intended_use", "decision__decision_round__use_case"
    ).order_by("due_on", "pk")
    return [line_of(row, on=on) for row in rows]
