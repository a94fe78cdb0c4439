"""The panel: who is asked, what they say, where they dissent, and how it ends."""

import pytest

from reviews.domain.enums import AuditKind, CoAuthorRight, Role, State
from reviews.domain.errors import (
    BadInput,
    Incomplete,
    NotPermitted,
    StateConflict,
    TransitionNotAllowed,
)
from reviews.models import AuditEvent, Referral, ReferralMember
from reviews.services.deciding import record_decision
from reviews.services.referring import advise, close, refer
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import awaiting_decision, co_author, decisions, office

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}


@pytest.fixture
def people(roles):
    return office()


@pytest.fixture
def panel(roles):
    return [user("panel", Role.PANEL), user("panel2", Role.PANEL)]


@pytest.fixture
def referral(people, panel):
    case = awaiting_decision(people)
    return refer(case, question="Is a pilot safe?", members=panel, by=people.lead, **WHEN)


def seat(referral, person) -> ReferralMember:
    return referral.members.get(user=person)


def test_refer_records_who_is_asked(people, panel, referral):
    case = referral.use_case
    case.refresh_from_db()

    assert case.state == State.REFERRED
    assert (referral.question, referral.referred_by) == ("Is a pilot safe?", people.lead)
    assert [m.user for m in referral.members.all()] == panel
    assert AuditEvent.objects.filter(kind=AuditKind.CASE_REFERRED).count() == 1


def test_refer_asks_a_person_once(people, panel):
    case = awaiting_decision(people)

    referral = refer(case, question="Safe?", members=[*panel, panel[0]], by=people.lead, **WHEN)

    assert referral.members.count() == 2


@pytest.mark.parametrize(
    ("question", "count", "words"), [(" ", 2, "what the panel is asked"), ("Safe?", 0, "one panel")]
)
def test_refer_wants_a_question_and_members(people, panel, question, count, words):
    case = awaiting_decision(people)

    with pytest.raises(Incomplete, match=words):
        refer(case, question=question, members=panel[:count], by=people.lead, **WHEN)

    assert not Referral.objects.exists()


def test_refer_refuses_somebody_who_is_not_on_the_panel(people):
    case = awaiting_decision(people)

    with pytest.raises(BadInput, match="not on the panel"):
        refer(case, question="Safe?", members=[people.reviewer2], by=people.lead, **WHEN)

    assert not Referral.objects.exists()


def test_refer_refuses_a_panel_member_of_the_requesters_side(people, panel):
    case = awaiting_decision(people)
    co_author(case, panel[0], CoAuthorRight.VIEW)

    with pytest.raises(BadInput, match="on the team"):
        refer(case, question="Safe?", members=panel, by=people.lead, **WHEN)


@pytest.mark.parametrize(
    "state", [s for s in State if s not in {State.AWAITING_DECISION, State.UNDER_APPEAL}]
)
def test_refer_only_where_a_decision_is_due(people, panel, state):
    case = awaiting_decision(people, state=state)

    with pytest.raises(TransitionNotAllowed, match=str(state.label)):
        refer(case, question="Safe?", members=panel, by=people.lead, **WHEN)


@pytest.mark.parametrize("name", ["requester", "reviewer"])
def test_refer_is_for_leads(people, panel, name):
    case = awaiting_decision(people)

    with pytest.raises(NotPermitted):
        refer(case, question="Safe?", members=panel, by=getattr(people, name), **WHEN)


def test_advise_puts_advice_attendance_and_dissent_on_record(panel, referral):
    advised = advise(
        seat(referral, panel[0]),
        advice="Only as a pilot.",
        attended=True,
        dissent="I would refuse it.",
        by=panel[0],
        **WHEN,
    )

    advised.refresh_from_db()
    assert (advised.advice, advised.attended) == ("Only as a pilot.", True)
    assert (advised.dissents, advised.dissent) == (True, "I would refuse it.")
    assert advised.given_at == NOW
    event = AuditEvent.objects.get(kind=AuditKind.ADVICE_GIVEN)
    assert (event.actor, event.data["dissents"]) == (panel[0], True)


def test_advise_may_be_changed_while_the_referral_is_open(panel, referral):
    advise(seat(referral, panel[0]), advice="No.", attended=True, dissent="x", by=panel[0], **WHEN)

    changed = advise(seat(referral, panel[0]), advice="Yes.", attended=False, by=panel[0], **WHEN)

    assert (changed.advice, changed.attended, changed.dissents) == ("Yes.", False, False)


def test_advise_is_only_for_the_person_who_was_asked(people, panel, referral):
    for person in (panel[1], people.lead, people.requester):
        with pytest.raises(NotPermitted, match="Only the panel member who was asked"):
            advise(seat(referral, panel[0]), advice="Yes.", attended=True, by=person, **WHEN)

    assert not AuditEvent.objects.filter(kind=AuditKind.ADVICE_GIVEN).exists()


def test_advise_wants_words(panel, referral):
    with pytest.raises(Incomplete, match="Write your advice"):
        advise(seat(referral, panel[0]), advice=" ", attended=True, by=panel[0], **WHEN)


def test_close_sums_up_and_the_case_waits_for_its_decision_again(people, panel, referral):
    advise(seat(referral, panel[0]), advice="Yes.", attended=True, by=panel[0], **WHEN)

    closed = close(referral, summary="A pilot of four weeks.", by=people.lead2, **WHEN)

    case = referral.use_case
    case.refresh_from_db()
    assert case.state == State.AWAITING_DECISION
    assert (closed.summary, closed.closed_by) == ("A pilot of four weeks.", people.lead2)
    event = AuditEvent.objects.get(kind=AuditKind.REFERRAL_CLOSED)
    assert (event.data["advised"], event.data["dissents"]) == (1, 0)
    record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)


def test_close_wants_a_summary(people, referral):
    with pytest.raises(Incomplete, match="Sum up"):
        close(referral, summary="", by=people.lead, **WHEN)


def test_close_is_for_leads(panel, people, referral):
    for person in (panel[0], people.requester, people.reviewer):
        with pytest.raises(NotPermitted):
            close(referral, summary="Fine.", by=person, **WHEN)


def test_after_the_close_nothing_is_added(people, panel, referral):
    close(referral, summary="A pilot.", by=people.lead, **WHEN)

    with pytest.raises(StateConflict, match="closed"):
        advise(seat(referral, panel[0]), advice="Late.", attended=True, by=panel[0], **WHEN)
    with pytest.raises(TransitionNotAllowed):
        close(referral, summary="Again.", by=people.lead, **WHEN)


def test_a_second_referral_follows_a_closed_one(people, panel, referral):
    close(referral, summary="A pilot.", by=people.lead, **WHEN)

    refer(referral.use_case, question="And in schools?", members=panel, by=people.lead, **WHEN)

    assert referral.use_case.referrals.count() == 2
