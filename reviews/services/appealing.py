"""Appeal against a decision: another lead looks again."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from reviews.domain.enums import Action, AuditKind, ReviewKind
from reviews.domain.errors import Incomplete, StateConflict
from reviews.models import Appeal, DecisionRound, UseCase, User
from reviews.permissions.deciding import can_appeal
from reviews.permissions.rulings import require
from reviews.services import audit, review_rounds
from reviews.services.reminding import deadlines
from reviews.services.transitions import advance, locked


@transaction.atomic
def appeal(use_case: UseCase, *, grounds: str, by: User, at: datetime, on: date) -> Appeal:
    """Put the last decision in force before a lead who was not among the two who decided.

    Opens a review round of kind appeal on the same submission; no new sign-off is needed. One
    appeal per decision.
    """
    use_case = locked(use_case)
    require(can_appeal(by, use_case))
    if not grounds.strip():
        raise Incomplete(gettext("Say why the decision should change."), ("grounds",))
    against = last_in_force(use_case)
    if against is None:
        raise StateConflict(gettext("There is no decision on record to appeal against."))
    if against.appeals.exists():
        raise StateConflict(
            gettext(
                "There was an appeal against this decision already. A material change can be"
                " resubmitted."
            )
        )

    review = review_rounds.open_round(
        use_case, against.submission, kind=ReviewKind.APPEAL, by=by, at=at, on=on
    )
    row = Appeal.objects.create(
        use_case=use_case,
        against=against,
        review=review,
        grounds=grounds.strip(),
        filed_by=by,
        filed_at=at,
    )
    came_from = advance(use_case, Action.APPEAL, at=at)
    deadlines.follow_case(use_case, at=at, on=on)

    audit.record(
        AuditKind.APPEAL_FILED,
        subject=row,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        against=against.number,
        came_from=came_from,
        now=use_case.current_state,
    )
    return row


def last_in_force(use_case: UseCase) -> DecisionRound | None:
    """The newest round that took effect."""
    return (
        use_case.decision_rounds.filter(
            Q(needs_countersignature=False) | Q(countersignature__agreed=True)
        )
        .select_related("submission")
        .order_by("-number")
        .first()
    )
