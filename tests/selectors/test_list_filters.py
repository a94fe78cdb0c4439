"""The filters of the lists: what each narrows to, leaves out, and how the words name it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.http import QueryDict

from reviews.domain.enums import Role, State, SubjectKind
from reviews.domain.errors import BadInput
from reviews.domain.query_words import parse, write
from reviews.models import Capability, Condition, Deadline, Deployment, Review, Submission, UseCase
from reviews.selectors import workbench
from reviews.selectors.awaiting import awaiting, reviewed_by
from reviews.selectors.condition_filters import ConditionFilter
from reviews.selectors.conditions import in_force
from reviews.selectors.list_filters import vocabulary
from reviews.selectors.review_filters import ReviewFilter
from reviews.selectors.sunset.filters import DeploymentFilter
from reviews.selectors.use_case_filters import UseCaseFilter
from reviews.selectors.workbench import Awaited
from reviews.services import questions
from tests.builders import NOW, TODAY, customer, team, use_case, user
from tests.builders_deciding import office
from tests.builders_reviewing import WHEN, assigned, in_review, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]


@pytest.fixture
def people():
    return office()


def asked_by(person):
    return SimpleNamespace(user=person, now=NOW, today=TODAY)


def cases(query, person):
    return UseCaseFilter(
        QueryDict(query), queryset=UseCase.objects.visible_to(person), request=asked_by(person)
    )


def titles(query, person):
    filters = cases(query, person)
    filters.check_values()
    return {row.title for row in filters.qs}


def rounds(query, person):
    found = ReviewFilter(
        QueryDict(query), queryset=workbench.open_rounds(person), request=asked_by(person)
    )
    found.check_values()
    return {row.use_case.title for row in found.qs}


@pytest.fixture
def three(people):
    """A draft, one in review about emotion, one declined for a customer."""
    crew = team("Gate crew, night", people.lead)
    draft = use_case(people.team, by=people.requester, title="Draft")
    review = use_case(
        crew,
        by=people.requester,
        title="Review",
        state=State.IN_REVIEW,
        submitted_on=TODAY,
        gate_answer="stop",
    )
    review.capabilities.add(Capability.objects.get(slug="emotion"))
    declined = use_case(
        people.team,
        by=people.requester,
        title="Declined",
        state=State.DECLINED,
        is_sensitive=True,
        customer=customer("Harbour Bank"),
        decided_on=TODAY,
    )
    return draft, review, declined


EVERYBODY = {"Draft", "Review", "Declined"}


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", EVERYBODY),
        ("state=draft&state=in_review", {"Draft", "Review"}),
        ("state_not=draft", {"Review", "Declined"}),
        ("state=in_review&state_not=in_review", set()),
        ("capability=emotion&capability=age", {"Review"}),
        ("capability_not=emotion", {"Draft", "Declined"}),
        ("answer=stop", {"Review"}),
        ("answer_not=stop", {"Draft", "Declined"}),
        ("sensitive=yes", {"Declined"}),
        ("mine=yes", {"Review"}),
        ("submitted_from=2023-06-01", {"Review"}),
        ("submitted_from=2023-06-02", set()),
        ("submitted_to=2023-05-31", set()),
        ("decided_to=2023-06-01", {"Declined"}),
        ("q=RE", {"Review"}),
        ('q="re view"', set()),
    ],
)
def test_use_cases_are_narrowed(people, three, query, left):
    admin = user("admin", Role.ADMIN)
    three[1].team.memberships.create(user=admin, since=NOW)

    assert titles(query, admin) == left


def test_use_cases_are_found_by_team_and_customer_and_left_out_by_them(three):
    admin = user("admin", Role.ADMIN)
    _draft, review, declined = three

    assert titles(f"team={review.team.uid}", admin) == {"Review"}
    assert titles(f"team_not={review.team.uid}", admin) == {"Draft", "Declined"}
    assert titles(f"customer={declined.customer.uid}", admin) == {"Declined"}
    assert titles(f"customer_not={declined.customer.uid}", admin) == {"Draft", "Review"}


@pytest.mark.parametrize(("age", "is_found"), [(0, True), (5, True), (6, False)])
def test_age_counts_whole_days_in_the_state(three, age, is_found):
    UseCase.objects.filter(title="Review").update(state_since=NOW - timedelta(days=5, hours=3))

    found = titles(f"age={age}&state=in_review", user("admin", Role.ADMIN))

    assert found == ({"Review"} if is_found else set())


@pytest.mark.parametrize(
    ("day", "due", "is_late"), [(-1, None, True), (0, 0, False), (7, 7, False), (8, None, False)]
)
def test_due_and_overdue_read_the_deadlines_of_the_reminders(three, day, due, is_late):
    admin = user("admin", Role.ADMIN)
    Deadline.objects.create(
        subject_kind=SubjectKind.REREVIEW,
        subject_id=three[2].pk,
        version=1,
        last_day=TODAY + timedelta(days=day),
        set_at=NOW,
        set_on=TODAY,
    )

    assert (titles("due_in=7", admin) == {"Declined"}) == (due is not None)
    assert (titles("overdue=yes", admin) == {"Declined"}) == is_late
    assert ("Declined" in titles("overdue=no", admin)) != is_late


def test_rule_reads_the_last_answer_of_the_gate(people):
    review = in_review(people, title="Stopped")
    gate = {"results": [{"capability": "emotion", "findings": [{"rule": "STOP-RETIRED"}]}]}
    Submission.objects.create(
        use_case=review.use_case,
        number=2,
        answers={},
        gate=gate,
        digest="0" * 64,
        statement_by=people.requester,
        submitted_at=NOW,
        submitted_on=TODAY,
    )

    assert titles("rule=stop-retired", people.lead) == {"Stopped"}
    assert titles("rule=STOP-US-POLICE", people.lead) == set()


def test_an_unknown_value_is_refused(people, three):
    with pytest.raises(BadInput, match="State"):
        cases("state=drft", people.lead).check_values()


def test_who_reviews_is_no_filter_for_the_requesters_side(people):
    assert "reviewer" in cases("", people.lead).filters
    assert "reviewer" not in cases("", people.requester).filters


# Reviews ------------------------------------------------------------------------------------------


def every_situation(people):
    """Open rounds that wait for a lead, a reviewer, the team, a decision."""
    in_review(people, title="lacking")
    assigned(in_review(people, title="reviewing"), people.reviewer, people)
    asked = in_review(people, title="asked")
    assigned(asked, people.reviewer, people)
    questions.ask(asked, item=None, text="Why?", by=people.reviewer, **WHEN)
    done = in_review(people, title="done")
    assigned(done, people.reviewer, people)
    signed(done, people.reviewer)
    half = in_review(people, title="half", sensitive=True)
    assigned(half, people.reviewer, people)


def test_awaited_is_what_each_line_says(people):
    every_situation(people)
    for state in (State.REFERRED, State.UNDER_APPEAL, State.AWAITING_COUNTERSIGNATURE):
        UseCase.objects.filter(pk=in_review(people, title=state).use_case_id).update(state=state)
    found = workbench.open_rounds(people.lead)

    said = {line.review.pk: line.awaited for line in workbench.lines(workbench.for_lines(found))}

    assert len(set(said.values())) >= 6
    for one in Awaited:
        assert set(awaiting(found, [one]).values_list("pk", flat=True)) == {
            key for key, whom in said.items() if whom is one
        }


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("awaited=assignment", {"lacking", "half"}),
        ("awaited_not=assignment", {"reviewing", "asked", "done"}),
        ("awaited=team&awaited=lead", {"asked", "done"}),
        ("reviewer=none", {"lacking"}),
        ("reviewer=reviewer", {"reviewing", "asked", "done", "half"}),
        ("mine=yes", set()),
        ("capability=blur", {"lacking", "reviewing", "asked", "done", "half"}),
        ("capability_not=blur", set()),
        ("age=1", set()),
    ],
)
def test_reviews_are_narrowed(people, query, left):
    every_situation(people)

    assert rounds(query, people.lead) == left


def test_use_cases_know_the_reviewer_and_who_is_awaited_of_the_open_round(people):
    every_situation(people)

    assert titles("awaited=lead", people.lead) == {"done"}
    assert titles("reviewer=reviewer&awaited=reviewers", people.lead) == {"reviewing"}


def test_a_blind_reviewer_does_not_find_the_other_by_name(people):
    review = in_review(people, sensitive=True)
    assigned(review, people.reviewer, people)
    assigned(review, people.reviewer2, people)
    found = Review.objects.filter(pk=review.pk)

    assert not reviewed_by(found, ["reviewer2"], reader=people.reviewer).exists()
    assert reviewed_by(found, ["reviewer"], reader=people.reviewer).exists()
    assert reviewed_by(found, ["reviewer2"], reader=people.lead).exists()


def test_reviewers_see_each_others_names_once_both_have_signed(people):
    review = in_review(people, sensitive=True)
    for person in (people.reviewer, people.reviewer2):
        assigned(review, person, people)
        signed(review, person)
    found = Review.objects.filter(pk=review.pk)

    assert reviewed_by(found, ["reviewer2"], reader=people.reviewer).exists()


# Words --------------------------------------------------------------------------------------------


def all_filters(person):
    request = asked_by(person)
    return [
        UseCaseFilter(QueryDict(), queryset=UseCase.objects.all(), request=request),
        ReviewFilter(QueryDict(), queryset=Review.objects.all(), request=request),
        ConditionFilter(QueryDict(), queryset=in_force(), request=request),
        DeploymentFilter(QueryDict(), queryset=Deployment.objects.all(), request=request),
    ]


def test_every_filter_of_every_list_has_its_word_and_every_choice_is_read_back(people, three):
    every_situation(people)
    for filters in all_filters(people.lead):
        known = vocabulary(filters)
        assert {key.param for key in known.keys} | {"q"} == {
            name for name in filters.filters if not name.endswith("_not") and name != "pick"
        }
        for key in known.keys:
            for choice in key.choices:
                for param in [key.param, f"{key.param}_not"][: 1 + key.may_be_left_out]:
                    given = {param: [choice.value]}
                    assert parse(write(given, known), known).params == given


def test_the_words_of_the_issue_say_what_the_form_says(people, three):
    known = vocabulary(cases("", people.lead))

    parsed = parse("state:in_review capability:emotion mine due<7d", known)

    assert parsed.problems == ()
    assert parsed.params == {
        "state": ["in_review"],
        "capability": ["emotion"],
        "mine": ["yes"],
        "due_in": ["7"],
    }
    assert write({"team": [str(three[1].team.uid)]}, known) == 'team:"Gate crew, night"'


def test_everything_that_a_filter_offers_takes_one_query(people, three, django_assert_num_queries):
    for filters in all_filters(people.lead):
        with django_assert_num_queries(1):
            vocabulary(filters)
            str(filters.form)


def test_conditions_are_narrowed_by_what_still_waits(people):
    assert not ConditionFilter(
        QueryDict("overdue=yes&mine=yes&due_in=7&pending=yes"),
        queryset=Condition.objects.all(),
        request=asked_by(people.lead),
    ).qs.exists()
