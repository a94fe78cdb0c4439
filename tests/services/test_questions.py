"""Reviewers ask, the team answers, and the case moves with it."""

import pytest

from reviews.domain.enums import AuditKind, CoAuthorRight, Role, State
from reviews.domain.errors import BadInput, Incomplete, NotPermitted, StateConflict
from reviews.domain.errors import TransitionNotAllowed as NotAllowed
from reviews.models import AuditEvent, Question, ReviewAssignment, UseCase
from reviews.services import questions
from tests.builders import NOW, user
from tests.builders_deciding import co_author, office
from tests.builders_reviewing import WHEN, assigned, in_review, item, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(roles, catalogue):
    return office()


@pytest.fixture
def review(people):
    found = in_review(people)
    assigned(found, people.reviewer, people)
    return found


def ask(review, by, text="Which data do you keep?", **about) -> Question:
    return questions.ask(review, text=text, by=by, **about, **WHEN)


def answer(question, by, text="Thirty days of pictures.") -> Question:
    return questions.answer(question, text=text, by=by, **WHEN)


def state_of(review) -> State:
    return State(UseCase.objects.get(pk=review.use_case_id).state)


def test_ask_moves_the_case_to_the_team(people, review):
    about = item(review, "A4.1")

    question = ask(review, people.reviewer, item=about)

    assert (question.item, question.asked_by, question.asked_at) == (about, people.reviewer, NOW)
    assert state_of(review) is State.NEEDS_INFORMATION
    event = AuditEvent.objects.order_by("-seq").first()
    assert (event.kind, event.data["item"]) == (AuditKind.QUESTION_ASKED, "A4.1")
    assert "Which data" not in str(event.data)


def test_ask_again_while_the_team_answers(people, review):
    ask(review, people.reviewer)
    ask(review, people.lead, "Who pays?")

    assert Question.objects.count() == 2
    assert state_of(review) is State.NEEDS_INFORMATION


@pytest.mark.parametrize("who", ["requester", "reviewer2"])
def test_ask_is_for_assigned_reviewers_and_leads(people, review, who):
    with pytest.raises(NotPermitted):
        ask(review, getattr(people, who))

    assert state_of(review) is State.IN_REVIEW


def test_ask_is_not_for_a_recused_reviewer(people, review):
    ReviewAssignment.objects.update(recused_at=NOW)

    with pytest.raises(NotPermitted):
        ask(review, people.reviewer)


def test_ask_wants_words(people, review):
    with pytest.raises(Incomplete):
        ask(review, people.reviewer, "  ")


def test_ask_about_an_item_of_this_round_only(people, review):
    other = in_review(people)

    with pytest.raises(BadInput):
        ask(review, people.reviewer, item=item(other, "A3.1"))


def test_ask_is_too_late_once_a_lead_decides(people, review):
    signed(review, people.reviewer)

    with pytest.raises(NotAllowed, match="Awaiting decision"):
        ask(review, people.reviewer)


def test_answer_of_the_last_question_gives_the_case_back(people, review):
    first, second = ask(review, people.reviewer), ask(review, people.reviewer, "And whose?")

    answer(second, people.requester)
    assert state_of(review) is State.NEEDS_INFORMATION
    answered = answer(first, people.requester, " Ours. ")

    assert state_of(review) is State.IN_REVIEW
    assert (answered.answer, answered.answered_by, answered.answered_at) == (
        "Ours.",
        people.requester,
        NOW,
    )


@pytest.mark.parametrize("right", [CoAuthorRight.COMMENT, CoAuthorRight.EDIT])
def test_answer_is_for_co_authors_who_may_say_something(people, review, right):
    question = ask(review, people.reviewer)
    helper = co_author(review.use_case, user("helper"), right)

    assert answer(question, helper).answered_by == helper


def test_answer_is_not_for_those_who_only_view(people, review):
    question = ask(review, people.reviewer)
    reader = co_author(review.use_case, user("reader"), CoAuthorRight.VIEW)

    with pytest.raises(NotPermitted):
        answer(question, reader)
    question.refresh_from_db()
    assert question.answered_at is None


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD, Role.AUDITOR])
def test_answer_is_not_for_the_office(people, review, role):
    question = ask(review, people.reviewer)

    with pytest.raises(NotPermitted):
        answer(question, user("somebody", role))


def test_answer_happens_once(people, review):
    question = ask(review, people.reviewer)
    answer(question, people.requester)

    with pytest.raises(StateConflict, match="already"):
        answer(question, people.requester, "Another thought.")


def test_answer_wants_words(people, review):
    question = ask(review, people.reviewer)

    with pytest.raises(Incomplete):
        answer(question, people.requester, " ")


def test_answer_ends_with_the_round(people, review):
    question = ask(review, people.reviewer)
    review.closed_at = NOW
    review.save()

    with pytest.raises(StateConflict, match="has ended"):
        answer(question, people.requester)


def test_answer_is_refused_on_a_withdrawn_case(people, review):
    question = ask(review, people.reviewer)
    UseCase.objects.filter(pk=review.use_case_id).update(state=State.WITHDRAWN)

    with pytest.raises(NotAllowed):
        answer(question, people.requester)


# Withdrawing --------------------------------------------------------------------------------------


def withdraw(question, by, reason="It stands in the file.") -> Question:
    return questions.withdraw(question, reason=reason, by=by, **WHEN)


@pytest.mark.parametrize("who", ["reviewer", "lead"])
def test_with_the_last_question_withdrawn_the_review_goes_on(people, review, who):
    question = ask(review, people.reviewer)

    withdraw(question, getattr(people, who))

    question.refresh_from_db()
    assert (question.withdrawn_by, question.withdrawn_at) == (getattr(people, who), NOW)
    assert state_of(review) is State.IN_REVIEW
    assert signed(review, people.reviewer).signed_off_at
    event = AuditEvent.objects.get(kind=AuditKind.QUESTION_WITHDRAWN)
    assert event.data["still_open"] == 0
    assert "in the file" not in str(event.data)


def test_the_case_waits_while_another_question_is_open(people, review):
    first, second = ask(review, people.reviewer), ask(review, people.reviewer, "Who pays?")

    withdraw(first, people.reviewer)
    assert state_of(review) is State.NEEDS_INFORMATION

    answer(second, people.requester)
    assert state_of(review) is State.IN_REVIEW


def test_a_withdrawn_question_is_not_answered(people, review):
    first, _second = ask(review, people.reviewer), ask(review, people.reviewer, "Who pays?")
    withdraw(first, people.lead)

    with pytest.raises(StateConflict, match="was withdrawn"):
        answer(first, people.requester)


def test_an_answered_question_is_not_withdrawn(people, review):
    first, _second = ask(review, people.reviewer), ask(review, people.reviewer, "Who pays?")
    answer(first, people.requester)

    with pytest.raises(StateConflict, match="answered already"):
        withdraw(first, people.reviewer)


@pytest.mark.parametrize("who", ["requester", "reviewer2"])
def test_nobody_else_withdraws_it(people, review, who):
    question = ask(review, people.reviewer)

    with pytest.raises(NotPermitted, match="Only the reviewer who asked"):
        withdraw(question, getattr(people, who))


def test_withdrawing_wants_a_reason(people, review):
    question = ask(review, people.reviewer)

    with pytest.raises(Incomplete, match="Say why"):
        withdraw(question, people.reviewer, " ")

    assert state_of(review) is State.NEEDS_INFORMATION
