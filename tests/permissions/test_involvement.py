"""The facts that rulings on a use case rest on: each alone, none from another case, one query."""

import ast
from dataclasses import asdict
from pathlib import Path

import pytest

from reviews.domain.enums import CoAuthorRight, Party, ReviewKind, Role
from reviews.models import Appeal, Membership, Outsider, ReviewAssignment, UseCase, User
from reviews.permissions.deciding import can_decide, can_refer
from reviews.permissions.involvement import Involvement, involvement_of, involvements_of
from reviews.permissions.use_cases import parties_of
from reviews.services.deciding import countersign, record_decision
from reviews.services.referring import refer
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import (
    Office,
    awaiting_decision,
    co_author,
    decisions,
    office,
    open_review,
)

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}
PERMISSIONS = Path(__file__).parents[2] / "reviews" / "permissions"
SERVICES = Path(__file__).parents[2] / "reviews" / "services"


@pytest.fixture
def team(roles) -> Office:
    return office()


@pytest.fixture
def case(team) -> UseCase:
    return awaiting_decision(team, sensitive=True)


def facts(person: User, case: UseCase) -> dict[str, object]:
    """What is not as it would be for a stranger; the case's own fact left out."""
    nothing = Involvement(
        user_id=person.pk,
        use_case_id=case.pk,
        on_team=False,
        co_author=None,
        has_filed=False,
        reviews=frozenset(),
        recused_from=frozenset(),
        signed_off=frozenset(),
        has_decided=False,
        has_countersigned=False,
        appealed_against=False,
        named_as=None,
        was_on_panel=False,
        on_panel=False,
        decided_last_by=None,
        under_appeal=False,
        has_conflict=False,
    )
    stranger = asdict(nothing)
    found = asdict(involvement_of(person, case))
    return {
        name: value
        for name, value in found.items()
        if value != stranger[name] and name not in {"decided_last_by", "under_appeal"}
    }


def test_a_stranger_has_no_part(team, case):
    assert facts(user("stranger", *Role), case) == {}


def test_a_member_who_filed_keeps_having_filed_after_leaving_the_team(team, case):
    assert facts(team.requester, case) == {"on_team": True, "has_filed": True}

    Membership.objects.filter(user=team.requester).delete()

    assert facts(team.requester, case) == {"has_filed": True}


@pytest.mark.parametrize(
    ("right", "requester", "answers"),
    [
        (CoAuthorRight.VIEW, False, False),
        (CoAuthorRight.COMMENT, False, True),
        (CoAuthorRight.EDIT, True, True),
    ],
)
def test_a_co_author_has_the_right_that_was_given(team, case, right, requester, answers):
    person = co_author(case, user("writer"), right)

    part = involvement_of(person, case)

    assert facts(person, case) == {"co_author": right}
    assert part.on_requesters_side
    assert (part.is_requester, part.may_answer) == (requester, answers)


def test_a_reviewer_is_on_the_rounds_that_they_did_not_step_back_from(team, case):
    first = case.reviews.get()
    first.closed_at = NOW
    first.save()
    second = open_review(case, first.submission, kind=ReviewKind.DELTA, sensitive=True)
    ReviewAssignment.objects.create(
        review=second,
        reviewer=team.reviewer,
        assigned_by=team.lead,
        assigned_at=NOW,
        recused_at=NOW,
    )

    assert facts(team.reviewer, case) == {
        "reviews": frozenset({first.pk}),
        "signed_off": frozenset({first.pk}),
        "recused_from": frozenset({second.pk}),
    }


def test_the_lead_who_decided_and_the_one_who_signed(team, case):
    record_decision(case, scenarios=decisions(case), by=team.lead, **WHEN)
    countersign(case.decision_rounds.get(), agreed=True, by=team.lead2, **WHEN)

    assert facts(team.lead, case) == {"has_decided": True}
    assert facts(team.lead2, case) == {"has_countersigned": True}
    assert facts(team.lead3, case) == {}
    assert involvement_of(team.lead3, case).decided_last_by == str(team.lead)
    assert involvement_of(team.lead3, case).case_decided


