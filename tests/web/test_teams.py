"""The team pages."""

import pytest
from django.urls import reverse

from reviews.domain.enums import Role
from tests import builders


@pytest.fixture
def lead(roles):
    return builders.user("lead", Role.LEAD)


def test_a_lead_creates_a_team_and_adds_a_member(client, lead):
    builders.user("new_member")
    client.force_login(lead)

    created = client.post(reverse("reviews:teams"), {"name": "Vision"})
    added = client.post(created["Location"], {"person": "NEW_MEMBER"}, follow=True)

    assert "New Member joined the team." in added.text


def test_an_unknown_name_is_said_in_words_and_kept(client, lead):
    team = builders.team("Vision")
    client.force_login(lead)

    response = client.post(reverse("reviews:team", args=[team.uid]), {"person": "nobody"})

    assert "Nobody outside the team has this user name" in response.text
    assert 'value="nobody"' in response.text


def test_removing_a_member_says_how_to_undo_it(client, lead):
    member = builders.user("member")
    team = builders.team("Vision", member)
    client.force_login(lead)

    response = client.post(
        reverse("reviews:team_remove_member", args=[team.uid]),
        {"person": member.username},
        follow=True,
    )

    assert "Add the person again to undo this." in response.text


def test_a_team_of_others_is_not_there(client, roles):
    client.force_login(builders.user("stranger"))

    response = client.get(reverse("reviews:team", args=[builders.team("Vision").uid]))

    assert response.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_any_number_of_teams(
    client, lead, count, django_assert_max_num_queries
):
    for _ in range(count):
        builders.team()
    client.force_login(lead)

    with django_assert_max_num_queries(9):
        client.get(reverse("reviews:teams"))
