"""Absence, expertise and conflicts of interest of reviewers, and what a conflict bars."""

from datetime import timedelta

import pytest

from reviews.domain.enums import AuditKind, Party, ReviewKind, Role
from reviews.domain.errors import BadInput, Incomplete, NotPermitted, StateConflict
from reviews.models import AuditEvent, Capability, ReviewAssignment, UseCase
from reviews.permissions.deciding import can_countersign, can_decide
from reviews.permissions.reviewing import can_be_assigned, can_judge, can_recuse, can_sign_off
from reviews.permissions.staffing import free_people
from reviews.permissions.use_cases import parties_of
from reviews.selectors.boards import people as selectors
from reviews.selectors.candidates import Bar, candidates
from reviews.services import assigning, reviewers
from tests.builders import NOW, TODAY, customer, user
from tests.builders_deciding import awaiting_decision, office
from tests.builders_reviewing import LOW_RISK, assigned, in_review, next_round, signed

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}


@pytest.fixture
def people(catalogue, roles):
    return office()


def days(first, last):
    return {"first_on": TODAY + timedelta(days=first), "last_on": TODAY + timedelta(days=last)}


def declared(people, person, **given):
    given = given or {"team": people.team}
    return reviewers.declare_conflict(
        person, reason="A sister works there.", by=people.lead, **given, **WHEN
    )


# What is kept ------------------------------------------------------------------------------------


def test_people_set_and_take_back_their_own_absence(people):
    absence = reviewers.set_absence(people.reviewer, by=people.reviewer, **days(0, 3), **WHEN)
    reviewers.end_absence(absence, by=people.reviewer, **WHEN)

    kinds = AuditEvent.objects.order_by("-seq").values_list("kind", flat=True)[:2]
    assert list(kinds) == [AuditKind.ABSENCE_ENDED, AuditKind.ABSENCE_SET]
    with pytest.raises(StateConflict):
        reviewers.end_absence(absence, by=people.reviewer, **WHEN)


@pytest.mark.parametrize(
    ("first", "last", "error"), [(3, 2, BadInput), (-9, -1, BadInput), (5, 8, StateConflict)]
)
def test_days_that_make_no_sense_are_refused(people, first, last, error):
    reviewers.set_absence(people.reviewer, by=people.lead, **days(8, 10), **WHEN)

    with pytest.raises(error):
        reviewers.set_absence(people.reviewer, by=people.lead, **days(first, last), **WHEN)
    assert people.reviewer.absences.count() == 1


def test_nobody_else_changes_what_is_known_of_somebody(people):
    others = [people.reviewer2, people.requester]
    for other in others:
        with pytest.raises(NotPermitted):
            reviewers.set_absence(people.reviewer, by=other, **days(0, 1), **WHEN)
        with pytest.raises(NotPermitted):
            reviewers.set_expertise(people.reviewer, capabilities=[], by=other, **WHEN)
        with pytest.raises(NotPermitted):
            reviewers.declare_conflict(
                people.reviewer, team=people.team, reason="x", by=other, **WHEN
            )
    with pytest.raises(NotPermitted):
        reviewers.set_absence(people.requester, by=people.lead, **days(0, 1), **WHEN)


def test_expertise_is_replaced_and_the_same_again_is_no_event(people):
    emotion, age = Capability.objects.filter(slug__in=["emotion", "age"]).order_by("-slug")
    reviewers.set_expertise(people.reviewer, capabilities=[emotion], by=people.lead, **WHEN)
    reviewers.set_expertise(people.reviewer, capabilities=[age], by=people.lead, **WHEN)
    before = AuditEvent.objects.count()

    reviewers.set_expertise(people.reviewer, capabilities=[age], by=people.lead, **WHEN)

    assert AuditEvent.objects.count() == before
    event = AuditEvent.objects.latest("seq")
    assert event.data == {"added": ["age"], "dropped": ["emotion"]}
    assert [one.capability for one in people.reviewer.expertise.all()] == [age]


def test_a_conflict_names_one_of_the_two_and_says_why(people):
    firm = customer("Firm")
    for given in ({}, {"team": people.team, "customer": firm}):
        with pytest.raises(Incomplete):
            reviewers.declare_conflict(
                people.reviewer, reason="x", by=people.reviewer, **given, **WHEN
            )
    with pytest.raises(Incomplete):
        reviewers.declare_conflict(
            people.reviewer, reason="  ", team=people.team, by=people.reviewer, **WHEN
        )
    declared(people, people.reviewer)
    with pytest.raises(StateConflict):
        declared(people, people.reviewer)
    assert "sister" not in str(list(AuditEvent.objects.values_list("data", flat=True)))


