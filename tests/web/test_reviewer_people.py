"""The page of reviewers, and that of one."""

import pytest

from reviews.models import Absence, ConflictOfInterest
from tests.builders import NOW, TODAY
from tests.builders_deciding import office
from tests.builders_reviewing import assigned, in_review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business_day(monkeypatch, settings):
    settings.DEMO = False
    monkeypatch.setattr("reviews.web.middleware.timezone.now", lambda: NOW)


@pytest.fixture
def people(catalogue, roles):
    return office()


def address(person):
    return f"/reviews/people/{person.uid}/"


def test_a_reviewer_sets_absence_expertise_and_conflict_and_takes_them_back(client, people):
    client.force_login(people.reviewer)
    here = address(people.reviewer)
    for data in (
        {"act": "absence", "first_on": "2023-07-01", "last_on": "2023-07-14"},
        {"act": "expertise", "capabilities": ["emotion"]},
        {"act": "conflict", "team": people.team.name, "reason": "My sister works there."},
    ):
        assert client.post(here, data).status_code == 302, data

    page = client.get(here).content.decode()
    assert "1 July 2023" in page and "My sister works there." in page
    listed = client.get("/reviews/people/").content.decode()
    assert "Away from 1 July 2023" in listed and people.team.name in listed

    absence, conflict = Absence.objects.get(), ConflictOfInterest.objects.get()
    client.post(f"{here}absences/{absence.uid}/end/")
    client.post(f"{here}conflicts/{conflict.uid}/end/")
    absence.refresh_from_db()
    conflict.refresh_from_db()
    assert absence.ended_at and conflict.ended_at


def test_a_lead_keeps_it_for_others_and_another_reviewer_does_not(client, people):
    data = {"act": "absence", "first_on": "2023-07-01", "last_on": "2023-07-14"}
    client.force_login(people.reviewer2)
    assert client.post(address(people.reviewer), data).status_code == 403
    client.force_login(people.lead)
    assert client.post(address(people.reviewer), data).status_code == 302


def test_the_reason_of_a_conflict_is_not_for_other_reviewers(client, people):
    ConflictOfInterest.objects.create(
        user=people.reviewer,
        team=people.team,
        reason="My sister works there.",
        declared_by=people.lead,
        declared_at=NOW,
    )
    for reader, seen in ((people.reviewer2, False), (people.lead, True), (people.reviewer, True)):
        client.force_login(reader)
        page = client.get(address(people.reviewer)).content.decode()
        assert people.team.name in page
        assert ("sister" in page) is seen


@pytest.mark.parametrize(
    "data",
    [
        {"act": "absence", "first_on": "2023-07-09", "last_on": "2023-07-01"},
        {"act": "conflict", "team": "No such team", "reason": "Kept words"},
        {"act": "conflict", "reason": "Kept words"},
    ],
)
def test_what_was_typed_stays_with_its_error(client, people, data):
    client.force_login(people.reviewer)

    page = client.post(address(people.reviewer), data)

    assert page.status_code == 200
    assert page.context["failed"].errors
    assert (data.get("reason") or data["first_on"]) in page.content.decode()


def test_only_the_office_has_a_page(client, people):
    client.force_login(people.lead)

    assert client.get(address(people.requester)).status_code == 404
    assert client.post(address(people.lead), {"act": "other"}).status_code == 404


def test_the_assign_page_suggests_with_reasons_in_words(client, people):
    review = in_review(people)
    assigned(in_review(people), people.reviewer, people)
    Absence.objects.create(
        user=people.reviewer2, first_on=TODAY, last_on=TODAY, set_by=people.lead, set_at=NOW
    )
    client.force_login(people.lead)

    found = client.get(f"/reviews/{review.uid}/assign/").context["suggested"]

    assert [(one.name, one.best) for one in found] == [("Reviewer", True), ("Reviewer2", False)]
    assert found[0].why.startswith("1 open review, ")
    assert found[1].why == "no open review; away, back on 2 June 2023"
