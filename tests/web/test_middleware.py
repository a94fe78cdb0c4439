"""What a rule's refusal becomes."""

import pytest
from django.urls import reverse

from reviews.domain.enums import State
from tests.builders_deciding import awaiting_decision, office


@pytest.mark.django_db
def test_a_refusal_that_comes_too_late_gives_back_what_was_typed(client, roles):
    people = office()
    case = awaiting_decision(people, state=State.APPROVED)
    client.force_login(people.lead)

    page = client.post(
        reverse("reviews:return_to_review", args=[case.reference]),
        {"reason": "Look at the dark evenings again.", "password": "hush hush"},
    )

    assert page.status_code == 409
    assert "Look at the dark evenings again." in page.text
    assert "hush hush" not in page.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("came_from", "offered"),
    [("http://testserver/use-cases/", True), ("https://elsewhere.test/use-cases/", False)],
)
def test_a_refusal_leads_back_to_the_page_it_came_from(client, roles, came_from, offered):
    people = office()
    case = awaiting_decision(people, state=State.APPROVED)
    client.force_login(people.lead)

    page = client.post(
        reverse("reviews:return_to_review", args=[case.reference]),
        {"reason": "Again."},
        headers={"referer": came_from},
    )

    assert (f'href="{came_from}"' in page.text) is offered
