"""Until both have signed off, neither reviewer of a sensitive round reads the other's name."""

import pytest
from django.db import connection
from django.http import QueryDict

from reviews.domain.exporting import Format
from reviews.models import UseCase
from reviews.selectors import use_cases, workbench
from reviews.selectors.exporting import plans
from reviews.selectors.exporting.resources import Reader
from reviews.services import questions
from tests.builders import NOW, TODAY
from tests.builders_api import Machine
from tests.builders_deciding import office
from tests.builders_reviewing import WHEN, assigned, in_review, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]


@pytest.fixture
def people():
    return office()


@pytest.fixture
def blind(people):
    found = in_review(people, sensitive=True)
    assigned(found, people.reviewer, people)
    assigned(found, people.reviewer2, people)
    return found


def in_export(person):
    plan = plans.plan(
        plans.RESOURCES["reviews"], Format.CSV, given=QueryDict(), reader=Reader(person, NOW, TODAY)
    )
    with connection.cursor() as cursor:
        cursor.execute(plan.sql)
        return str(cursor.fetchall())


def in_list(person):
    rows = workbench.for_lines(workbench.open_rounds(person))
    return str([line.names for line in workbench.lines(rows, reader=person)])


def on_the_case(person):
    case = use_cases.for_page(UseCase.objects.all()).get()
    return str(use_cases.team_of(case, reader=person, office=True).names)


@pytest.mark.parametrize("place", [in_export, in_list, on_the_case])
def test_each_reads_the_own_name_alone(people, blind, place):
    assert "Reviewer2" not in place(people.reviewer)
    assert "Reviewer" in place(people.reviewer)
    assert "Reviewer2" in place(people.lead)
    signed(blind, people.reviewer)

    assert "Reviewer2" not in place(people.reviewer)


def test_who_has_signed_reads_of_the_other_reviewer_and_no_name(client, people, blind):
    signed(blind, people.reviewer)
    client.force_login(people.reviewer)

    assert "the other reviewer, to review" in client.get("/reviews/?view=all").text


def test_both_signed_and_the_export_names_both(people, blind):
    signed(blind, people.reviewer)
    signed(blind, people.reviewer2)

    assert "Reviewer2" in in_export(people.reviewer)


def test_the_api_keeps_the_others_open_question_as_the_page_does(people, blind):
    asked = questions.ask(blind, text="Who trained it?", by=people.reviewer2, **WHEN)
    address = f"use-cases/{blind.use_case.reference}/questions/"

    def texts(person):
        return [row["text"] for row in Machine(person).get(address).json()["results"]]

    assert texts(people.reviewer) == []
    assert texts(people.lead) == texts(people.requester) == ["Who trained it?"]
    questions.answer(asked, text="We did.", by=people.requester, **WHEN)
    assert texts(people.reviewer) == ["Who trained it?"]


def test_the_team_reads_no_reviewers_name_beside_a_question(client, people, blind):
    questions.ask(blind, text="Who trained it?", by=people.reviewer2, **WHEN)
    client.force_login(people.requester)

    page = client.get(f"/use-cases/{blind.use_case.reference}/questions/").text

    assert "Asked by a reviewer" in page
    assert "Reviewer2" not in page
