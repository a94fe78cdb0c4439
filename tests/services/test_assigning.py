"""Assign and recuse: who may, who can be, and what is said."""

import pytest

from reviews.domain.enums import AuditKind, CoAuthorRight, Outcome, Role, State
from reviews.domain.errors import Incomplete, NotPermitted, StateConflict, TransitionNotAllowed
from reviews.models import AuditEvent, Membership, ReviewAssignment, UseCase
from reviews.selectors.candidates import candidates
from reviews.services import assigning, reviewing
from reviews.services.deciding import record_decision, return_to_review
from tests.builders import NOW, user
from tests.builders_deciding import co_author, decisions, office
from tests.builders_reviewing import WHEN, assigned, in_review, judge_all, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(roles, catalogue):
    return office()


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("-seq").first()


def test_assign_puts_a_reviewer_on_the_round_and_records_it(people):
    review = in_review(people)

    seat = assigning.assign(review, reviewer=people.reviewer, by=people.lead, **WHEN)

    assert (seat.reviewer, seat.assigned_by, seat.assigned_at) == (
        people.reviewer,
        people.lead,
        NOW,
    )
    event = last_event()
    assert (event.kind, event.use_case_id) == (AuditKind.REVIEWER_ASSIGNED, review.use_case_id)
    assert event.data["reviewer"] == str(people.reviewer.uid)


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.REVIEWER, Role.AUDITOR, Role.PANEL])
def test_assign_is_for_leads(people, role):
    review = in_review(people)

    with pytest.raises(NotPermitted, match="Only a lead"):
        assigning.assign(review, reviewer=people.reviewer, by=user("", role), **WHEN)
    assert not ReviewAssignment.objects.exists()


def test_assign_is_not_for_a_lead_on_the_team(people):
    review = in_review(people)
    Membership.objects.create(team=people.team, user=people.lead, since=NOW)

    with pytest.raises(NotPermitted, match="on the team"):
        assigned(review, people.reviewer, people)


def test_assign_is_not_for_a_lead_who_reviews_the_case(people):
    review = in_review(people, sensitive=True)
    both = user("both", Role.LEAD, Role.REVIEWER)
    assigned(review, both, people)

    with pytest.raises(NotPermitted, match="You are a reviewer"):
        assigning.assign(review, reviewer=people.reviewer, by=both, **WHEN)


def member(people, review):
    Membership.objects.create(team=people.team, user=people.reviewer, since=NOW)


def viewer(people, review):
    co_author(review.use_case, people.reviewer, CoAuthorRight.VIEW)


def inactive(people, review):
    people.reviewer.is_active = False
    people.reviewer.save()


def without_role(people, review):
    people.reviewer.groups.clear()


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (member, "on the team"),
        (viewer, "co-author"),
        (inactive, "not a reviewer"),
        (without_role, "not a reviewer"),
    ],
)
def test_assign_holds_the_people_rules(people, prepare, words):
    review = in_review(people)
    prepare(people, review)

    with pytest.raises(NotPermitted, match=words):
        assigned(review, people.reviewer, people)
    assert not ReviewAssignment.objects.exists()


def test_assign_refuses_who_has_decided_on_the_case(people):
    both = user("both", Role.LEAD, Role.REVIEWER)
    review = in_review(people)
    assigned(review, people.reviewer, people)
    signed(review, people.reviewer)
    record_decision(
        review.use_case, scenarios=decisions(review.use_case, Outcome.APPROVED), by=both, **WHEN
    )
    UseCase.objects.filter(pk=review.use_case_id).update(state=State.IN_REVIEW)
    again = in_review(people)
    again.use_case_id = review.use_case_id
    again.number = 2
    again.save()

    with pytest.raises(NotPermitted, match="has decided"):
        assigned(again, both, people)


def test_assign_refuses_the_same_person_twice(people):
    review = in_review(people, sensitive=True)
    assigned(review, people.reviewer, people)

    with pytest.raises(StateConflict, match="already assigned"):
        assigned(review, people.reviewer, people)


@pytest.mark.parametrize("sensitive", [False, True])
def test_assign_stops_at_what_the_round_needs(people, sensitive):
    review = in_review(people, sensitive=sensitive)
    assigned(review, people.reviewer, people)
    if sensitive:
        assigned(review, people.reviewer2, people)

    with pytest.raises(StateConflict, match="take one off first"):
        assigned(review, user("third", Role.REVIEWER), people)


