"""What every list does alike: unknown parameters are refused, chips lead to clean addresses."""

import pytest
from django.urls import reverse

from reviews.domain.enums import Role
from tests.builders import team, user
from tests.builders_intake import RECOGNITION, SHORT, draft, merged
from tests.services.test_submitting import EMOTION

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client, roles, catalogue):
    person = user("lead", Role.LEAD)
    client.force_login(person)
    return person


@pytest.mark.parametrize("name", ["use_cases", "conditions", "teams", "reviews", "access"])
def test_a_list_refuses_a_parameter_that_it_does_not_know(client, lead, name):
    page = client.get(reverse(f"reviews:{name}"), {"colour": "blue"})

    assert page.status_code == 400
    assert "“colour”" in page.text
    assert f'href="{reverse(f"reviews:{name}")}"' in page.text


@pytest.mark.parametrize("query", [{}, {"q": "gate"}, {"q": "gate", "cursor": ""}])
def test_the_teams_take_their_own_parameters(client, lead, query):
    assert client.get(reverse("reviews:teams"), query).status_code == 200


def test_the_last_chip_leads_to_the_bare_list(client, lead):
    address = reverse("reviews:use_cases")

    (chip,) = client.get(address, {"origin": "filed"}).context["chips"]

    assert chip.remove_url == address


def test_a_chip_among_others_keeps_them(client, lead):
    address = reverse("reviews:use_cases")

    chips = client.get(address, {"origin": "filed", "mine": "yes"}).context["chips"]

    assert {chip.remove_url for chip in chips} == {f"{address}?mine=yes", f"{address}?origin=filed"}


def test_the_navigation_leads_to_the_conditions(client, roles):
    client.force_login(user("ana"))

    home = client.get(reverse("reviews:home"))

    assert reverse("reviews:conditions") in [place.url for place in home.context["navigation"]]


def test_the_form_writes_the_days_of_the_gate_as_the_language_does(client, lead):
    crew = team("Gate crew", lead)
    answers = merged(SHORT, RECOGNITION, EMOTION, {"deployment": {"existing": "yes"}})
    case = draft(crew, by=lead, answers=answers)

    shown = client.get(reverse("reviews:use_case_check", args=[case.reference])).context["gate"]

    (panel,) = shown.panels
    words = " ".join(reason.text for reason in (*panel.reasons, *panel.more))
    assert "30 June 2023" in words
    assert "2023-06-30" not in words
