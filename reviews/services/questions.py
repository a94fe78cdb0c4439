"""Reviewers ask the team, the team answers; a question may be withdrawn."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import Action, AuditKind
from reviews.domain.errors import BadInput, Incomplete
from reviews.domain.workflow import arrow
from reviews.models import ChecklistItem, Question, Review, User
from reviews.permissions.reviewing import can_answer, can_ask, can_withdraw_question
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.transitions import advance, locked


@transaction.atomic
def ask(
    review: Review,
    *,
    text: str,
    item: ChecklistItem | None = None,
    by: User,
    at: datetime,
    on: date,
) -> Question:
    """Ask the team about one item or the whole case; the case then waits for the answer."""
    use_case = locked(review.use_case)
    review = Review.objects.select_related("use_case").get(pk=review.pk)
    require(can_ask(by, review))
    if not text.strip():
        raise Incomplete(gettext("Write what you want to know."), ("text",))
    if item is not None and item.review_id != review.pk:
        raise BadInput(gettext("This item belongs to another review."))

    question = Question.objects.create(
        review=review, item=item, text=text.strip(), asked_by=by, asked_at=at
    )
    came_from = advance(use_case, Action.ASK, at=at)

    audit.record(
        AuditKind.QUESTION_ASKED,
        subject=question,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        item=item.code if item else "",
        came_from=came_from,
        now=use_case.current_state,
    )
    return question


@transaction.atomic
def answer(question: Question, *, text: str, by: User, at: datetime, on: date) -> Question:
    """Answer one question; with the last open one of the round the reviewers go on.

    An answer is not edited: who wants to add something tells the reviewers, who can ask again.
    """
    use_case = locked(question.review.use_case)
    question = Question.objects.select_related("review__use_case", "item").get(pk=question.pk)
    require(can_answer(by, question))
    arrow(use_case.state, Action.ANSWER)
    if not text.strip():
        raise Incomplete(gettext("Write the answer."), ("text",))

    question.answer = text.strip()
    question.answered_by, question.answered_at = by, at
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    came_from = use_case.current_state
    still_open = _still_open(question.review)
    if not still_open:
        advance(use_case, Action.ANSWER, at=at)

    audit.record(
        AuditKind.QUESTION_ANSWERED,
        subject=question,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        still_open=still_open,
        came_from=came_from,
        now=use_case.current_state,
    )
    return question


@transaction.atomic
def withdraw(question: Question, *, reason: str, by: User, at: datetime, on: date) -> Question:
    """Nobody has to answer it any more; with the last open one of the round the review goes on.

    The question and the reason stay readable for the team.
    """
    use_case = locked(question.review.use_case)
    question = Question.objects.select_related("review__use_case", "item").get(pk=question.pk)
    require(can_withdraw_question(by, question))
    arrow(use_case.state, Action.WITHDRAW_QUESTION)
    if not reason.strip():
        raise Incomplete(
            gettext("Say why it need not be answered; the team reads it."), ("reason",)
        )

    question.withdrawn_by, question.withdrawn_at = by, at
    question.withdrawn_reason = reason.strip()
    question.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    came_from = use_case.current_state
    still_open = _still_open(question.review)
    if not still_open:
        advance(use_case, Action.WITHDRAW_QUESTION, at=at)

    audit.record(
        AuditKind.QUESTION_WITHDRAWN,
        subject=question,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        item=question.item.code if question.item else "",
        still_open=still_open,
        came_from=came_from,
        now=use_case.current_state,
    )
    return question


def _still_open(review: Review) -> int:
    return review.questions.filter(answered_at__isnull=True, withdrawn_at__isnull=True).count()