def test_both_who_decided_are_appealed_against_until_the_appeal_is_settled(team, case):
    record_decision(case, scenarios=decisions(case), by=team.lead, **WHEN)
    decided = case.decision_rounds.get()
    countersign(decided, agreed=True, by=team.lead2, **WHEN)
    review = open_review(case, decided.submission, kind=ReviewKind.APPEAL, sensitive=True)
    Appeal.objects.create(
        use_case=case,
        against=decided,
        review=review,
        grounds="The pilot was misread.",
        filed_by=team.requester,
        filed_at=NOW,
    )
    everybody = [team.lead, team.lead2, team.lead3]

    assert involvement_of(user("stranger"), case).under_appeal
    during = [involvement_of(lead, case).appealed_against for lead in everybody]
    case.reviews.update(closed_at=NOW)
    after = [involvement_of(lead, case).appealed_against for lead in everybody]

    assert during == [True, True, False]
    assert after == [False, False, False]
    assert not involvement_of(team.lead, case).under_appeal


def test_somebody_brought_in_has_the_capacity_they_were_named_for(team, case):
    person = user("outside")
    Outsider.objects.create(
        use_case=case,
        user=person,
        party=Party.SECOND_LEAD,
        reason="Nobody is free.",
        named_by=team.lead,
        named_at=NOW,
    )

    assert facts(person, case) == {"named_as": Party.SECOND_LEAD}


def test_a_panel_member_was_asked_also_after_the_referral_closed(team, case):
    asked = user("asked", Role.PANEL)
    referral = refer(case, question="Is a pilot safe?", members=[asked], by=team.lead, **WHEN)

    assert facts(asked, case) == {"was_on_panel": True, "on_panel": True}
    type(referral).objects.update(closed_at=NOW, closed_by=team.lead)
    assert facts(asked, case) == {"was_on_panel": True}


def test_a_part_in_one_case_is_none_in_another(team, case):
    """Everybody who has any part in the first case is a stranger to the second."""
    record_decision(case, scenarios=decisions(case), by=team.lead, **WHEN)
    countersign(case.decision_rounds.get(), agreed=True, by=team.lead2, **WHEN)
    other_team = office("other_")
    other = awaiting_decision(other_team, sensitive=True)
    people = [team.requester, team.reviewer, team.lead, team.lead2]

    assert [facts(person, other) for person in people] == [{}, {}, {}, {}]
    assert not involvement_of(team.lead, other).case_decided


def test_a_list_reads_all_its_cases_in_one_query(team, case, django_assert_num_queries):
    cases = [case, *(awaiting_decision(team) for _ in range(2))]

    with django_assert_num_queries(1):
        parts = involvements_of(team.reviewer, [one.pk for one in cases])

    assert parts == {one.pk: involvement_of(team.reviewer, one) for one in cases}
    assert involvements_of(team.reviewer, []) == {}


def test_a_page_reads_once_and_a_ruling_alone_reads_anew(team, case, django_assert_num_queries):
    assert team.lead.has_perm("reviews.decide_usecase")  # reads the roles, once per person
    with django_assert_num_queries(1):
        part = involvement_of(team.lead, case)
        can_decide(team.lead, case, part=part)
        can_refer(team.lead, case, part=part)
        parties_of(team.lead, case, part=part)
    with django_assert_num_queries(2):
        can_decide(team.lead, case)
        can_refer(team.lead, case)


def test_what_was_read_of_somebody_else_is_refused(team, case):
    other = awaiting_decision(team)

    with pytest.raises(ValueError, match="is not about"):
        can_decide(team.lead, case, part=involvement_of(team.lead2, case))
    with pytest.raises(ValueError, match="is not about"):
        can_decide(team.lead, case, part=involvement_of(team.lead, other))


def test_no_service_hands_a_ruling_what_it_read_before():
    """Inside the lock every ruling reads anew; ``part`` is for pages, and for a function that has
    just read the parts in many cases itself, under their locks."""
    rulings = {
        node.name
        for path in PERMISSIONS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        and "part" in {argument.arg for argument in node.args.kwonlyargs}
    }
    handed = [
        f"{path.name}:{node.lineno}"
        for path in SERVICES.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef) and "involvements_of" not in _called_in(function)
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and any(word.arg == "part" for word in node.keywords)
        and ast.unparse(node.func).split(".")[-1] in rulings
    ]

    assert len(rulings) > 20
    assert handed == []


def _called_in(function):
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return {ast.unparse(call.func).split(".")[-1] for call in calls}
