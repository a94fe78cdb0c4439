"""The start page: what waits for whom, computed from where things stand."""

import pytest
from django.urls import reverse

from reviews.domain.enums import Role, State
from tests import builders, builders_access, builders_deciding


@pytest.fixture
def people(roles, catalogue):
    return builders_deciding.office()


def _tasks(client, person):
    client.force_login(person)
    return client.get(reverse("reviews:home")).context["tasks"]


def test_a_new_person_is_told_that_nothing_waits(client, roles):
    client.force_login(builders.user("newcomer"))

    response = client.get(reverse("reviews:home"))

    assert "Nothing waits for you" in response.text


def test_a_lead_sees_the_application_that_waits_and_its_team_does_not(client, people):
    application = builders_access.filed(people.team, people.requester)

    found = _tasks(client, people.lead)

    assert [task.url for task in found] == [application.get_absolute_url()]
    assert not _tasks(client, application.filed_by)


def test_a_lead_on_the_applicants_team_is_not_asked(client, people):
    application = builders_access.filed(people.team, people.requester)
    lead = builders.user("colleague", Role.LEAD)
    application.team.memberships.create(user=lead, since=builders.NOW)

    assert not _tasks(client, lead)


def test_the_team_is_asked_for_answers(client, people):
    member = builders.user("member")
    case = builders.use_case(
        builders.team("Vision", member), by=member, state=State.NEEDS_INFORMATION
    )

    (task,) = _tasks(client, member)

    assert (task.verb, task.name) == ("Answer", case.title)


def test_an_exception_waits_for_a_lead_until_one_granted_it(client, people):
    case = builders_access.decided_case(people)
    exception = builders_access.asked_exception(people, case)

    assert exception.get_absolute_url() in [task.url for task in _tasks(client, people.lead)]
    assert not _tasks(client, people.reviewer)


@pytest.mark.parametrize("count", [1, 3])
def test_start_page_costs_the_same_for_any_number_of_cases(
    client, people, count, django_assert_max_num_queries
):
    member = builders.user("member")
    team = builders.team("Vision", member)
    for _ in range(count):
        builders.use_case(team, by=member, state=State.NEEDS_INFORMATION)
    client.force_login(member)

    with django_assert_max_num_queries(12):
        client.get(reverse("reviews:home"))
