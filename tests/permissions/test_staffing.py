"""Whether the office has enough different people for a case, in words before the submit."""

import pytest

from reviews.domain.enums import CoAuthorRight, Role, State
from reviews.permissions.staffing import free_people
from reviews.selectors.deciding import panel_for
from reviews.services.deciding import countersign, record_decision
from tests.builders import NOW, TODAY, team, use_case, user
from tests.builders_deciding import awaiting_decision, co_author, decisions, office, recused

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}


def draft_of(*, members=()):
    requester = user("asks", Role.REQUESTER)
    return use_case(team("", requester, *members), by=requester)


@pytest.mark.parametrize(
    ("holders", "sensitive", "enough"),
    [
        ([[Role.REVIEWER], [Role.LEAD]], False, True),
        ([[Role.REVIEWER, Role.LEAD]], False, False),
        ([[Role.REVIEWER, Role.LEAD], [Role.LEAD]], False, True),
        ([[Role.LEAD]], False, False),
        ([[Role.REVIEWER]], False, False),
        ([], False, False),
        ([[Role.REVIEWER]] * 2 + [[Role.LEAD]] * 2, True, True),
        ([[Role.REVIEWER]] * 2 + [[Role.LEAD]], True, False),
        ([[Role.REVIEWER]] + [[Role.LEAD]] * 2, True, False),
        ([[Role.REVIEWER, Role.LEAD]] * 3, True, False),
        ([[Role.REVIEWER, Role.LEAD]] * 4, True, True),
        ([[Role.REVIEWER, Role.LEAD], [Role.REVIEWER], [Role.LEAD]], True, False),
        ([[Role.REVIEWER, Role.LEAD]] + [[Role.REVIEWER]] * 2 + [[Role.LEAD]], True, True),
    ],
)
def test_free_people_needs_different_people_for_every_part(roles, holders, sensitive, enough):
    for number, held in enumerate(holders):
        user(f"office{number}", *held)

    found = free_people(draft_of(), sensitive=sensitive)

    assert found.enough is enough
    assert ("named outsider" in " ".join(found.sentences)) is not enough


def test_free_people_leaves_the_team_and_its_co_authors_out(roles):
    member, writer = user("member", Role.LEAD), user("writer", Role.REVIEWER)
    case = draft_of(members=[member])
    co_author(case, writer, CoAuthorRight.VIEW)

    found = free_people(case)

    assert (found.reviewers, found.leads, found.enough) == (0, 0, False)
    assert "too few reviewers are free and no lead is free to decide" in found.sentences[1]


def test_free_people_leaves_out_who_filed_and_left_the_team_and_who_was_recused(roles):
    people = office()
    case = awaiting_decision(people)
    free = free_people(case)
    two_hats = user("two_hats", Role.LEAD, Role.REVIEWER)
    assert free_people(case).leads == free.leads + 1

    recused(case.reviews.get(), two_hats)
    assert free_people(case).leads == free.leads

    people.requester.groups.set(people.lead.groups.all())
    people.team.memberships.filter(user=people.requester).delete()
    assert free_people(case).leads == free.leads


def test_free_people_leaves_out_who_has_no_account_any_more(roles):
    gone = user("gone", Role.LEAD)
    gone.is_active = False
    gone.save()

    assert free_people(draft_of()).leads == 0


def test_free_people_counts_on_from_where_the_case_stands(roles):
    people = office()
    case = awaiting_decision(people, sensitive=True)
    assert free_people(case).enough

    proposal = record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)
    case.refresh_from_db()
    assert free_people(case).enough

    countersign(proposal, agreed=False, reason="No end.", by=people.lead2, **WHEN)
    case.refresh_from_db()
    for lead in (people.lead, people.lead3):
        lead.is_active = False
        lead.save()
    assert not free_people(case).enough  # the countersigner alone cannot decide


def test_free_people_of_a_round_with_one_of_two_reviewers(roles):
    people = office()
    case = awaiting_decision(people, sensitive=True, state=State.IN_REVIEW)
    case.reviews.get().assignments.filter(reviewer=people.reviewer2).delete()
    assert free_people(case).enough

    people.reviewer2.is_active = False
    people.reviewer2.save()

    found = free_people(case)
    assert not found.enough
    assert "too few reviewers are free" in found.sentences[1]


def test_panel_for_leaves_the_requesters_side_out(roles):
    case = draft_of()
    panel = [user("panel", Role.PANEL), user("panel2", Role.PANEL)]
    co_author(case, panel[1], CoAuthorRight.COMMENT)

    assert panel_for(case) == [panel[0]]
