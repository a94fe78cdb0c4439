"""The evaluations of a case, and the page on which one is recorded."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reviews.domain.enums import State
from reviews.models import Evaluation, Requirement
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import awaiting_decision, office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]


@pytest.fixture
def people():
    return office()


@pytest.fixture
def waiting(people):
    return Evaluation.objects.create(
        use_case=awaiting_decision(people, state=State.APPROVED),
        requirement=Requirement.objects.current().get(code="A3.4"),
        interval_days=365,
        due_on=TODAY - timedelta(days=400),
        opened_at=NOW,
    )


def test_the_team_records_what_an_evaluation_showed(client, people, waiting):
    client.force_login(people.requester)
    case = waiting.use_case
    assert (
        reverse("reviews:evaluations", args=[case.reference])
        in client.get(case.get_absolute_url()).text
    )
    listed = client.get(reverse("reviews:evaluations", args=[case.reference]))
    assert waiting.get_absolute_url() in listed.text
    assert "Overdue" in listed.text

    done = client.post(waiting.get_absolute_url(), {"note": "Error rates as before."}, follow=True)

    assert "The evaluation is recorded. The next one is due on" in done.text
    waiting.refresh_from_db()
    assert (waiting.note, waiting.done_by) == ("Error rates as before.", people.requester)
    assert case.evaluations.filter(done_at__isnull=True).count() == 1
    assert "Error rates as before." in client.get(waiting.get_absolute_url()).text


def test_nothing_is_recorded_without_words(client, people, waiting):
    client.force_login(people.requester)
    page = client.post(waiting.get_absolute_url(), {"note": " "})
    assert page.status_code == 200
    assert "This field is required." in page.text
    assert Evaluation.objects.get().done_at is None


def test_others_read_it_and_strangers_do_not(client, people, waiting):
    client.force_login(people.lead)
    page = client.get(waiting.get_absolute_url())
    assert "Only the team and co-authors" in page.text
    refused = client.post(waiting.get_absolute_url(), {"note": "Typed in vain."})
    assert refused.status_code == 403
    assert "Typed in vain." in refused.text

    client.force_login(user("stranger"))
    assert client.get(waiting.get_absolute_url()).status_code == 404
    address = reverse("reviews:evaluations", args=[waiting.use_case.reference])
    assert client.get(address).status_code == 404
