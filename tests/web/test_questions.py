"""The questions page of a case, and asking from the desk."""

import re

import pytest
from django.urls import reverse

from reviews.domain.enums import CoAuthorRight, ReviewKind, State
from reviews.models import Question, UseCase
from reviews.services import questions
from tests.builders import user
from tests.builders_deciding import co_author, office
from tests.builders_reviewing import LOW_RISK, WHEN, assigned, in_review, item, next_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(roles, catalogue):
    return office()


@pytest.fixture
def review(people):
    found = in_review(people)
    assigned(found, people.reviewer, people)
    return found


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def page_of(client, person, review):
    client.force_login(person)
    return client.get(reverse("reviews:use_case_questions", args=[review.use_case.reference]))


def ask(review, by, text="Which data do you keep?", **about):
    return questions.ask(review, text=text, by=by, **about, **WHEN)


def answer_url(question) -> str:
    reference = question.review.use_case.reference
    return reverse("reviews:use_case_answer", args=[reference, question.uid])


def test_the_team_sees_open_questions_first_with_who_asked_and_when(client, people, review):
    first = ask(review, people.reviewer, "First one?")
    ask(review, people.lead, "Second one?", item=item(review, "A4.1"))
    questions.answer(first, text="Thus.", by=people.requester, **WHEN)

    page = words(page_of(client, people.requester, review))

    assert page.index("Second one?") < page.index("First one?")
    assert "Asked by Lead, 1 June 2023, 11:30 (Europe/Berlin)" in page
    assert "Answered by Requester" in page
    assert "A4.1" in page


def test_the_team_answers(client, people, review):
    question = ask(review, people.reviewer)
    client.force_login(people.requester)

    reply = client.post(answer_url(question), {"text": "Thirty days."}, follow=True)

    question.refresh_from_db()
    assert question.answer == "Thirty days."
    assert "Your answer is with the reviewers." in words(reply)
    assert UseCase.objects.get(pk=review.use_case_id).state == State.IN_REVIEW


def test_an_empty_answer_comes_back_with_the_reason_at_its_field(client, people, review):
    question = ask(review, people.reviewer)
    client.force_login(people.requester)

    reply = client.post(answer_url(question), {"text": " "})

    assert "Write the answer." in words(reply)
    assert f'href="#id_{question.uid}_text"' in reply.text


def test_a_late_answer_is_refused_and_the_text_stays(client, people, review):
    question = ask(review, people.reviewer)
    UseCase.objects.filter(pk=review.use_case_id).update(state=State.WITHDRAWN)
    client.force_login(people.requester)

    reply = client.post(answer_url(question), {"text": "Words that took an hour."})

    assert "Words that took an hour." in reply.text
    assert "Withdrawn" in words(reply)
    assert Question.objects.get().answered_at is None


def test_who_only_views_reads_and_cannot_answer(client, people, review):
    question = ask(review, people.reviewer)
    reader = co_author(review.use_case, user("reader"), CoAuthorRight.VIEW)

    page = page_of(client, reader, review)
    assert "Which data do you keep?" in words(page)
    assert "<textarea" not in page.text
    assert client.post(answer_url(question), {"text": "Mine."}).status_code == 403


def test_a_stranger_finds_nothing(client, people, review):
    question = ask(review, people.reviewer)

    assert page_of(client, user("stranger"), review).status_code == 404
    assert client.post(answer_url(question), {"text": "Mine."}).status_code == 404


def test_the_other_reviewer_of_a_sensitive_case_reads_no_open_question(client, people):
    review = in_review(people, sensitive=True)
    assigned(review, people.reviewer, people)
    assigned(review, people.reviewer2, people)
    ask(review, people.reviewer, "canary-question")

    assert "canary-question" not in page_of(client, people.reviewer2, review).text
    assert "canary-question" in page_of(client, people.reviewer, review).text


