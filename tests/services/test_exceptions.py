"""Exceptions: what they rest on, who grants and countersigns, when they end."""

from datetime import date

import pytest

from reviews.domain.enums import AuditKind, ExceptionKind, Outcome, RequestState, Role
from reviews.domain.errors import BadInput, Incomplete, NotPermitted, StateConflict
from reviews.models import AuditEvent, PolicyException, StaleDecision
from reviews.services import exceptions
from tests.builders import NOW, TODAY, user
from tests.builders_access import (
    WHEN,
    asked_exception,
    capability,
    decided_case,
    granted_exception,
)
from tests.builders_deciding import office, recused, sign_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(roles, catalogue):
    return office()


def kinds() -> list[str]:
    return list(
        AuditEvent.objects.filter(kind__startswith="exception.")
        .order_by("seq")
        .values_list("kind", flat=True)
    )


def test_ask_names_scenario_scope_and_last_day(people):
    case = decided_case(people)

    asked = asked_exception(people, case)

    assert asked.state == RequestState.ASKED
    assert (asked.use_case, asked.intended_use) == (case, case.intended_uses.get())
    assert asked.until == date(2024, 5, 31)
    assert kinds() == [AuditKind.EXCEPTION_ASKED]
    assert AuditEvent.objects.get(kind="exception.asked").use_case_id == case.pk


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"scope": " "}, Incomplete, "who may use what"),
        ({"reason": ""}, Incomplete, "the leads who decide"),
        ({"until": TODAY}, BadInput, "after today"),
        ({"until": date(2024, 6, 2)}, BadInput, "a year ahead at most: 1 June 2024"),
        ({"kind": ExceptionKind.OTHER}, StateConflict, "permits no exception"),
    ],
)
def test_ask_refuses(people, changed, error, words):
    case = decided_case(people)

    with pytest.raises(error, match=words):
        asked_exception(people, case, **changed)
    assert not PolicyException.objects.exists()


def test_ask_refuses_a_capability_that_the_case_does_not_ask_for(people):
    with pytest.raises(BadInput, match="does not ask for"):
        asked_exception(people, decided_case(people), capability=capability("age"))


def test_ask_refuses_where_the_policy_permits_no_exception(people):
    with pytest.raises(StateConflict, match="permits no exception"):
        asked_exception(people, decided_case(people, asks_for="verify"))


def test_ask_is_for_the_team(people):
    case = decided_case(people)

    for person in [people.lead, people.reviewer, user("stranger")]:
        with pytest.raises(NotPermitted, match="Only the team"):
            asked_exception(people, case, by=person)


def test_ask_refuses_while_another_waits(people):
    case = decided_case(people)
    asked_exception(people, case)

    with pytest.raises(StateConflict, match="waiting already"):
        asked_exception(people, case)


def test_grant_waits_for_the_countersignature_then_holds_to_its_last_day(people):
    case = decided_case(people)
    asked = asked_exception(people, case)

    exceptions.grant(asked, by=people.lead, **WHEN)
    asked.refresh_from_db()
    assert asked.state == RequestState.AWAITING_COUNTERSIGNATURE
    assert asked.decision.intended_use == asked.intended_use
    exceptions.countersign(asked, by=people.lead2, **WHEN)

    asked.refresh_from_db()
    assert asked.state == RequestState.GRANTED
    assert (asked.granted_by, asked.countersigned_by) == (people.lead, people.lead2)
    assert asked.standing(on=date(2024, 5, 31)) == "granted"
    assert asked.standing(on=date(2024, 6, 1)) == "ended"
    assert kinds() == ["exception.asked", "exception.proposed", "exception.granted"]


def test_grant_refuses_a_case_that_was_not_sensitive(people):
    asked = asked_exception(people, decided_case(people, sensitive=False))

    with pytest.raises(StateConflict, match="rests on a sensitive-use review"):
        exceptions.grant(asked, by=people.lead, **WHEN)


def test_grant_refuses_a_declined_scenario(people):
    asked = asked_exception(people, decided_case(people, outcome=Outcome.DECLINED))

    with pytest.raises(StateConflict, match="was declined"):
        exceptions.grant(asked, by=people.lead, **WHEN)


def test_grant_refuses_a_decision_on_another_scenario_only(people):
    case = decided_case(people)
    late = case.intended_uses.create(key=f"scenario:{9:032x}", name="Late", position=9)
    asked = exceptions.ask(
        late,
        kind=ExceptionKind.ACCESSIBILITY,
        capability=capability("emotion"),
        scope="Blind users.",
        reason="They cannot see.",
        until=date(2023, 12, 31),
        by=people.requester,
        **WHEN,
    )

    with pytest.raises(StateConflict, match="not decided yet"):
        exceptions.grant(asked, by=people.lead, **WHEN)


def test_grant_refuses_a_stale_decision(people):
    case = decided_case(people)
    asked = asked_exception(people, case)
    decision = exceptions.decision_in_force(asked.intended_use)
    StaleDecision.objects.create(
        decision=decision, submission=case.submissions.get(), since=NOW, changed=[]
    )

    with pytest.raises(StateConflict, match="changed since this scenario was decided"):
        exceptions.grant(asked, by=people.lead, **WHEN)
    asked.refresh_from_db()
    assert asked.state == RequestState.ASKED


