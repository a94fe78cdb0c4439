"""A later last permitted day for one deployment."""

from datetime import date

import pytest

from reviews.domain.enums import AuditKind, DeploymentStatus, RequestState, Role
from reviews.domain.errors import BadInput, Incomplete, NotPermitted, StateConflict
from reviews.models import AuditEvent, Extension
from reviews.services import extensions
from tests.builders import NOW, TODAY, customer, team, use_case, user
from tests.builders_access import WHEN, deployment

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2023, 9, 30)


@pytest.fixture
def owner(roles, catalogue):
    return user("owner", Role.SUNSET_OWNER)


@pytest.fixture
def lead(roles):
    return user("lead", Role.LEAD)


@pytest.fixture
def running(catalogue):
    return deployment(customer("Isar"))


def ask(running, by, **changed):
    given = {"until": SEPTEMBER, "reason": "The new version ships in August.", **WHEN, **changed}
    return extensions.ask(running, by=by, **given)


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("seq").last()


def test_ask_waits_for_a_lead(running, owner):
    asked = ask(running, owner)

    assert (asked.state, asked.until, asked.asked_by) == (RequestState.ASKED, SEPTEMBER, owner)
    assert last_event().kind == AuditKind.EXTENSION_ASKED
    assert last_event().data["current"] == "2023-06-30"


def test_ask_is_for_owners_leads_and_the_customers_teams(running, owner):
    requester = user("requester", Role.REQUESTER)
    use_case(team("", requester), by=requester, customer=running.customer)

    for person in [user("stranger"), user("auditor", Role.AUDITOR)]:
        with pytest.raises(NotPermitted, match="Only sunset owners"):
            ask(running, person)
    assert ask(running, requester).asked_by == requester


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"until": date(2023, 6, 30)}, BadInput, "beyond the last permitted day, 30 June 2023"),
        ({"until": date(2023, 7, 3), "on": date(2023, 7, 4)}, BadInput, "over already"),
        ({"reason": " "}, Incomplete, "the lead who decides"),
    ],
)
def test_ask_refuses(running, owner, changed, error, words):
    with pytest.raises(error, match=words):
        ask(running, owner, **changed)
    assert not Extension.objects.exists()


def test_ask_refuses_where_nothing_ends(owner):
    with pytest.raises(StateConflict, match="has no last permitted day"):
        ask(deployment(customer(), "blur"), owner)


def test_ask_refuses_what_no_longer_runs(owner):
    stopped = deployment(customer(), status=DeploymentStatus.DISCONTINUED)

    with pytest.raises(StateConflict, match="needs no extension"):
        ask(stopped, owner)


def test_ask_refuses_while_another_waits(running, owner):
    ask(running, owner)

    with pytest.raises(StateConflict, match="waiting already"):
        ask(running, owner)


def test_grant_moves_the_day_and_a_next_one_must_reach_further(running, owner, lead):
    asked = ask(running, owner)

    extensions.grant(asked, reason="The plan is sound.", by=lead, **WHEN)

    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.decided_at) == ("granted", lead, NOW)
    assert asked.standing(on=SEPTEMBER) == "granted"
    assert asked.standing(on=date(2023, 10, 1)) == "ended"
    assert last_event().kind == AuditKind.EXTENSION_GRANTED
    with pytest.raises(BadInput, match="30 September 2023"):
        ask(running, owner, until=SEPTEMBER)


def test_refuse_leaves_the_day_as_it_was(running, owner, lead):
    asked = ask(running, owner)

    extensions.refuse(asked, reason="No plan.", by=lead, **WHEN)

    asked.refresh_from_db()
    assert asked.state == RequestState.REFUSED
    assert ask(running, owner, until=date(2023, 7, 1)).state == RequestState.ASKED


def test_only_another_lead_decides(running, owner, lead):
    asked = ask(running, lead)
    inside = user("inside", Role.LEAD)
    use_case(team("", inside), by=inside, customer=running.customer)

    for person, words in [
        (owner, "only a lead can"),
        (lead, "you asked for it"),
        (inside, "you are on a team of this customer"),
    ]:
        with pytest.raises(NotPermitted, match=words):
            extensions.grant(asked, reason="Fine.", by=person, **WHEN)
        with pytest.raises(NotPermitted, match=words):
            extensions.refuse(asked, reason="No.", by=person, **WHEN)
    asked.refresh_from_db()
    assert asked.state == RequestState.ASKED


def test_grant_happens_once_and_not_too_late(running, owner, lead):
    asked = ask(running, owner)

    with pytest.raises(BadInput, match="over already"):
        extensions.grant(asked, reason="Fine.", by=lead, at=NOW, on=date(2023, 10, 1))
    extensions.grant(asked, reason="Fine.", by=lead, at=NOW, on=TODAY)
    with pytest.raises(StateConflict, match="Granted"):
        extensions.refuse(asked, reason="No.", by=lead, **WHEN)
