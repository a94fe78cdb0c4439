"""A withdrawn case: its appeal is closed with it, and no condition is due any more."""

import pytest
from django.urls import reverse

from reviews.domain.enums import ConditionState, Outcome
from reviews.models import Appeal, AuditEvent, Condition
from reviews.selectors import conditions as selectors
from reviews.services.appealing import appeal
from reviews.services.deciding import record_decision
from reviews.services.withdrawing import reopen, withdraw
from tests.builders import NOW, TODAY
from tests.builders_deciding import awaiting_decision, condition_draft, decisions, office

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}


@pytest.fixture
def people(roles):
    return office()


@pytest.fixture
def case(people):
    """Approved with a condition that is long overdue."""
    found = awaiting_decision(people)
    promise = condition_draft(people.requester, people.reviewer, text="Keep the rota.")
    record_decision(
        found, scenarios=decisions(found, Outcome.PILOT, (promise,)), by=people.lead, **WHEN
    )
    found.refresh_from_db()
    return found


@pytest.fixture
def appealed(people, case):
    appeal(case, grounds="The pilot was misread.", by=people.requester, **WHEN)
    case.refresh_from_db()
    return case


def test_withdrawing_closes_the_open_appeal(people, appealed):
    withdraw(appealed, by=people.requester, **WHEN)

    row = Appeal.objects.get()
    assert (row.withdrawn_at, row.decided_in) == (NOW, None)
    assert AuditEvent.objects.latest("seq").data["appeals_withdrawn"] == 1


def test_an_appeal_that_was_decided_stays_so(people, appealed):
    record_decision(appealed, scenarios=decisions(appealed), by=people.lead2, **WHEN)
    appealed.refresh_from_db()

    withdraw(appealed, by=people.requester, **WHEN)

    row = Appeal.objects.get()
    assert row.withdrawn_at is None
    assert row.decided_in


def test_the_decision_page_shows_the_appeal_as_withdrawn(client, people, appealed):
    withdraw(appealed, by=people.requester, **WHEN)
    client.force_login(people.lead2)

    page = client.get(reverse("reviews:decision", args=[appealed.reference]))

    assert page.context["appeal"] is None
    assert "Appeal, withdrawn with the use case" in page.text
    assert "The pilot was misread." in page.text


@pytest.mark.parametrize("page", ["use_case", "decision"])
def test_no_page_of_the_case_calls_a_condition_open_or_overdue(client, people, case, page):
    client.force_login(people.lead2)
    here = reverse(f"reviews:{page}", args=[case.reference])
    assert "Overdue" in client.get(here).text

    withdraw(case, by=people.requester, **WHEN)

    shown = client.get(here).text
    assert "Keep the rota." in shown
    assert "Overdue" not in shown
    assert "1 of 1 still open" not in shown
    assert "No longer required" in shown


def test_the_page_of_the_condition_says_the_same(client, people, case):
    withdraw(case, by=people.requester, **WHEN)
    client.force_login(people.requester)

    shown = client.get(reverse("reviews:condition", args=[Condition.objects.get().uid])).text

    assert "Overdue" not in shown
    assert "nobody has to act on it" in shown


@pytest.mark.parametrize("again", [False, True])
def test_nothing_is_due_on_it_withdrawn_or_a_draft_again(people, case, again):
    withdraw(case, by=people.requester, **WHEN)
    case.refresh_from_db()
    if again:
        reopen(case, by=people.requester, **WHEN)

    assert not selectors.to_prove(people.requester).exists()
    assert not selectors.overdue(people.lead2, on=TODAY.replace(year=2030)).exists()
    assert Condition.objects.get().state == ConditionState.OPEN  # on record as it stood
