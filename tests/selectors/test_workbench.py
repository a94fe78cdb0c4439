"""Whose turn it is: the lists agree with the rules, case by case."""

import pytest
from django.db.models import Q

from reviews.domain.enums import ReviewKind, Role, State
from reviews.domain.turns import Turn
from reviews.models import Membership, Referral, ReferralMember, Review, UseCase, User
from reviews.selectors import waiting, workbench
from reviews.selectors.awaited import wait_of, with_awaited
from reviews.selectors.workbench import Awaited
from reviews.services import questions
from reviews.services.appealing import appeal
from reviews.services.deciding import countersign, record_decision
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import decisions, office
from tests.builders_reviewing import WHEN, assigned, in_review, judge_all, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(roles, catalogue):
    return office()


def turns(person) -> list[tuple[str, str]]:
    """What waits for them, in the order of the list."""
    return [(row.turn.value, row.title) for row in waiting.page(person, on=TODAY).rows]


def one_of_each(people) -> None:
    """A case in every state in which somebody at the office has to act."""
    in_review(people, title="unassigned")
    half = in_review(people, title="half assigned", sensitive=True)
    assigned(half, people.reviewer, people)
    working = in_review(people, title="at work")
    assigned(working, people.reviewer, people)
    asked = in_review(people, title="asked")
    assigned(asked, people.reviewer, people)
    questions.ask(asked, text="Which data?", by=people.reviewer, **WHEN)
    done = in_review(people, title="signed")
    assigned(done, people.reviewer, people)
    signed(done, people.reviewer)
    sensitive = in_review(people, title="decided, not countersigned", sensitive=True)
    for reviewer in (people.reviewer, people.reviewer2):
        assigned(sensitive, reviewer, people)
        signed(sensitive, reviewer)
    record_decision(
        sensitive.use_case, scenarios=decisions(sensitive.use_case), by=people.lead, **WHEN
    )
    appealed = in_review(people, title="appealed", sensitive=True)
    for reviewer in (people.reviewer, people.reviewer2):
        assigned(appealed, reviewer, people)
        signed(appealed, reviewer)
    case = appealed.use_case
    made = record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)
    countersign(made, agreed=True, by=people.lead2, **WHEN)
    appeal(case, grounds="We see it otherwise.", by=people.requester, **WHEN)


def referred(people, title: str, *members, given: bool = False) -> UseCase:
    review = in_review(people, title=title)
    case = review.use_case
    UseCase.objects.filter(pk=case.pk).update(state=State.REFERRED)
    referral = Referral.objects.create(
        use_case=case,
        review=review,
        question="May they?",
        referred_by=people.lead,
        referred_at=NOW,
    )
    for member in members:
        ReferralMember.objects.create(
            referral=referral, user=member, given_at=NOW if given else None, advice="Yes."
        )
    return case


def test_a_reviewer_sees_what_waits_for_a_verdict(people):
    one_of_each(people)

    assert turns(people.reviewer) == [("review", "half assigned"), ("review", "at work")]
    assert turns(people.reviewer2) == []


def test_a_lead_sees_what_to_assign_decide_and_countersign(people):
    one_of_each(people)

    assert turns(people.lead) == [
        ("assign", "unassigned"),
        ("assign", "half assigned"),
        ("decide", "signed"),
    ]
    assert turns(people.lead2) == [
        ("assign", "unassigned"),
        ("assign", "half assigned"),
        ("countersign", "decided, not countersigned"),
        ("decide", "signed"),
    ]
    assert turns(people.lead3) == [
        ("assign", "unassigned"),
        ("assign", "half assigned"),
        ("countersign", "decided, not countersigned"),
        ("decide", "signed"),
        ("decide_appeal", "appealed"),
    ]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.REQUESTER, Role.PANEL])
def test_nothing_waits_for_those_who_only_read(people, role):
    one_of_each(people)

    assert turns(user("somebody", role)) == []


def test_nothing_of_ones_own_team_waits_for_a_lead(people):
    one_of_each(people)
    Membership.objects.create(team=people.team, user=people.lead3, since=NOW)

    assert turns(people.lead3) == [("answer", "asked")]  # as the team


def test_nothing_waits_for_a_lead_who_once_filed_the_case(people):
    done = in_review(people)
    assigned(done, people.reviewer, people)
    signed(done, people.reviewer)
    filer = people.requester
    filer.groups.set(people.lead.groups.all())
    Membership.objects.filter(user=filer).delete()

    assert turns(User.objects.get(pk=filer.pk)) == []
    assert turns(people.lead) == [("decide", done.use_case.title)]


def test_a_review_no_longer_waits_for_a_reviewer_who_joined_the_team(people):
    assigned(in_review(people), people.reviewer, people)
    Membership.objects.create(team=people.team, user=people.reviewer, since=NOW)

    assert turns(people.reviewer) == []


def test_the_panel_is_asked_and_then_a_lead(people):
    panel, other = user("panel", Role.PANEL), user("panel2", Role.PANEL)
    referred(people, "open question", panel, other)
    referred(people, "advised", panel, given=True)

    assert turns(panel) == [("advise", "open question")]
    assert turns(people.lead3) == [("close_referral", "advised")]


def test_waiting_says_since_when_and_how_far(people):
    review = in_review(people)
    assigned(review, people.reviewer, people)
    judge_all(review, people.reviewer)

    (row,) = waiting.page(people.reviewer, on=TODAY).rows

    assert (row.turn, row.since, row.done, row.required) == (Turn.REVIEW, NOW, 8, 8)


def test_lines_say_for_whom_each_case_waits(people):
    one_of_each(people)
    referred(people, "referred", user("panel", Role.PANEL))

    rows = workbench.lines(workbench.for_lines(workbench.open_rounds(people.lead)))

    expected = {
        "unassigned": (Awaited.ASSIGNMENT, ()),
        "half assigned": (Awaited.ASSIGNMENT, ()),
        "at work": (Awaited.REVIEWERS, ("Reviewer",)),
        "asked": (Awaited.TEAM, (people.team.name,)),
        "signed": (Awaited.LEAD, ()),
        "decided, not countersigned": (Awaited.SECOND_LEAD, ()),
        "appealed": (Awaited.LEAD_OF_APPEAL, ()),
        "referred": (Awaited.PANEL, ("Panel",)),
    }
    assert {row.use_case.title: (row.awaited, row.names) for row in rows} == expected
    assert {row.since for row in rows} == {NOW}
    cases = with_awaited(UseCase.objects.all(), people.lead)
    found = {case.title: wait_of(case, case.awaits) for case in cases}
    assert {title: (one.awaited, one.names) for title, one in found.items()} == expected
    assert {one.since for one in found.values()} == {NOW}
    assert {row.use_case.title: row.questions for row in rows}["asked"] == 1


def test_open_rounds_hold_visible_cases_only(people):
    one_of_each(people)

    assert not workbench.open_rounds(user("stranger")).exists()
    mine = workbench.open_rounds(people.requester)
    assert mine.count() == Review.objects.filter(closed_at=None).count()
    assert mine.filter(Q(kind=ReviewKind.APPEAL)).count() == 1


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.DRAFT])
def test_a_case_on_which_nobody_acts_is_not_in_review(people, state):
    review = in_review(people)
    UseCase.objects.filter(pk=review.use_case_id).update(state=state)

    assert not workbench.open_rounds(people.lead).exists()
    assert turns(people.lead) == []
