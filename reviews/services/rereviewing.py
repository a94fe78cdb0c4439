"""Open the yearly re-review, or an earlier one."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import Action, AuditKind, ReviewKind, State
from reviews.domain.errors import StateConflict
from reviews.domain.rereview import is_due
from reviews.domain.workflow import arrow
from reviews.models import Review, UseCase, User
from reviews.permissions.deciding import can_open_rereview
from reviews.permissions.rulings import require
from reviews.services import audit, review_rounds
from reviews.services.reminding import deadlines
from reviews.services.transitions import advance, locked


@transaction.atomic
def open_rereview(use_case: UseCase, *, by: User | None, at: datetime, on: date) -> Review:
    """Open a review round on the last submission; the decision stays in force meanwhile.

    A lead (``by``) may do it any day; the portal itself (``None``) once the day has come.
    """
    use_case = locked(use_case)
    if by is None:
        arrow(use_case.state, Action.OPEN_REREVIEW)
        if not is_due(use_case.rereview_on, on=on):
            raise StateConflict(gettext("The re-review of this use case is not due yet."))
    else:
        require(can_open_rereview(by, use_case))
    submission = use_case.submissions.order_by("-number").first()
    if submission is None:
        raise StateConflict(
            gettext("This use case was never submitted here, so there is nothing to review again.")
        )

    review = review_rounds.open_round(
        use_case, submission, kind=ReviewKind.REREVIEW, by=by, at=at, on=on
    )
    came_from = advance(use_case, Action.OPEN_REREVIEW, at=at)
    deadlines.follow_case(use_case, at=at, on=on)

    audit.record(
        AuditKind.REREVIEW_OPENED,
        subject=review,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        due_on=use_case.rereview_on,
        came_from=came_from,
        now=use_case.current_state,
    )
    return review


def open_due(*, at: datetime, on: date) -> int:
    """Open every re-review whose day has come; returns how many. One transaction per case.

    Run it once a day or a hundred times: a case that is open already is not due again.
    """
    due = (
        UseCase.objects.filter(
            state__in=[State.APPROVED, State.PARTLY_APPROVED],
            rereview_on__lte=on,
            submissions__isnull=False,
        )
        .order_by("rereview_on", "pk")
        .distinct()
    )
    return sum(_opened(use_case, at=at, on=on) for use_case in list(due))


def _opened(use_case: UseCase, *, at: datetime, on: date) -> bool:
    """Whether this call opened it; somebody may have moved the case since the list was made."""
    with transaction.atomic():
        fresh = locked(use_case)
        state = State(fresh.state)
        if state not in {State.APPROVED, State.PARTLY_APPROVED}:
            return False
        if not is_due(fresh.rereview_on, on=on):
            return False
        open_rereview(fresh, by=None, at=at, on=on)
    return True
