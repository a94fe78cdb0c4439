"""Who reviews: assign, and take off again."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind
from reviews.domain.errors import Incomplete, StateConflict
from reviews.models import Review, ReviewAssignment, User
from reviews.permissions.reviewing import (
    can_assign,
    can_be_assigned,
    can_recuse,
    can_skip,
)
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.carrying_over import carry_over
from reviews.services.transitions import locked


@transaction.atomic
def assign(review: Review, *, reviewer: User, by: User, at: datetime, on: date) -> ReviewAssignment:
    """Put ``reviewer`` on the round; no more than it needs.

    Raises ``NotPermitted`` when ``by`` may not assign or the people rules bar ``reviewer``,
    ``StateConflict`` when somebody was first; then nothing was written.
    """
    use_case = locked(review.use_case)
    review = _fresh(review)
    require(can_assign(by, review))
    require(can_be_assigned(reviewer, review))
    active = review.assignments.filter(recused_at__isnull=True).select_related("reviewer")
    if len(active) >= review.reviewers_needed:
        names = " and ".join(str(one.reviewer) for one in active)
        raise StateConflict(
            gettext(
                "This review has the reviewers it needs: %(names)s. To change one, take one off"
                " first."
            )
            % {"names": names}
        )

    assignment = ReviewAssignment.objects.create(
        review=review, reviewer=reviewer, assigned_by=by, assigned_at=at
    )
    carried = carry_over(review, assignment)

    audit.record(
        AuditKind.REVIEWER_ASSIGNED,
        subject=assignment,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        reviewer=reviewer.uid,
        round=review.number,
        carried_over=carried,
    )
    return assignment


@transaction.atomic
def recuse(
    assignment: ReviewAssignment, *, reason: str, by: User, at: datetime, on: date
) -> ReviewAssignment:
    """The reviewer steps back, or a lead takes the person off; what was judged no longer counts.

    A person who was recused is not assigned to the same round again.
    """
    use_case = locked(assignment.review.use_case)
    assignment = ReviewAssignment.objects.select_related("review__use_case", "reviewer").get(
        pk=assignment.pk
    )
    require(can_recuse(by, assignment))
    if not reason.strip():
        raise Incomplete(
            gettext("Say why: a conflict of interest, an absence, another task."), ("reason",)
        )

    assignment.recused_at = at
    assignment.recused_reason = reason.strip()
    assignment.save(update_fields=["recused_at", "recused_reason"])

    audit.record(
        AuditKind.REVIEWER_RECUSED,
        subject=assignment,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        reviewer=assignment.reviewer.uid,
        round=assignment.review.number,
    )
    return assignment


@transaction.atomic
def skip(assignment: ReviewAssignment, *, by: User, at: datetime, on: date) -> ReviewAssignment:
    """Put one's own review last in one's queue; opening its desk again takes it up again.

    It moves nobody's day and tells nobody. Skipping it again puts it behind what was skipped since.
    """
    use_case = locked(assignment.review.use_case)
    assignment = ReviewAssignment.objects.select_related("review__use_case").get(pk=assignment.pk)
    require(can_skip(by, assignment))

    assignment.skipped_at = at
    assignment.save(update_fields=["skipped_at"])

    audit.record(
        AuditKind.REVIEW_SKIPPED,
        subject=assignment,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        round=assignment.review.number,
    )
    return assignment


def take_up(assignment: ReviewAssignment) -> bool:
    """Undo ``skip``: its reviewer has opened the desk. Whether it had been skipped.

    No event is recorded: it only takes back the order of a person's own queue.
    """
    rows = ReviewAssignment.objects.filter(pk=assignment.pk, skipped_at__isnull=False)
    return bool(rows.update(skipped_at=None))


def _fresh(review: Review) -> Review:
    """The round as it is now that the use case is locked."""
    return Review.objects.select_related("use_case").get(pk=review.pk)