# What it bars ------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_customer", [False, True])
def test_a_conflict_bars_from_being_assigned_until_it_is_ended(people, with_customer):
    review, firm = in_review(people), customer("Firm")
    UseCase.objects.filter(pk=review.use_case_id).update(customer=firm)
    review.refresh_from_db()
    given = {"customer": firm} if with_customer else {"team": people.team}
    conflict = declared(people, people.reviewer, **given)

    assert not can_be_assigned(people.reviewer, review)
    with pytest.raises(NotPermitted):
        assigning.assign(review, reviewer=people.reviewer, by=people.lead, **WHEN)
    bars = {one.person: one.bar for one in candidates(review)}
    assert bars == {people.reviewer: Bar.CONFLICT, people.reviewer2: ""}

    reviewers.end_conflict(conflict, by=people.reviewer, **WHEN)
    assert can_be_assigned(people.reviewer, review)


def test_a_conflict_with_somebody_else_bars_nothing(people):
    review = in_review(people)
    declared(people, people.reviewer, customer=customer("Another"))
    declared(people, people.reviewer, team=office("b").team)

    assert can_be_assigned(people.reviewer, review)


def test_a_reviewer_in_conflict_judges_no_more_and_may_step_back(people):
    review = in_review(people)
    seat = assigned(review, people.reviewer, people)
    declared(people, people.reviewer)

    assert not can_judge(people.reviewer, review)
    assert not can_sign_off(people.reviewer, review)
    assert can_recuse(people.reviewer, seat)


def test_a_lead_in_conflict_neither_decides_nor_countersigns(people):
    case = awaiting_decision(people, sensitive=True)
    assert can_decide(people.lead, case)
    declared(people, people.lead)

    assert parties_of(people.lead, case) == frozenset()
    assert "conflict" in can_decide(people.lead, case).reason
    assert "conflict" in can_countersign(people.lead, case).reason
    assert Party.LEAD in parties_of(people.lead2, case)


def test_who_is_in_conflict_is_not_counted_as_free(people):
    review = in_review(people)
    before = free_people(review.use_case)
    declared(people, people.reviewer)
    declared(people, people.lead)

    after = free_people(review.use_case)

    assert (before.reviewers - after.reviewers, before.leads - after.leads) == (1, 1)


# Who is suggested --------------------------------------------------------------------------------


def names(review):
    found = selectors.suggestions(review, candidates(review), on=TODAY)
    return [(one.person.name, one.can, one.best) for one in found]


def test_the_suggestion_rests_on_load_expertise_absence_and_conflict(people):
    third = user("third", Role.REVIEWER)
    review = in_review(people, {**LOW_RISK})
    blur = review.use_case.capabilities.get()
    reviewers.set_expertise(people.reviewer2, capabilities=[blur], by=people.lead, **WHEN)
    busy = in_review(people)
    assigned(busy, people.reviewer2, people)
    declared(people, third)

    assert names(review) == [
        ("Reviewer2", True, True),
        ("Reviewer", True, False),
        ("Third", False, False),
    ]
    reviewers.set_absence(people.reviewer2, by=people.lead, **days(0, 0), **WHEN)
    assert [name for name, _, best in names(review) if best] == ["Reviewer"]


def test_who_reviewed_an_earlier_round_is_suggested_first(people):
    review = in_review(people)
    assigned(review, people.reviewer2, people)
    signed(review, people.reviewer2)
    again = next_round(review.use_case, LOW_RISK, ReviewKind.REREVIEW)
    again.assignments.all().delete()  # who reviewed before is asked first; here nobody was

    assert names(again)[0] == ("Reviewer2", True, True)


def test_a_suggestion_takes_three_queries(people, django_assert_num_queries):
    review = in_review(people)
    assigned(in_review(people), people.reviewer2, people)
    found = candidates(review)

    with django_assert_num_queries(3):
        selectors.suggestions(review, found, on=TODAY)


def test_the_load_is_what_is_left_to_judge(people):
    review = in_review(people, sensitive=True)
    required = review.items.filter(is_required_now=True).count()
    for person in (people.reviewer, people.reviewer2):
        assigned(review, person, people)
    signed(review, people.reviewer)
    left = in_review(people)
    assigned(left, people.reviewer, people)

    loads = selectors.loads([people.reviewer.pk, people.reviewer2.pk])

    assert loads[people.reviewer2.pk] == selectors.Load(1, required)
    assert loads[people.reviewer.pk] == selectors.Load(
        1, left.items.filter(is_required_now=True).count()
    )
    ReviewAssignment.objects.filter(reviewer=people.reviewer2).update(recused_at=NOW)
    assert people.reviewer2.pk not in selectors.loads([people.reviewer2.pk])
