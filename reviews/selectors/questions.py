"""The questions of a case, over all its rounds."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from reviews.models import Question, ReviewAssignment, UseCase, User
from reviews.permissions.use_cases import stands_on_requesters_side
from reviews.selectors.desk_items import Asked
from reviews.selectors.round_questions import visible_questions


@dataclass(frozen=True, slots=True)
class Questions:
    """``open``: to be answered, the oldest first. ``answered``: the newest first.

    ``withdrawn``: by who asked or a lead, with the reason. ``ended``: never answered, and no
    longer to be: their round ended with a new submission.
    """

    open: tuple[Asked, ...]
    answered: tuple[Asked, ...]
    withdrawn: tuple[Asked, ...]
    ended: tuple[Asked, ...]

    @property
    def every(self) -> tuple[Asked, ...]:
        return (*self.open, *self.answered, *self.withdrawn, *self.ended)


def of_case(use_case: UseCase, user: User) -> Questions:
    """What this person may read. The requester's side reads everything it was asked."""
    rows = _rows(use_case) if stands_on_requesters_side(user, use_case) else _office(use_case, user)
    withdrawn = [row for row in rows if row.question.withdrawn_at is not None]
    unanswered = [
        row
        for row in rows
        if row.question.answered_at is None and row.question.withdrawn_at is None
    ]
    answered = [row for row in rows if row.question.answered_at is not None]
    return Questions(
        tuple(row for row in unanswered if row.question.review.closed_at is None),
        tuple(sorted(answered, key=_answered_at, reverse=True)),
        tuple(withdrawn),
        tuple(row for row in unanswered if row.question.review.closed_at is not None),
    )


def _answered_at(row: Asked) -> tuple[datetime, int]:
    return row.question.answered_at or row.question.asked_at, row.question.pk


def _rows(use_case: UseCase) -> list[Asked]:
    """Without the names of reviewers: the team does not learn here either who reviews its case."""
    seats = ReviewAssignment.objects.filter(
        review__use_case=use_case, reviewer=OuterRef("asked_by")
    )
    rows = (
        Question.objects.filter(review__use_case=use_case)
        .select_related("review", "asked_by", "answered_by", "item__requirement", "item__probe")
        .annotate(by_reviewer=Exists(seats))
    )
    return [Asked(row, "" if row.by_reviewer else str(row.asked_by)) for row in rows]


def _office(use_case: UseCase, user: User) -> list[Asked]:
    rounds = use_case.reviews.select_related("use_case")
    return [row for review in rounds for row in visible_questions(review, user)]
