"""Conditions: whose turn it is, proof, confirmation, and who may see what."""

import pytest
from django.urls import reverse

from reviews.domain.enums import ConditionState, Outcome, Role
from reviews.models import Condition, Evidence
from reviews.services.conditions import give_proof, reopen
from reviews.services.deciding import record_decision
from reviews.services.withdrawing import withdraw
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import awaiting_decision, condition_draft, decisions, office

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}


@pytest.fixture
def people(roles):
    return office()


def decided_with(people, *drafts) -> list[Condition]:
    case = awaiting_decision(people)
    record_decision(case, scenarios=decisions(case, Outcome.PILOT, drafts), by=people.lead, **WHEN)
    return list(Condition.objects.filter(decision__decision_round__use_case=case).order_by("pk"))


@pytest.fixture
def condition(people):
    return decided_with(people, condition_draft(people.requester, people.reviewer))[0]


def page_of(condition) -> str:
    return reverse("reviews:condition", args=[condition.uid])


def test_owner_proves_verifier_confirms(client, people, condition):
    client.force_login(people.requester)
    client.post(page_of(condition), {"proof": "The rota is in place.", "prove": "1"})

    client.force_login(people.reviewer)
    page = client.get(page_of(condition))
    assert "The rota is in place." in page.text
    client.post(page_of(condition), {"note": "Complete.", "confirm": "1"})

    condition.refresh_from_db()
    assert (condition.state, condition.verifier_note) == (ConditionState.MET, "Complete.")


def test_proof_may_name_a_file_of_the_case(client, people, condition):
    file = Evidence.objects.create(
        use_case=condition.decision.decision_round.use_case,
        name="rota.pdf",
        media_type="application/pdf",
        size=1,
        digest="0" * 64,
        file="rota",
        added_by=people.requester,
        added_at=NOW,
    )
    client.force_login(people.requester)

    client.post(page_of(condition), {"proof": "See file.", "evidence": str(file.uid), "prove": "1"})

    condition.refresh_from_db()
    assert condition.proof_evidence == file


def test_reopening_needs_a_note_and_shows_it_to_the_owner(client, people, condition):
    give_proof(condition, proof="Rota.", by=people.requester, **WHEN)
    client.force_login(people.reviewer)
    assert "Say what is missing" in client.post(page_of(condition), {"reopen": "1"}).text

    client.post(page_of(condition), {"note": "Week three is missing.", "reopen": "1"})

    client.force_login(people.requester)
    page = client.get(page_of(condition))
    assert "Week three is missing." in page.text
    assert page.context["proof"]["proof"].value() == "Rota."


def test_a_note_that_comes_too_late_is_given_back(client, people, condition):
    give_proof(condition, proof="Rota.", by=people.requester, **WHEN)
    reopen(condition, note="Too short.", by=people.lead, **WHEN)
    client.force_login(people.reviewer)

    page = client.post(page_of(condition), {"note": "It holds, I was there.", "confirm": "1"})

    assert page.status_code == 409
    assert "It holds, I was there." in page.text
    condition.refresh_from_db()
    assert condition.state == ConditionState.OPEN


def test_a_proof_that_comes_too_late_is_given_back(client, people, condition):
    withdraw(condition.decision.decision_round.use_case, by=people.requester, **WHEN)
    client.force_login(people.requester)

    page = client.post(page_of(condition), {"proof": "Four weeks of rota.", "prove": "1"})

    assert page.status_code == 409
    assert "not in force" in page.text
    assert "Four weeks of rota." in page.text


def test_the_owner_cannot_confirm_and_the_verifier_cannot_prove(client, people, condition):
    client.force_login(people.reviewer)
    client.post(page_of(condition), {"proof": "Mine.", "prove": "1"})
    give_proof(condition, proof="Rota.", by=people.requester, **WHEN)
    client.force_login(people.requester)
    client.post(page_of(condition), {"note": "", "confirm": "1"})

    condition.refresh_from_db()
    assert (condition.state, condition.proof) == (ConditionState.PROOF_GIVEN, "Rota.")


def test_a_named_person_reaches_the_condition_without_seeing_the_case(client, people):
    outsider = user("outsider", Role.REQUESTER)
    (condition,) = decided_with(people, condition_draft(outsider, people.reviewer))
    client.force_login(outsider)

    page = client.get(page_of(condition))

    assert page.status_code == 200
    assert "Give proof" in page.text
    case = condition.decision.decision_round.use_case
    assert reverse("reviews:decision", args=[case.reference]) not in page.text
    assert client.get(case.get_absolute_url()).status_code == 404


def test_a_stranger_does_not(client, people, condition):
    client.force_login(user("stranger", Role.REQUESTER))

    assert client.get(page_of(condition)).status_code == 404


def test_a_proposed_condition_is_hidden_from_the_team(client, people):
    case = awaiting_decision(people, sensitive=True)
    draft = condition_draft(people.requester, people.reviewer)
    record_decision(
        case, scenarios=decisions(case, Outcome.PILOT, (draft,)), by=people.lead, **WHEN
    )
    client.force_login(people.requester)

    assert client.get(page_of(Condition.objects.get())).status_code == 404


def test_the_list_says_whose_turn_it_is(client, people):
    first, second = decided_with(
        people,
        condition_draft(people.requester, people.reviewer, text="Keep the rota."),
        condition_draft(people.requester, people.reviewer, text="Train the staff."),
    )
    give_proof(second, proof="Trained.", by=people.requester, **WHEN)
    address = reverse("reviews:conditions")

    client.force_login(people.requester)
    mine = client.get(address).context
    client.force_login(people.reviewer)
    theirs = client.get(address).context

    assert [line.row for line in mine["to_prove"]] == [first]
    assert [line.row for line in mine["with_others"]] == [second]
    assert [line.row for line in theirs["to_verify"]] == [second]
    assert [line.row for line in theirs["with_others"]] == [first]


def test_overdue_is_shown_where_the_day_has_passed(client, people, condition):
    Condition.objects.update(due_on="2001-01-01")
    for person in (people.requester, people.lead2):
        client.force_login(person)
        page = client.get(reverse("reviews:conditions"))
        assert [line.row for line in page.context["overdue"]] == [condition]
        assert "Overdue" in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(
    client, people, count, django_assert_max_num_queries
):
    decided_with(
        people, *[condition_draft(people.requester, people.reviewer) for _ in range(count)]
    )
    client.force_login(people.requester)
    client.get(reverse("reviews:conditions"))

    with django_assert_max_num_queries(14):
        page = client.get(reverse("reviews:conditions"))

    assert len(page.context["to_prove"]) == count