def test_grant_refuses_a_last_day_that_has_come(people):
    asked = asked_exception(people, decided_case(people), until=date(2023, 6, 10))

    with pytest.raises(BadInput, match="after today"):
        exceptions.grant(asked, by=people.lead, at=NOW, on=date(2023, 6, 10))


def test_grant_is_for_a_lead_outside_the_case(people):
    asked = asked_exception(people, decided_case(people))
    inside = user("inside", Role.LEAD)
    people.team.memberships.create(user=inside, since=NOW)
    reviewing = user("reviewing", Role.LEAD, Role.REVIEWER)
    sign_off(asked.use_case.reviews.get(), reviewing)

    for person, words in [
        (people.requester, "only a lead can"),
        (user("auditor", Role.AUDITOR), "only a lead can"),
        (inside, "on the team of its use case"),
        (reviewing, "you are a reviewer of its use case"),
        (people.lead2, "you countersigned"),
    ]:
        with pytest.raises(NotPermitted, match=words):
            exceptions.grant(asked, by=person, **WHEN)
    asked.refresh_from_db()
    assert asked.state == RequestState.ASKED


def test_countersign_is_for_another_lead(people):
    asked = asked_exception(people, decided_case(people))
    exceptions.grant(asked, by=people.lead3, **WHEN)
    asked.refresh_from_db()

    for person, words in [
        (people.lead3, "you granted it"),
        (people.lead, "you decided on its use case"),
        (people.requester, "only a lead can"),
        (people.reviewer, "only a lead can"),
    ]:
        with pytest.raises(NotPermitted, match=words):
            exceptions.countersign(asked, by=person, **WHEN)
    assert exceptions.countersign(asked, by=people.lead2, **WHEN).state == RequestState.GRANTED


def test_countersign_comes_after_the_grant(people):
    asked = asked_exception(people, decided_case(people))

    with pytest.raises(StateConflict, match="Asked"):
        exceptions.countersign(asked, by=people.lead2, **WHEN)


@pytest.mark.parametrize(
    ("tie", "words"),
    [("filed", "you filed its use case"), ("recused", "you stepped back as a reviewer")],
)
def test_a_lead_who_was_part_of_the_case_takes_no_step(people, tie, words):
    case = decided_case(people)
    former = user("former", Role.LEAD, Role.REVIEWER)
    if tie == "filed":
        last = case.submissions.get()
        case.submissions.create(
            number=2,
            answers={},
            gate={},
            digest="1" * 64,
            statement_by=former,
            submitted_at=last.submitted_at,
            submitted_on=last.submitted_on,
        )
    else:
        recused(case.reviews.get(), former)
    asked = asked_exception(people, case)

    with pytest.raises(NotPermitted, match=words):
        exceptions.grant(asked, by=former, **WHEN)
    exceptions.grant(asked, by=people.lead, **WHEN)
    with pytest.raises(NotPermitted, match=words):
        exceptions.countersign(asked, by=former, **WHEN)
    with pytest.raises(NotPermitted, match=words):
        exceptions.refuse(asked, reason="No.", by=former, **WHEN)
    exceptions.countersign(asked, by=people.lead2, **WHEN)
    with pytest.raises(NotPermitted, match=words):
        exceptions.revoke(asked, reason="No.", by=former, **WHEN)


def test_refuse_by_the_first_or_the_second_lead_lets_the_team_ask_again(people):
    case = decided_case(people)
    first = asked_exception(people, case)
    exceptions.refuse(first, reason="Too wide.", by=people.lead, **WHEN)
    second = asked_exception(people, case, scope="Blind users only.")
    exceptions.grant(second, by=people.lead, **WHEN)

    exceptions.refuse(second, reason="Still too wide.", by=people.lead2, **WHEN)

    second.refresh_from_db()
    assert (second.state, second.closed_by) == (RequestState.REFUSED, people.lead2)
    assert second.closed_reason == "Still too wide."
    assert asked_exception(people, case).state == RequestState.ASKED


def test_revoke_ends_it_at_once(people):
    held = granted_exception(people, decided_case(people))

    with pytest.raises(NotPermitted):
        exceptions.revoke(held, reason="No.", by=people.requester, **WHEN)
    with pytest.raises(Incomplete):
        exceptions.revoke(held, reason=" ", by=people.lead, **WHEN)
    exceptions.revoke(held, reason="Used outside its scope.", by=people.lead, **WHEN)

    held.refresh_from_db()
    assert held.standing(on=TODAY) == "revoked"
    with pytest.raises(StateConflict, match="Revoked"):
        exceptions.refuse(held, reason="Late.", by=people.lead, **WHEN)


def test_ask_again_before_it_ends(people):
    case = decided_case(people)
    granted_exception(people, case, until=date(2023, 7, 1))

    assert asked_exception(people, case).state == RequestState.ASKED
