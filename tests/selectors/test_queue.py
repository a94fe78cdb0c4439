"""What a team may expect: position, pace, and honesty where there is too little to say."""

from datetime import timedelta

import pytest

from reviews.domain.enums import Outcome
from reviews.models import Capability, Review, UseCase
from reviews.selectors.queue import Pace, queue_of
from reviews.services import questions, withdrawing
from reviews.services.deciding import record_decision
from reviews.web.queue_words import expectation
from tests.builders import NOW, TODAY
from tests.builders_deciding import awaiting_decision, decisions, office
from tests.builders_reviewing import WHEN, assigned, in_review

pytestmark = pytest.mark.django_db
BLUR = "blur"


@pytest.fixture
def people(roles, catalogue):
    return office()


def opened(people, *, days: int = 0) -> UseCase:
    review = in_review(people)
    Review.objects.filter(pk=review.pk).update(opened_at=NOW + timedelta(days=days))
    return review.use_case


def decided(people, *, days: int) -> UseCase:
    """Filed today, decided so many days later; with the capability of the others."""
    case = awaiting_decision(people)
    case.capabilities.set(Capability.objects.filter(slug=BLUR))
    when = {"at": NOW + timedelta(days=days), "on": TODAY + timedelta(days=days)}
    record_decision(case, scenarios=decisions(case, Outcome.APPROVED), by=people.lead, **when)
    return case


def test_the_position_counts_earlier_cases_at_the_same_step(people):
    first, second, third = (opened(people, days=n) for n in range(3))
    at_work = opened(people, days=-1)
    assigned(at_work.reviews.get(), people.reviewer, people)

    places = [queue_of(one, on=TODAY).ahead for one in (first, second, third, at_work)]

    assert places == [0, 1, 2, 0]
    assert queue_of(first, on=TODAY).lacks_reviewers
    assert not queue_of(at_work, on=TODAY).lacks_reviewers


def test_a_case_that_waits_for_the_team_stands_in_no_queue(people):
    case = opened(people)
    assigned(case.reviews.get(), people.reviewer, people)
    questions.ask(case.reviews.get(), text="Which data?", by=people.reviewer, **WHEN)
    case.refresh_from_db()

    assert queue_of(case, on=TODAY).ahead is None
    assert "waits for you" in expectation(case, on=TODAY).position


@pytest.mark.parametrize("count", [4, 5])
def test_below_five_decided_cases_it_says_too_few(people, count):
    case = opened(people)
    for _ in range(count):
        decided(people, days=7)

    (pace,) = queue_of(case, on=TODAY + timedelta(days=9)).paces

    assert (pace.decided, pace.days) == (count, 5 if count >= 5 else None)
    words = expectation(case, on=TODAY + timedelta(days=9)).paces[0]
    assert ("too few" in words) is (count < 5)
    assert ("5 working days or fewer" in words) is (count >= 5)


def test_the_median_is_of_working_days_and_of_the_last_year(people):
    case = opened(people)
    for days in (1, 1, 4, 12, 12):  # from a Thursday: 1, 1, 2, 8 and 8 working days
        decided(people, days=days)

    def pace(later: int) -> Pace:
        return queue_of(case, on=TODAY + timedelta(days=later)).paces[0]

    assert TODAY.weekday() == 3
    assert (pace(20).days, pace(20).decided) == (2, 5)
    assert (pace(400).days, pace(400).decided) == (None, 0)


def test_nothing_is_said_where_nothing_is_waited_for(people):
    case = opened(people)
    withdrawing.withdraw(case, by=people.requester, **WHEN)
    case.refresh_from_db()

    assert expectation(case, on=TODAY) is None


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_two_queries(people, count, django_assert_num_queries):
    case = opened(people)
    for _ in range(count):
        decided(people, days=7)
        opened(people)

    with django_assert_num_queries(2):
        queue_of(case, on=TODAY)
