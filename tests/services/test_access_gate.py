"""What the services of this part write is what the gate answers by."""

from datetime import date, timedelta

import pytest

from reviews.domain.enums import Outcome, Role, State
from reviews.models import StaleDecision, UseCase
from reviews.selectors import gate
from reviews.services import access, exceptions, extensions, grants, registering
from reviews.services.deciding import countersign, record_decision
from reviews.services.rereviewing import open_rereview
from tests.builders import NOW, TODAY, customer, team, user
from tests.builders_access import (
    WHEN,
    asked_exception,
    capability,
    decided_case,
    filed,
    granted,
    granted_exception,
    managed,
)
from tests.builders_deciding import decisions, office, sign_off

pytestmark = pytest.mark.django_db

LAST_DAY = date(2023, 6, 30)
AFTER = date(2023, 7, 1)
NEW = {"existing": "no", "end_user": "other", "realtime_bodycam": "no", "sector": "commercial"}
GENERAL = {"purpose": "general", "end_user": "other", "setting": "other", "region": "US"}


@pytest.fixture
def lead(roles, catalogue):
    return user("lead", Role.LEAD)


@pytest.fixture
def requester(roles):
    return user("requester", Role.REQUESTER)


@pytest.fixture
def squad(requester):
    return team("Squad", requester)


def verify(of, *, on=AFTER, use="UC-C2", **said):
    (result,) = gate.answers(["verify"], {**NEW, "use": use, **said}, on=on, customer=of)
    return result


def emotion(of=None, *, on=AFTER, case=None, scenario="", **said):
    (result,) = gate.answers(
        ["emotion"],
        {**GENERAL, **said},
        on=on,
        customer=of,
        use_case=case,
        scenario=scenario,
    )
    return result


def register(of, lead, since, slug="emotion"):
    return registering.register_deployment(
        of, capability=capability(slug), use="App", in_use_since=since, by=lead, **WHEN
    )


@pytest.mark.parametrize(
    ("since", "on", "answer"),
    [
        (date(2022, 6, 21), LAST_DAY, "go_on"),
        (date(2022, 6, 21), AFTER, "refused"),
        (date(2022, 6, 22), LAST_DAY, "refused"),
        (None, LAST_DAY, "cannot_say"),
    ],
)
def test_a_registered_deployment_tells_whether_the_customer_is_existing(lead, since, on, answer):
    of = customer("Isar")
    register(of, lead, since)

    assert emotion(of, on=on).answer == answer


def test_verifying_the_customer_settles_managed(lead):
    of = customer("Isar")
    assert verify(of).missing == ("managed",)

    registering.verify_managed(of, is_managed=True, note="Asked.", by=lead, **WHEN)
    of.refresh_from_db()
    assert verify(of).answer == "apply_first"
    registering.verify_managed(of, is_managed=False, note="Left.", by=lead, **WHEN)
    of.refresh_from_db()

    assert verify(of).answer == "not_eligible"


def test_an_application_waits_is_denied_and_may_be_filed_again(squad, requester, lead):
    of = managed()
    row = filed(squad, requester, for_customer=of)
    assert verify(of).answer == "apply_first"
    access.deny(row, reason="No fallback.", by=lead, **WHEN)
    assert verify(of).answer == "refused"

    filed(squad, requester, for_customer=of, at=NOW + timedelta(minutes=1))

    assert verify(of).answer == "apply_first"


def test_a_withdrawn_application_is_as_if_there_were_none(squad, requester, lead):
    of = managed()
    row = filed(squad, requester, for_customer=of)
    access.withdraw_application(row, by=requester, **WHEN)

    assert verify(of).answer == "apply_first"


def test_a_grant_allows_its_use_and_no_other_until_it_lapses(squad, requester, lead):
    of = managed()
    held = granted(squad, requester, lead=lead, for_customer=of, until=date(2023, 12, 31))

    assert verify(of).answer == "allowed"
    assert verify(of, use="UC-C3").answer == "not_covered"
    assert verify(of, on=date(2023, 12, 31)).answer == "allowed"
    assert verify(of, on=date(2024, 1, 1)).answer == "refused"

    grants.reverify(
        held, note="Same.", next_by=date(2024, 12, 1), by=lead, at=NOW, on=date(2024, 1, 1)
    )

    assert verify(of, on=date(2024, 1, 1)).answer == "allowed"


