"""An exception whose basis has ended shows as ended, as the gate sees it."""

from datetime import date

import pytest
from django.urls import reverse

from reviews.models import Decision, PolicyException, StaleDecision, Submission
from reviews.services.withdrawing import withdraw
from tests.builders import NOW
from tests.builders_access import WHEN, decided_case, granted_exception
from tests.builders_deciding import office

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(roles, catalogue):
    return office()


@pytest.fixture
def granted(people):
    made = granted_exception(people, decided_case(people))
    PolicyException.objects.update(until=date(2099, 1, 31))  # whatever day it is today
    made.refresh_from_db()
    return made


def stale(granted: PolicyException) -> None:
    StaleDecision.objects.create(
        decision=Decision.objects.get(),
        submission=Submission.objects.get(),
        since=NOW,
        changed=["scenario.name"],
    )


def taken_back(granted: PolicyException) -> None:
    withdraw(granted.use_case, by=granted.asked_by, **WHEN)


ENDS = [(stale, "no longer covers"), (taken_back, "was withdrawn")]


def listed(client, standing: str) -> list:
    address = reverse("reviews:access_exceptions")
    return [line.badge.label for line in client.get(address, standing).context["lines"]]


def test_one_whose_basis_holds_is_in_force(client, people, granted):
    client.force_login(people.lead)

    page = client.get(granted.get_absolute_url())

    assert page.context["standing"].label == "In force"
    assert listed(client, {"standing": "granted"}) == ["In force"]
    assert listed(client, {"standing": "ended"}) == []


@pytest.mark.parametrize(("end", "words"), ENDS)
def test_its_page_says_that_it_has_ended_and_why(client, people, granted, end, words):
    end(granted)
    client.force_login(people.lead)

    page = client.get(granted.get_absolute_url())

    assert page.context["standing"].label == "Ended"
    assert words in page.context["turn"]
    assert "It permits this scenario" not in page.text


@pytest.mark.parametrize("end", [end for end, _words in ENDS])
def test_the_list_and_its_filter_say_the_same(client, people, granted, end):
    end(granted)
    client.force_login(people.lead)

    assert listed(client, {}) == ["Ended"]
    assert listed(client, {"standing": "granted"}) == []
    assert listed(client, {"standing": "ended"}) == ["Ended"]
