"""The questions of one round to the team, as one person may read them."""

from dataclasses import replace

from reviews.domain.enums import Party
from reviews.models import Review, ReviewAssignment, User
from reviews.permissions import reviewing as rules
from reviews.permissions.involvement import Part
from reviews.permissions.use_cases import parties_of
from reviews.selectors.desk_items import Asked


def visible_questions(review: Review, user: User) -> list[Asked]:
    """The questions of one round that this person may read, the oldest first.

    While reviewers are blind to each other, what the other one asks shows once it is answered,
    because the answer belongs to the case; who asked does not.
    """
    seats = tuple(review.assignments.all())
    sees_all = rules.sees_all_verdicts(
        user, review, [seat for seat in seats if seat.signed_off_at is not None]
    )
    return questions_for(review, user, sees_all=sees_all, seats=seats)


def questions_for(
    review: Review,
    user: User,
    *,
    sees_all: bool,
    seats: tuple[ReviewAssignment, ...],
    part: Part = None,
) -> list[Asked]:
    """As ``visible_questions``, for a page that has read the rest already. One query."""
    rows = review.questions.select_related(
        "asked_by", "answered_by", "item__requirement", "item__probe"
    )
    others = {seat.reviewer_id for seat in seats} - {user.pk}
    reviews = user.has_perm("reviews.review_usecase") or any(
        s.reviewer_id == user.pk for s in seats
    )
    is_blind = review.is_sensitive and not sees_all and reviews
    found = []
    for row in rows:
        is_hidden = is_blind and row.asked_by_id in others
        if not is_hidden or row.answered_at is not None:
            row.review = review
            found.append(Asked(row, "" if is_hidden else str(row.asked_by)))
    sitting = {seat.reviewer_id for seat in seats if seat.recused_at is None}
    return _with_withdrawing(found, review, user, sits=user.pk in sitting, part=part)


def _with_withdrawing(
    found: list[Asked], review: Review, user: User, *, sits: bool, part: Part
) -> list[Asked]:
    """The pair of ``permissions.reviewing.can_withdraw_question``; asked once for all questions."""
    if review.closed_at is not None or not any(asked.is_open for asked in found):
        return found
    leads = Party.LEAD in parties_of(user, review.use_case, part=part)
    return [
        replace(one, may_withdraw=one.is_open and (leads or (sits and _is_by(one, user))))
        for one in found
    ]


def _is_by(asked: Asked, user: User) -> bool:
    return asked.question.asked_by_id == user.pk
