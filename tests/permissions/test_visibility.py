"""What the list shows and what the rule allows are the same, for every kind of person."""

import pytest

from reviews.domain.enums import CoAuthorRight, Origin, Party, Role, State
from reviews.models import CoAuthor, Outsider, UseCase
from reviews.permissions.use_cases import can_view
from tests import builders


@pytest.fixture
def people(roles):
    member = builders.user("member")
    return {
        "member": member,
        "stranger": builders.user("stranger", Role.REQUESTER),
        "co_author": builders.user("co_author"),
        "outsider": builders.user("outsider"),
        "reviewer": builders.user("reviewer", Role.REVIEWER),
        "lead": builders.user("lead", Role.LEAD),
        "panel": builders.user("panel", Role.PANEL),
        "sunset_owner": builders.user("sunset_owner", Role.SUNSET_OWNER),
        "auditor": builders.user("auditor", Role.AUDITOR),
        "admin": builders.user("admin", Role.ADMIN),
        "everything": builders.user("everything", *Role),
    }


@pytest.fixture
def cases(people):
    team = builders.team("Vision", people["member"])
    rows = [
        builders.use_case(team, by=people["member"], state=state, origin=origin)
        for state in State
        for origin in Origin
    ]
    CoAuthor.objects.create(
        use_case=rows[0],
        user=people["co_author"],
        right=CoAuthorRight.VIEW,
        added_by=people["member"],
        added_at=builders.NOW,
    )
    for row in rows[1:]:
        Outsider.objects.create(
            use_case=row,
            user=people["outsider"],
            party=Party.REVIEWER,
            reason="Nobody else is free.",
            named_by=people["lead"],
            named_at=builders.NOW,
        )
    return rows


@pytest.mark.parametrize(
    "name",
    [
        "member",
        "stranger",
        "co_author",
        "outsider",
        "reviewer",
        "lead",
        "panel",
        "sunset_owner",
        "auditor",
        "admin",
        "everything",
    ],
)
def test_visible_to_lists_exactly_what_can_view_allows(people, cases, name):
    person = people[name]

    listed = set(UseCase.objects.visible_to(person))
    allowed = {case for case in cases if can_view(person, case)}

    assert listed == allowed


def test_a_reviewer_does_not_see_a_draft_that_a_team_is_writing(people, cases):
    drafts = UseCase.objects.filter(state=State.DRAFT, origin=Origin.FILED)

    assert not drafts.visible_to(people["reviewer"]).exists()


def test_a_stranger_sees_nothing(people, cases):
    assert not UseCase.objects.visible_to(people["stranger"]).exists()
