"""The list of use cases and the page of one."""

import pytest
from django.urls import reverse

from reviews.domain.enums import Role, State
from reviews.services.drafting import create_use_case
from tests import builders

WHEN = {"at": builders.NOW, "on": builders.TODAY}


@pytest.fixture
def lead(roles, catalogue):
    return builders.user("lead", Role.LEAD)


@pytest.fixture
def team(lead):
    return builders.team("Vision", builders.user("member"))


def _cases(team, count):
    member = team.members.get()
    return [create_use_case(team, title=f"Case {n}", by=member, **WHEN) for n in range(count)]


def test_list_shows_only_what_the_person_may_see(client, team):
    _cases(team, 1)
    client.force_login(builders.user("stranger"))

    response = client.get(reverse("reviews:use_cases"))

    assert "Case 0" not in response.text
    assert "No use cases yet" in response.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=case+1", {"Case 1"}),
        ("q=nothing", set()),
        ("state=withdrawn", {"Case 2"}),
        ("state=draft&state=withdrawn", {"Case 0", "Case 1", "Case 2"}),
        ("mine=yes", set()),
    ],
)
def test_list_filters(client, lead, team, query, shown):
    cases = _cases(team, 3)
    type(cases[2]).objects.filter(pk=cases[2].pk).update(state=State.WITHDRAWN)
    client.force_login(lead)

    response = client.get(reverse("reviews:use_cases") + "?" + query)

    assert {row.title for row, _ in response.context["lines"]} == shown


def test_list_refuses_a_filter_it_does_not_know(client, lead):
    client.force_login(lead)

    response = client.get(reverse("reviews:use_cases") + "?capabilty=emotion")

    assert response.status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_any_number_of_rows(
    client, lead, team, count, django_assert_num_queries
):
    _cases(team, count)
    client.force_login(lead)

    # session, person, rows, capabilities, everything that the filter offers
    with django_assert_num_queries(5):
        client.get(reverse("reviews:use_cases"))


def test_page_of_a_draft_says_whose_turn_it_is(client, team):
    (case,) = _cases(team, 1)
    client.force_login(team.members.get())

    response = client.get(case.get_absolute_url())

    assert "Nothing has been filed yet." in response.text
    assert reverse("reviews:use_case_edit", args=[case.reference]) in response.text


def test_page_of_a_case_one_may_not_see_is_not_there(client, team):
    (case,) = _cases(team, 1)
    client.force_login(builders.user("stranger"))

    assert client.get(case.get_absolute_url()).status_code == 404


def test_timeline_tells_who_began_the_case(client, lead, team):
    (case,) = _cases(team, 1)
    client.force_login(lead)

    response = client.get(case.get_absolute_url())

    assert [entry.what for entry in response.context["entries"]] == ["The use case was begun"]
    assert "Member" in response.text


def test_compare_needs_two_submissions(client, lead, team):
    (case,) = _cases(team, 1)
    client.force_login(lead)

    response = client.get(reverse("reviews:use_case_compare", args=[case.reference]))

    assert response.status_code == 404
