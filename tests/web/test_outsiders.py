"""The page on which somebody from outside is brought in, and the ways to it."""

import pytest
from django.urls import reverse

from reviews.domain.enums import Role, State
from reviews.models import Outsider
from tests.builders import user
from tests.builders_deciding import awaiting_decision, office
from tests.builders_intake import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(roles):
    return office()


@pytest.fixture
def case(people):
    """Reviewed, and every lead has left."""
    found = awaiting_decision(people)
    for lead in (people.lead, people.lead2, people.lead3):
        lead.is_active = False
        lead.save()
    return found


@pytest.fixture
def admin(people):
    return user("admin", Role.ADMIN)


def page_of(case) -> str:
    return reverse("reviews:use_case_outsiders", args=[case.reference])


def typed(who, **more) -> dict[str, str]:
    return {"person": who.username, "party": "lead", "reason": "Knows the field.", **more}


def test_the_case_says_who_is_missing_and_leads_there(client, case, admin):
    client.force_login(admin)

    shown = client.get(case.get_absolute_url()).text

    assert "no lead is free to decide" in shown
    assert page_of(case) in shown


def test_naming_somebody_opens_the_case_to_them(client, case, admin):
    guest = user("guest", Role.REQUESTER)
    client.force_login(guest)
    assert client.get(case.get_absolute_url()).status_code == 404

    client.force_login(admin)
    done = client.post(page_of(case), typed(guest), follow=True)
    assert "Guest may act on this use case now." in done.text
    assert "Knows the field." in done.text

    client.force_login(guest)
    assert "Decide" in client.get(case.get_absolute_url()).text
    assert case.title in client.get(reverse("reviews:home")).text
    assert client.get(reverse("reviews:decision", args=[case.reference])).context["form"]


def test_the_case_shows_who_was_brought_in_to_the_office_alone(client, people, case, admin):
    client.force_login(admin)
    client.post(page_of(case), typed(user("guest")))

    assert "Guest was brought in" in client.get(case.get_absolute_url()).text
    client.force_login(people.requester)
    shown = client.get(case.get_absolute_url()).text
    assert "Guest" not in shown
    assert "brought in somebody from outside" in shown  # the timeline


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"person": "nobody"}, "Nobody has this user name"),
        ({"reason": ""}, "This field is required"),
        ({"party": ""}, "Choose what this person is needed for"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_kept(client, case, admin, more, words):
    client.force_login(admin)

    page = client.post(page_of(case), typed(user("guest"), **more))

    assert words in page.text
    assert not Outsider.objects.exists()
    assert ("Knows the field." in page.text) is ("reason" not in more)


def test_the_page_is_for_those_who_may_name(client, people, case):
    client.force_login(people.requester)
    assert client.get(page_of(case)).status_code == 403
    client.force_login(user("stranger"))
    assert client.get(page_of(case)).status_code == 404


def test_with_enough_people_there_is_no_form(client, people):
    case = awaiting_decision(people)
    client.force_login(people.lead)

    page = client.get(page_of(case))

    assert page.context["form"] is None
    assert "enough free people" in page.text
    assert "reviewers 1, leads 3" in page.text
    assert page_of(case) not in client.get(case.get_absolute_url()).text


def test_the_assign_page_leads_there(client, people):
    case = awaiting_decision(people, state=State.IN_REVIEW)
    review = case.reviews.get()
    review.assignments.all().delete()
    client.force_login(people.lead)

    assert page_of(case) in client.get(reverse("reviews:review_assign", args=[review.uid])).text


def test_the_submit_page_says_who_is_missing(client, roles, catalogue):
    people = office("x_")
    case = draft(people.team, by=people.requester)
    client.force_login(people.requester)
    submit = reverse("reviews:use_case_submit", args=[case.reference])
    assert "As it stands" not in client.get(submit).text

    for person in (people.reviewer, people.reviewer2):
        person.is_active = False
        person.save()

    shown = client.get(submit).text
    assert "too few reviewers are free" in shown
    assert "named outsider" in shown


def test_the_home_of_an_outsider_lists_what_waits(client, people, case, admin):
    case.state = State.AWAITING_DECISION
    guest = user("guest")
    client.force_login(admin)
    client.post(page_of(case), typed(guest))
    client.force_login(guest)

    assert client.get(reverse("reviews:reviews")).status_code == 200
