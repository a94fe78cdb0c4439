"""Take a use case back, and open it again."""

from datetime import date, datetime

from django.db import transaction

from reviews.domain.enums import Action, AuditKind
from reviews.models import Appeal, Referral, Review, UseCase, User
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import can_act
from reviews.services import audit
from reviews.services.reminding import deadlines, evaluations
from reviews.services.transitions import advance, locked


@transaction.atomic
def withdraw(use_case: UseCase, *, by: User, at: datetime, on: date) -> UseCase:
    """End the case for now; an open review, referral and appeal are closed with it.

    Everything stays readable; what was promised binds nobody while the case is withdrawn.

    Raises ``NotPermitted`` or ``TransitionNotAllowed``; then nothing was written.
    """
    use_case = locked(use_case)
    require(can_act(by, use_case, Action.WITHDRAW))
    Referral.objects.filter(use_case=use_case, closed_at__isnull=True).update(
        closed_by=by, closed_at=at
    )
    appeals = Appeal.objects.filter(
        use_case=use_case, decided_in__isnull=True, withdrawn_at__isnull=True
    ).update(withdrawn_at=at)
    closed = Review.objects.filter(use_case=use_case, closed_at__isnull=True).update(closed_at=at)
    came_from = advance(use_case, Action.WITHDRAW, at=at)
    evaluations.follow_decision(use_case, at=at, on=on)
    deadlines.follow_case(use_case, at=at, on=on)
    audit.record(
        AuditKind.USE_CASE_WITHDRAWN,
        subject=use_case,
        by=by,
        at=at,
        on=on,
        came_from=came_from,
        now=use_case.state,
        reviews_closed=closed,
        appeals_withdrawn=appeals,
    )
    return use_case


@transaction.atomic
def reopen(use_case: UseCase, *, by: User, at: datetime, on: date) -> UseCase:
    """Make a withdrawn case a draft again, with the answers it had.

    Raises ``NotPermitted`` or ``TransitionNotAllowed``; then nothing was written.
    """
    use_case = locked(use_case)
    require(can_act(by, use_case, Action.REOPEN))
    came_from = advance(use_case, Action.REOPEN, at=at)
    audit.record(
        AuditKind.USE_CASE_REOPENED,
        subject=use_case,
        by=by,
        at=at,
        on=on,
        came_from=came_from,
        now=use_case.state,
    )
    return use_case