def test_a_revoked_grant_refuses_also_in_the_time_of_grace(squad, requester, lead):
    of = managed()
    register(of, lead, date(2021, 1, 1), slug="verify")
    held = granted(squad, requester, lead=lead, for_customer=of)

    grants.revoke(held, reason="Misused.", by=lead, **WHEN)

    assert verify(of).answer == "refused"
    assert verify(of, on=TODAY).answer == "refused"


def test_a_transferred_grant_allows_the_new_customer_only(squad, requester, lead):
    of, heir = managed(), managed("Heir")
    held = granted(squad, requester, lead=lead, for_customer=of)

    grants.transfer(held, to=heir, reason="Merged.", by=lead, **WHEN)

    assert verify(heir).answer == "allowed"
    assert verify(of).answer != "allowed"


def test_a_granted_extension_goes_on_to_its_last_day(lead):
    of = customer("Isar")
    running = register(of, lead, date(2021, 1, 1))
    asked = extensions.ask(running, until=date(2023, 9, 30), reason="August.", by=lead, **WHEN)
    assert emotion(of).answer == "refused"

    extensions.grant(asked, reason="Sound.", by=user("lead2", Role.LEAD), **WHEN)

    assert emotion(of).answer == "go_on"
    assert emotion(of, on=date(2023, 9, 30)).answer == "go_on"
    ended = emotion(of, on=date(2023, 10, 1))
    assert (ended.answer, ended.days_left) == ("refused", -1)


def test_an_exception_allows_its_scenario_within_its_days(roles, catalogue):
    people = office()
    case = decided_case(people, scenarios=2)
    first, second = (use.key for use in case.intended_uses.order_by("position"))
    said = {"case": case, "existing": "no", "purpose": "accessibility"}
    asked = asked_exception(people, case, until=date(2023, 12, 31))
    exceptions.grant(asked, by=people.lead, **WHEN)
    assert emotion(scenario=first, **said).answer == "exception_request"

    exceptions.countersign(asked, by=people.lead2, **WHEN)

    assert emotion(scenario=first, **said).answer == "allowed"
    assert emotion(scenario=second, **said).answer == "exception_request"
    assert emotion(scenario=first, on=date(2023, 12, 31), **said).answer == "allowed"
    assert emotion(scenario=first, on=date(2024, 1, 1), **said).answer == "exception_request"


def test_a_revoked_exception_is_as_if_there_were_none(roles, catalogue):
    people = office()
    case = decided_case(people)
    held = granted_exception(people, case)
    scenario = case.intended_uses.get().key

    exceptions.revoke(held, reason="Too wide.", by=people.lead, **WHEN)

    answered = emotion(case=case, scenario=scenario, existing="no", purpose="accessibility")
    assert answered.answer == "exception_request"


# What an exception rests on -----------------------------------------------------------------------


@pytest.fixture
def excepted(roles, catalogue):
    """An accessibility exception that the gate cites, and the people around it."""
    people = office()
    held = granted_exception(people, decided_case(people))
    assert _by_exception(held).answer == "allowed"
    return held, people


def _by_exception(held):
    said = {"existing": "no", "purpose": "accessibility"}
    return emotion(case=held.use_case, scenario=held.intended_use.key, **said)


@pytest.mark.parametrize("outcome", [Outcome.APPROVED, Outcome.DECLINED])
def test_an_exception_ends_with_the_decision_that_it_cites(excepted, outcome):
    held, people = excepted
    case = held.use_case
    review = open_rereview(case, by=people.lead, **WHEN)
    for reviewer in (people.reviewer, people.reviewer2):
        sign_off(review, reviewer)
    UseCase.objects.filter(pk=case.pk).update(state=State.AWAITING_DECISION)
    made = record_decision(case, scenarios=decisions(case, outcome), by=people.lead, **WHEN)
    assert _by_exception(held).answer == "allowed"  # a proposal changes nothing yet

    countersign(made, agreed=True, by=people.lead2, **WHEN)

    assert _by_exception(held).answer == "exception_request"


def test_an_exception_ends_when_its_decision_is_stale(excepted):
    held, _ = excepted

    StaleDecision.objects.create(
        decision=held.decision, submission=held.use_case.submissions.get(), since=NOW
    )

    assert _by_exception(held).answer == "exception_request"


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.DRAFT])
def test_an_exception_ends_when_its_use_case_is_withdrawn_and_stays_so(excepted, state):
    held, _ = excepted

    UseCase.objects.filter(pk=held.use_case_id).update(state=state)

    assert _by_exception(held).answer == "exception_request"
