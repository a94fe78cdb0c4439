"""Bringing in somebody from outside: only where nobody is free, for one case, with a reason."""

import pytest

from reviews.domain.enums import AuditKind, Party, Role, State
from reviews.domain.errors import BadInput, Incomplete, NotPermitted, StateConflict
from reviews.models import AuditEvent, Outsider, UseCase
from reviews.permissions.staffing import free_people
from reviews.permissions.use_cases import parties_of
from reviews.selectors.candidates import candidates
from reviews.services import outsiders
from reviews.services.assigning import assign
from reviews.services.deciding import countersign, record_decision
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import awaiting_decision, co_author, decisions, office

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}


@pytest.fixture
def people(roles):
    return office()


@pytest.fixture
def guest(roles):
    return user("guest", Role.REQUESTER)


def gone(*persons) -> None:
    for person in persons:
        person.is_active = False
        person.save()


def named(case, guest, party, by, **changed) -> Outsider:
    given = {"reason": "Led such reviews at the sister company.", **WHEN, **changed}
    return outsiders.name(case, person=guest, party=party, by=by, **given)


def test_nobody_is_brought_in_while_the_office_has_enough(people, guest):
    case = awaiting_decision(people)

    with pytest.raises(StateConflict, match="enough free people"):
        named(case, guest, Party.LEAD, people.lead)

    assert not Outsider.objects.exists()


def test_the_administrator_brings_in_a_lead_who_then_decides(people, guest):
    case = awaiting_decision(people)
    gone(people.lead, people.lead2, people.lead3)
    assert free_people(case).lacking == (Party.LEAD,)

    named(case, guest, Party.LEAD, user("admin", Role.ADMIN))

    assert free_people(case).enough
    assert parties_of(guest, case) == {Party.LEAD}
    record_decision(case, scenarios=decisions(case), by=guest, **WHEN)
    assert UseCase.objects.get(pk=case.pk).current_state is State.APPROVED


def test_the_event_names_the_person_and_the_row_keeps_the_reason(people, guest):
    case = awaiting_decision(people)
    gone(people.lead2, people.lead3, people.lead)
    admin = user("admin", Role.ADMIN)

    row = named(case, guest, Party.LEAD, admin)

    event = AuditEvent.objects.latest("seq")
    assert (event.kind, event.use_case_id, event.actor) == (
        AuditKind.OUTSIDER_NAMED,
        case.pk,
        admin,
    )
    assert event.data == {"outsider": str(guest.uid), "party": "lead"}
    assert row.reason == "Led such reviews at the sister company."


def test_it_holds_for_this_case_alone(people, guest):
    case, other = awaiting_decision(people), awaiting_decision(people)
    gone(people.lead2, people.lead3)
    gone(people.lead)

    named(case, guest, Party.LEAD, user("admin", Role.ADMIN))

    assert parties_of(guest, other) == frozenset()
    assert set(UseCase.objects.visible_to(guest)) == {case}
    with pytest.raises(NotPermitted, match="only a lead can"):
        record_decision(other, scenarios=decisions(other), by=guest, **WHEN)


def test_a_reviewer_from_outside_can_be_assigned(people, guest):
    case = awaiting_decision(people, state=State.IN_REVIEW)
    review = case.reviews.get()
    review.assignments.all().delete()
    gone(people.reviewer, people.reviewer2)

    named(case, guest, Party.REVIEWER, people.lead)

    assert [one.person for one in candidates(review) if not one.bar] == [guest]
    assign(review, reviewer=guest, by=people.lead, **WHEN)
    assert parties_of(guest, case) == {Party.REVIEWER}


def test_a_second_lead_from_outside_countersigns_and_cannot_decide(people, guest):
    case = awaiting_decision(people, sensitive=True)
    gone(people.lead2, people.lead3)
    named(case, guest, Party.SECOND_LEAD, user("admin", Role.ADMIN))
    with pytest.raises(NotPermitted):
        record_decision(case, scenarios=decisions(case), by=guest, **WHEN)

    made = record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)
    countersign(made, agreed=True, by=guest, **WHEN)

    assert UseCase.objects.get(pk=case.pk).current_state is State.APPROVED


def test_who_decided_does_not_choose_who_countersigns(people, guest):
    case = awaiting_decision(people, sensitive=True)
    record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)
    gone(people.lead2, people.lead3)

    with pytest.raises(NotPermitted, match="You decided on this use case"):
        named(case, guest, Party.SECOND_LEAD, people.lead)


@pytest.mark.parametrize("who", ["requester", "reviewer", "stranger"])
def test_only_a_free_lead_or_an_administrator_names(people, guest, who):
    case = awaiting_decision(people)
    gone(people.lead, people.lead2, people.lead3)
    by = user("stranger") if who == "stranger" else getattr(people, who)

    with pytest.raises(NotPermitted):
        named(case, guest, Party.LEAD, by)


def test_the_people_rules_hold_for_the_outsider(people, guest):
    case = awaiting_decision(people)
    gone(people.lead, people.lead2, people.lead3)
    admin = user("admin", Role.ADMIN)
    writer = co_author(case, user("writer"), "view")

    for person, error, words in [
        (people.requester, NotPermitted, "on the team"),
        (writer, NotPermitted, "a co-author"),
        (people.reviewer, NotPermitted, "another part"),
        (admin, StateConflict, "yourself"),
        (people.lead, StateConflict, "no longer has an account"),
    ]:
        with pytest.raises(error, match=words):
            named(case, person, Party.LEAD, admin)


def test_one_person_takes_one_part(people, guest):
    case = awaiting_decision(people, sensitive=True)
    gone(people.lead, people.lead2, people.lead3)
    admin = user("admin", Role.ADMIN)
    named(case, guest, Party.LEAD, admin)

    with pytest.raises(StateConflict, match="named for this use case already"):
        named(case, guest, Party.SECOND_LEAD, admin)


def test_a_reason_and_a_part_of_the_office_are_needed(people, guest):
    case = awaiting_decision(people)
    gone(people.lead, people.lead2, people.lead3)
    admin = user("admin", Role.ADMIN)

    with pytest.raises(Incomplete, match="Say why this person"):
        named(case, guest, Party.LEAD, admin, reason=" ")
    with pytest.raises(BadInput, match="what they are needed for"):
        named(case, guest, Party.PANEL, admin)
    assert not Outsider.objects.exists()
