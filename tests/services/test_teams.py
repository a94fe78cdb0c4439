"""Teams: who may create one, and who may change who is in it."""

import pytest

from reviews.domain.enums import AuditKind, Role
from reviews.domain.errors import BadInput, NotPermitted, StateConflict
from reviews.models import AuditEvent, Membership, Team
from reviews.permissions.teams import can_view
from reviews.selectors.teams import visible_to
from reviews.services import teams
from tests import builders

WHEN = {"at": builders.NOW, "on": builders.TODAY}


@pytest.fixture
def lead(roles):
    return builders.user("lead", Role.LEAD)


def test_create_team_tidies_the_name_and_records_it(lead):
    team = teams.create_team("  Vision   tools ", by=lead, **WHEN)

    assert team.name == "Vision tools"
    assert AuditEvent.objects.filter(kind=AuditKind.TEAM_CREATED, subject_id=team.uid).exists()


def test_create_team_refuses_a_requester(roles):
    with pytest.raises(NotPermitted, match="Only leads and administrators"):
        teams.create_team("Vision", by=builders.user(), **WHEN)

    assert not Team.objects.exists()


@pytest.mark.parametrize("name", ["", "   "])
def test_create_team_refuses_an_empty_name(lead, name):
    with pytest.raises(BadInput, match="Give the team a name"):
        teams.create_team(name, by=lead, **WHEN)


def test_create_team_refuses_a_name_that_is_taken(lead):
    builders.team("Vision")

    with pytest.raises(BadInput, match="already"):
        teams.create_team("vision", by=lead, **WHEN)


def test_add_member_lets_a_member_bring_in_a_colleague(roles):
    member, colleague = builders.user(), builders.user()
    team = builders.team("Vision", member)

    teams.add_member(team, person=colleague, by=member, **WHEN)

    assert set(team.members.all()) == {member, colleague}


def test_add_member_refuses_a_stranger(roles):
    stranger, team = builders.user(), builders.team("Vision")

    with pytest.raises(NotPermitted):
        teams.add_member(team, person=stranger, by=stranger, **WHEN)

    assert not Membership.objects.exists()


def test_add_member_refuses_who_is_in_already(lead):
    member = builders.user()
    team = builders.team("Vision", member)

    with pytest.raises(StateConflict, match="already"):
        teams.add_member(team, person=member, by=lead, **WHEN)


def test_remove_member_takes_one_person_out(lead):
    member, other = builders.user(), builders.user()
    team = builders.team("Vision", member, other)

    teams.remove_member(team, person=member, by=lead, **WHEN)

    assert list(team.members.all()) == [other]


def test_remove_member_says_when_somebody_was_faster(lead):
    team = builders.team("Vision")

    with pytest.raises(StateConflict, match="not in Vision any more"):
        teams.remove_member(team, person=builders.user(), by=lead, **WHEN)


def test_visible_to_lists_exactly_what_can_view_allows(lead):
    member = builders.user("member")
    rows = [builders.team("Vision", member), builders.team("Voice")]
    people = [
        lead,
        member,
        builders.user("stranger"),
        builders.user("auditor", Role.AUDITOR),
        builders.user("admin", Role.ADMIN),
        builders.user("reviewer", Role.REVIEWER),
    ]

    for person in people:
        assert set(visible_to(person)) == {row for row in rows if can_view(person, row)}