def test_questions_of_an_ended_round_are_named_as_such(client, people, review):
    ask(review, people.reviewer)
    next_round(review.use_case, LOW_RISK, ReviewKind.INITIAL)

    assert "No longer to be answered" in words(page_of(client, people.requester, review))


def test_no_questions_yet(client, people, review):
    assert "No questions yet" in words(page_of(client, people.requester, review))


def test_a_reviewer_asks_about_an_item_and_comes_back_to_it(client, people, review):
    client.force_login(people.reviewer)
    about = item(review, "A4.1")

    reply = client.post(
        reverse("reviews:review_ask", args=[review.uid]),
        {"item": str(about.uid), "text": "Which data?"},
    )

    here = reverse("reviews:review", args=[review.uid])
    assert (reply.status_code, reply["Location"]) == (302, f"{here}#item-A4-1")
    assert Question.objects.get().item == about


def test_asking_without_words_says_so_and_keeps_the_item(client, people, review):
    client.force_login(people.reviewer)
    about = item(review, "A4.1")

    reply = client.post(
        reverse("reviews:review_ask", args=[review.uid]), {"item": str(about.uid), "text": ""}
    )

    assert "Write what you want to know." in words(reply)
    assert f'name="item" value="{about.uid}"' in reply.text


@pytest.mark.parametrize(("who", "status"), [("reviewer2", 403), ("requester", 403)])
def test_asking_is_for_the_assigned_and_leads(client, people, review, who, status):
    client.force_login(getattr(people, who))

    assert client.get(reverse("reviews:review_ask", args=[review.uid])).status_code == status


def test_text_typed_after_the_session_ended_comes_back(client, people, review):
    question = ask(review, people.reviewer)
    typed = {"text": "Half an hour of typing.", "typed_by": str(people.requester.uid)}
    assert client.post(answer_url(question), typed).status_code == 302

    client.force_login(people.requester)

    assert "Half an hour of typing." in client.get(answer_url(question)).text


# Withdrawing --------------------------------------------------------------------------------------


def withdraw_url(question) -> str:
    return reverse("reviews:review_withdraw_question", args=[question.review.uid, question.uid])


def test_the_reviewer_withdraws_from_the_desk_and_the_team_reads_why(client, people, review):
    question = ask(review, people.reviewer)
    client.force_login(people.reviewer)
    desk = client.get(reverse("reviews:review", args=[review.uid])).text
    assert withdraw_url(question) in desk

    client.post(withdraw_url(question), {"reason": "It stands in the attachment."})

    page = page_of(client, people.requester, review)
    assert "It stands in the attachment." in words(page)
    assert "<textarea" not in page.text
    assert UseCase.objects.get(pk=review.use_case_id).state == State.IN_REVIEW


def test_the_link_shows_to_those_who_may(client, people, review):
    question = ask(review, people.reviewer)
    desk = reverse("reviews:review", args=[review.uid])
    for person, shows in [(people.lead, True), (people.reviewer2, False)]:
        client.force_login(person)
        assert (withdraw_url(question) in client.get(desk).text) is shows
    client.force_login(people.requester)
    assert client.get(withdraw_url(question)).status_code == 403


def test_withdrawing_without_a_reason_says_so(client, people, review):
    question = ask(review, people.reviewer)
    client.force_login(people.reviewer)

    assert "Say why" in words(client.post(withdraw_url(question), {"reason": ""}))


@pytest.mark.parametrize("first", ["withdrawn", "answered"])
def test_an_answer_that_comes_too_late_is_given_back(client, people, review, first):
    question, _other = ask(review, people.reviewer), ask(review, people.reviewer, "Who pays?")
    if first == "withdrawn":
        questions.withdraw(question, reason="Not needed.", by=people.reviewer, **WHEN)
    else:
        questions.answer(question, text="Thirty days.", by=people.requester, **WHEN)
    client.force_login(people.requester)

    reply = client.post(answer_url(question), {"text": "Words that took an hour."})

    assert reply.status_code == 409
    assert "Words that took an hour." in reply.text
