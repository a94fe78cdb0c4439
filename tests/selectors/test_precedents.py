"""Decided cases like one: what is shown, why, to whom, and with how many queries."""

import pytest
from django.db import connection

from reviews.domain.enums import CoAuthorRight, Origin, Outcome, Role, State
from reviews.models import CaseText, UseCase
from reviews.selectors.precedents import answers_of, similar
from reviews.services import deciding, precedents, submitting
from tests import builders
from tests.builders_deciding import awaiting_decision, co_author, condition_draft, decisions, office
from tests.builders_intake import draft, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue", "roles")]

CAMERAS = "Cameras at the gate compare the face of visitors with the photo on their badge."
LETTERS = "Letters of pensioners are rewritten in plain language before they are sent."


def said(title, purpose, **system):
    scenario = {"name": "Visitors", "setting": "workplace"}
    return {"system": {"title": title, "purpose": purpose, **system}, "scenario:1": scenario}


@pytest.fixture
def people(roles):
    return office()


def decided(people, title, purpose, outcome=Outcome.APPROVED, conditions=(), **system):
    """A case of a team that the requester of ``people`` is not in, decided."""
    case = awaiting_decision(people)
    case.title = title
    case.save(update_fields=["title"])
    deciding.record_decision(
        case,
        scenarios=decisions(case, outcome, conditions=conditions),
        by=people.lead,
        at=builders.NOW,
        on=builders.TODAY,
    )
    precedents.remember([(case, said(title, purpose, **system))])
    case.refresh_from_db()
    return case


@pytest.fixture
def mine(people):
    """A draft of another team about faces at a gate, and somebody of that team."""
    author = builders.user("author", Role.REQUESTER)
    case = builders.use_case(builders.team("", author), by=author)
    return case, author


def asked():
    return said("Face check of visitors at the gate", CAMERAS, capabilities=["verify"])


def test_like_decided_cases_come_with_outcome_conditions_and_why(people, mine):
    case, _ = mine
    promise = condition_draft(people.requester, people.reviewer)
    like = decided(
        people,
        "Faces of contractors at the gate",
        "The face of contractors is compared with the photo on file by cameras at a gate.",
        Outcome.WITH_CONDITIONS,
        (promise,),
        capabilities=["verify"],
    )
    decided(people, "Plain letters", LETTERS)

    found = similar(case, asked(), people.reviewer)

    assert [one.use_case for one in found.shown] == [like]
    (one,) = found.shown
    assert [(row.name, row.outcome) for row in one.outcomes] == [
        ("Scenario 1", Outcome.WITH_CONDITIONS)
    ]
    assert one.outcomes[0].conditions == (promise.text,)
    assert one.why.capabilities == ("verify",)
    assert one.why.facts == ("setting:workplace",)
    assert {"face", "gate", "cameras", "photo"} <= set(one.why.words)
    assert found.hidden == 0


def test_rare_words_and_the_title_count_more(people, mine):
    case, _ = mine
    everywhere = "Visitors come to the gate, and somebody writes something down."
    for number in range(4):
        decided(people, f"Visitors, part {number}", everywhere)
    rare = decided(people, "Irises", "Irises of visitors are compared.")

    found = similar(case, said("Visitors with irises", "Irises of visitors"), people.reviewer)

    assert found.shown[0].use_case == rare


def test_who_may_not_see_a_like_case_only_learns_that_there_is_one(people, mine):
    case, author = mine
    hidden = decided(people, "Face check of staff at the gate", CAMERAS)

    found = similar(case, asked(), author)
    assert (found.shown, found.hidden) == ((), 1)

    co_author(hidden, author, CoAuthorRight.VIEW)
    found = similar(case, asked(), author)
    assert ([one.use_case for one in found.shown], found.hidden) == ([hidden], 0)


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.WITHDRAWN, State.UNDER_APPEAL])
def test_what_is_not_decided_is_no_precedent(state, people, mine):
    case, _ = mine
    other = decided(people, "Face check of staff at the gate", CAMERAS)
    UseCase.objects.filter(pk=other.pk).update(state=state)

    assert similar(case, asked(), people.reviewer).shown == ()


def test_a_case_is_no_precedent_of_itself_and_an_empty_form_asks_nothing(people):
    case = decided(people, "Face check of staff at the gate", CAMERAS)

    assert similar(case, asked(), people.reviewer).shown == ()
    assert similar(case, {}, people.reviewer).shown == ()


@pytest.mark.parametrize("rows", [1, 3])
def test_two_queries_however_many_precedents_there_are(
    rows, people, mine, django_assert_num_queries
):
    case, _ = mine
    for number in range(rows):
        decided(people, f"Face check number {number}", CAMERAS, capabilities=["verify"])
    people.reviewer.has_perm("reviews.review_usecase")

    with django_assert_num_queries(2):
        found = similar(case, asked(), people.reviewer)

    assert len(found.shown) == rows


def test_quotes_and_marks_in_a_text_do_no_harm(people, mine):
    case, _ = mine
    odd = "It's 100 % \\ 'done' & | ! :* (gate) {visitors} <face> O'Brien\\n"
    decided(people, odd, odd)

    assert len(similar(case, said(odd, odd), people.reviewer).shown) == 1


def test_statistics_of_the_table_say_the_same_as_counting(people, mine):
    case, _ = mine
    for number in range(3):
        decided(people, f"Face check number {number}", CAMERAS, capabilities=["verify"])
    counted = similar(case, asked(), people.reviewer)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reviews_casetext")

    known = similar(case, asked(), people.reviewer)

    assert [one.use_case for one in known.shown] == [one.use_case for one in counted.shown]


# What is kept of a case -------------------------------------------------------------------------


def writing():
    """Somebody who writes a case, and their team."""
    author = builders.user("author", Role.REQUESTER)
    return author, builders.team("", author)


def test_filing_describes_the_case_and_filing_again_does_so_anew(people):
    author, team = writing()
    case = draft(team, by=author)
    assert not CaseText.objects.filter(use_case=case).exists()

    submitting.submit(case, truth=True, by=author, at=builders.NOW, on=builders.TODAY)

    row = CaseText.objects.get(use_case=case)
    assert row.title == case.title
    assert row.words


def test_cases_that_nobody_described_are_caught_up_with(people):
    author, team = writing()
    filed = submitted(team, by=author)
    untouched = builders.use_case(team, by=author)
    before = CaseText.objects.values().get(use_case=filed)
    CaseText.objects.all().delete()

    assert precedents.catch_up() == 1
    assert CaseText.objects.values().get(use_case=filed) == before
    assert precedents.catch_up() == 0
    assert precedents.catch_up(anew=True) == 1
    assert not CaseText.objects.filter(use_case=untouched).exists()


def test_the_office_compares_what_was_filed_the_team_what_it_is_writing(people):
    author, team = writing()
    case = submitted(team, by=author)
    case.draft_pages.filter(page="system").update(answers={"title": "Something else"})

    assert answers_of(case, working=True)["system"] == {"title": "Something else"}
    assert answers_of(case, working=False)["system"] != {"title": "Something else"}


def test_an_imported_draft_is_compared_by_its_pages_and_another_draft_by_nothing(people):
    author, team = writing()
    case = draft(team, by=author)
    assert answers_of(case, working=False) == {}

    case.origin = Origin.IMPORTED
    assert "system" in answers_of(case, working=False)