def test_assign_waits_for_no_decided_case(people):
    review = in_review(people)
    assigned(review, people.reviewer, people)
    signed(review, people.reviewer)

    with pytest.raises(TransitionNotAllowed, match="Awaiting decision"):
        assigned(review, people.reviewer2, people)


def test_recuse_ends_the_part_with_its_reason(people):
    review = in_review(people)
    seat = assigned(review, people.reviewer, people)

    ended = assigning.recuse(
        seat, reason=" A friend of mine works there. ", by=people.reviewer, **WHEN
    )

    assert (ended.recused_at, ended.recused_reason) == (NOW, "A friend of mine works there.")
    assert last_event().kind == AuditKind.REVIEWER_RECUSED
    assert "friend" not in str(last_event().data)


def test_recuse_by_a_lead_and_then_another_is_assigned(people):
    review = in_review(people)
    assigning.recuse(
        assigned(review, people.reviewer, people), reason="On leave.", by=people.lead, **WHEN
    )

    assert assigned(review, people.reviewer2, people).reviewer == people.reviewer2


def test_recuse_needs_a_reason(people):
    seat = assigned(in_review(people), people.reviewer, people)

    with pytest.raises(Incomplete):
        assigning.recuse(seat, reason="  ", by=people.reviewer, **WHEN)


def test_recuse_is_not_for_other_reviewers(people):
    seat = assigned(in_review(people), people.reviewer, people)

    with pytest.raises(NotPermitted):
        assigning.recuse(seat, reason="I want it.", by=people.reviewer2, **WHEN)


def test_recuse_is_too_late_after_the_sign_off(people):
    review = in_review(people, sensitive=True)
    seat = assigned(review, people.reviewer, people)
    signed(review, people.reviewer)

    with pytest.raises(StateConflict, match="has signed off"):
        assigning.recuse(seat, reason="On leave.", by=people.reviewer, **WHEN)


def test_recuse_bars_from_the_same_round(people):
    review = in_review(people)
    assigning.recuse(
        assigned(review, people.reviewer, people), reason="On leave.", by=people.reviewer, **WHEN
    )

    with pytest.raises(StateConflict, match="was recused"):
        assigned(review, people.reviewer, people)


def test_recused_verdicts_do_not_count(people):
    review = in_review(people)
    assigned(review, people.reviewer, people)
    judge_all(review, people.reviewer)
    assigning.recuse(review.assignments.get(), reason="On leave.", by=people.lead, **WHEN)
    assigned(review, people.reviewer2, people)

    with pytest.raises(Incomplete):
        reviewing.sign_off(
            review, recommendation="approve", reasons="Fine.", by=people.reviewer2, **WHEN
        )


def test_candidates_say_the_same_as_the_rule(people):
    """The list on the page and the service agree on everybody."""
    review = in_review(people, sensitive=True)
    third, fourth = user("third", Role.REVIEWER), user("fourth", Role.REVIEWER, Role.LEAD)
    Membership.objects.create(team=people.team, user=third, since=NOW)
    co_author(review.use_case, fourth, CoAuthorRight.COMMENT)
    assigned(review, people.reviewer, people)
    user("free", Role.REVIEWER)
    left = people.requester
    left.groups.set(people.reviewer.groups.all())
    Membership.objects.filter(user=left).delete()

    listed = {one.person: one.bar for one in candidates(review)}

    for person, bar in listed.items():
        if bar:
            with pytest.raises((NotPermitted, StateConflict)):
                assigned(review, person, people)
    assert {str(person): bar for person, bar in listed.items()} == {
        "Free": "",
        "Reviewer2": "",
        "Reviewer": "assigned",
        "Third": "team",
        "Fourth": "co_author",
        "Requester": "filed",
    }


def test_a_review_sent_back_takes_other_reviewers(people):
    review = in_review(people)
    assigned(review, people.reviewer, people)
    signed(review, people.reviewer)
    return_to_review(review.use_case, reason="Look at A4 again.", by=people.lead, **WHEN)
    assigning.recuse(review.assignments.get(), reason="On leave.", by=people.lead, **WHEN)

    assert assigned(review, people.reviewer2, people)
