"""File, withdraw, deny, grant: what holds, and who may not."""

from datetime import date

import pytest

from reviews.domain.access import NotEligible, Stopped
from reviews.domain.enums import ApplicationState, AuditKind, Role, Sector
from reviews.domain.errors import BadInput, Incomplete, NotPermitted, StateConflict
from reviews.models import AccessApplication, AccessGrant, AuditEvent, Customer, UseRule
from reviews.services import access, grants, registering
from tests.builders import NOW, TODAY, customer, team, user
from tests.builders_access import (
    NEXT_SPRING,
    WHEN,
    capability,
    filed,
    granted,
    managed,
    vetting,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def requester(roles, catalogue):
    return user("requester", Role.REQUESTER)


@pytest.fixture
def squad(requester):
    return team("Squad", requester)


@pytest.fixture
def lead(roles):
    return user("lead", Role.LEAD)


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("seq").last()


def grant(application, lead, **changed):
    given = {"reason": "Vetted.", "reverify_by": NEXT_SPRING, **WHEN, **changed}
    return access.grant(application, by=lead, **given)


# Filing -------------------------------------------------------------------------------------------


def test_file_application_keeps_the_facts_and_the_one_use(squad, requester):
    bank = managed("Harbour Bank")

    application = filed(squad, requester, for_customer=bank)

    assert application.state == ApplicationState.FILED
    assert (application.customer, application.use_code) == (bank, "UC-C2")
    assert application.vetting["subscription"] == "harbour-prod-01"
    assert application.vetting["sector"] == "commercial"
    assert (application.filed_by, application.filed_on) == (requester, TODAY)
    assert last_event().kind == AuditKind.APPLICATION_FILED
    assert last_event().data["use"] == "UC-C2"


def test_file_application_names_a_new_customer_whom_nobody_verified_yet(squad, requester):
    application = filed(
        squad, requester, for_customer=access.NewCustomer("  New   Harbour Bank ", country="GB")
    )

    assert application.customer.name == "New Harbour Bank"
    assert application.customer.is_managed is None
    assert application.customer.sector == Sector.COMMERCIAL


def test_file_application_takes_the_row_of_the_register_for_a_known_name(squad, requester):
    bank = managed("Harbour Bank")
    filed(squad, requester, for_customer=bank)

    application = filed(
        squad, requester, for_customer=access.NewCustomer("HARBOUR bank"), use_code="UC-C3"
    )

    assert application.customer == bank
    assert Customer.objects.count() == 1


def test_file_application_says_nothing_of_a_customer_whom_the_team_does_not_see(squad, requester):
    bank = managed("Harbour Bank")

    with pytest.raises(BadInput) as refused:
        filed(squad, requester, for_customer=access.NewCustomer(" HARBOUR  bank"))

    assert refused.value.message == (
        "This name cannot be registered from here. Ask the sunset owner or the responsible-AI"
        " office to link the customer."
    )
    assert not AccessApplication.objects.exists()
    assert not Customer.objects.visible_to(requester).filter(pk=bank.pk).exists()


def test_file_application_refuses_a_stranger_to_the_team(squad):
    with pytest.raises(NotPermitted, match="Only members of a team"):
        filed(squad, user("stranger"))
    assert not AccessApplication.objects.exists()


@pytest.mark.parametrize("slug", ["emotion", "gender", "age", "smile", "makeup"])
def test_file_application_refuses_what_is_retired(squad, requester, slug):
    with pytest.raises(StateConflict, match="retired and takes no application"):
        filed(squad, requester, capability=capability(slug))


def test_file_application_refuses_what_is_open(squad, requester):
    with pytest.raises(StateConflict, match="is open: nobody has to apply"):
        filed(squad, requester, capability=capability("blur"))


def test_file_application_refuses_before_the_policy_is_in_force(squad, requester):
    with pytest.raises(StateConflict, match="is open"):
        filed(squad, requester, on=date(2022, 6, 20))


@pytest.mark.parametrize("slug", ["verify", "identify", "celebrity-recognition"])
def test_file_application_is_stopped_for_us_police(squad, requester, slug):
    with pytest.raises(Stopped, match="police"):
        filed(
            squad,
            requester,
            capability=capability(slug),
            answers=vetting(end_user="us_police", operations=None),
        )
    assert not AccessApplication.objects.exists()


def test_file_application_is_stopped_for_real_time_cameras_of_officers(squad, requester):
    with pytest.raises(Stopped, match="camera"):
        filed(squad, requester, answers=vetting(realtime_bodycam="yes"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"business_mail": "ada@gmail.com"}, "personal mail address"),
        ({"business_mail": "ada@mail.yahoo.co.uk"}, "personal mail address"),
        ({"business_mail": "ada"}, "Write a mail address"),
        ({"account_manager": ""}, "Name of the account manager"),
        ({"terms_accepted_on": "2023-06-02"}, "in the future"),
        ({"operations": ["transcribe"]}, "does not belong"),
        ({"human_review": " "}, "Write an answer"),
    ],
)
def test_file_application_refuses_an_incomplete_form(squad, requester, changed, words):
    with pytest.raises(Incomplete, match=words):
        filed(squad, requester, answers=vetting(**changed))
    assert not AccessApplication.objects.exists()


def test_file_application_refuses_a_use_that_is_on_no_list(squad, requester):
    with pytest.raises(StateConflict, match=r"not on the closed list.*feedback form"):
        filed(squad, requester, use_code="UC-99")


def test_file_application_refuses_a_use_of_the_other_sector(squad, requester):
    with pytest.raises(StateConflict, match="not on the closed list for this sector"):
        filed(squad, requester, use_code="UC-P4")


def test_file_application_holds_federal_law_enforcement_to_the_public_list(squad, requester):
    answers = vetting(end_user="federal_law_enforcement")

    with pytest.raises(StateConflict, match="not on the closed list"):
        filed(squad, requester, answers=answers)
    narrow = filed(squad, requester, use_code="UC-P4", answers=answers)

    assert narrow.use_code == "UC-P4"


def test_file_application_needs_the_sector_where_nobody_knows_it(squad, requester):
    unknown = customer("Somebody", is_managed=True)

    with pytest.raises(Incomplete, match="in which sector"):
        filed(squad, requester, for_customer=unknown, sector=Sector.UNKNOWN)


def test_file_application_without_a_list_describes_the_use(squad, requester):
    voice = {
        "capability": capability("custom-neural-voice"),
        "answers": vetting(operations=["custom-neural-voice"]),
    }
    with pytest.raises(BadInput, match="Describe the use"):
        filed(squad, requester, **voice)
    with pytest.raises(Incomplete, match="the office judges it"):
        filed(squad, requester, use_code="", **voice)

    application = filed(
        squad, requester, use_code="", use_description="The voice of our own actor.", **voice
    )

    assert application.use_description == "The voice of our own actor."


def test_file_application_refuses_a_second_one_for_the_same_use(squad, requester):
    bank = managed()
    filed(squad, requester, for_customer=bank)

    with pytest.raises(StateConflict, match="waiting already"):
        filed(squad, requester, for_customer=bank)
    assert filed(squad, requester, for_customer=bank, use_code="UC-C3").pk


def test_file_application_refuses_a_use_that_is_granted(squad, requester, lead):
    bank = managed()
    granted(squad, requester, lead=lead, for_customer=bank)

    with pytest.raises(StateConflict, match="holds a grant for this use already"):
        filed(squad, requester, for_customer=bank)


def test_file_application_takes_an_unmanaged_customer_and_only_the_grant_is_refused(
    squad, requester, lead
):
    application = filed(squad, requester, for_customer=managed(is_managed=False))

    with pytest.raises(NotEligible, match="account team of the provider"):
        grant(application, lead)


# Withdrawing and denying --------------------------------------------------------------------------


def test_withdraw_application_is_for_the_team(squad, requester, lead):
    application = filed(squad, requester)

    with pytest.raises(NotPermitted, match="Only members of the team"):
        access.withdraw_application(application, by=lead, **WHEN)
    access.withdraw_application(application, by=requester, **WHEN)

    application.refresh_from_db()
    assert application.state == ApplicationState.WITHDRAWN
    assert last_event().kind == AuditKind.APPLICATION_WITHDRAWN
    with pytest.raises(StateConflict, match="Withdrawn"):
        access.withdraw_application(application, by=requester, **WHEN)


def test_deny_gives_the_reason_and_the_team_may_apply_again(squad, requester, lead):
    bank = managed()
    application = filed(squad, requester, for_customer=bank)

    with pytest.raises(Incomplete, match="the team reads it"):
        access.deny(application, reason=" ", by=lead, **WHEN)
    access.deny(application, reason="No fallback is named.", by=lead, **WHEN)

    application.refresh_from_db()
    assert application.state == ApplicationState.DENIED
    assert (application.decided_by, application.decided_at) == (lead, NOW)
    assert application.decision_reason == "No fallback is named."
    assert last_event().kind == AuditKind.APPLICATION_DENIED
    assert filed(squad, requester, for_customer=bank).state == ApplicationState.FILED


# Granting -----------------------------------------------------------------------------------------


def test_grant_binds_customer_capability_and_one_use(squad, requester, lead):
    application = filed(squad, requester)

    issued = grant(application, lead)

    application.refresh_from_db()
    assert application.state == ApplicationState.GRANTED
    assert (issued.customer, issued.use_code) == (application.customer, "UC-C2")
    assert issued.capability == capability("verify")
    assert (issued.granted_on, issued.reverify_by) == (TODAY, NEXT_SPRING)
    assert last_event().kind == AuditKind.GRANT_ISSUED


def test_grant_is_for_a_lead_outside_the_team(squad, requester, lead):
    application = filed(squad, requester)
    inside = user("inside", Role.LEAD)
    squad.memberships.create(user=inside, since=NOW)

    for person, words in [
        (requester, "only a lead can"),
        (user("reviewer", Role.REVIEWER), "only a lead can"),
        (user("owner", Role.SUNSET_OWNER), "only a lead can"),
        (inside, "you are on the team"),
    ]:
        with pytest.raises(NotPermitted, match=words):
            grant(application, person)
        with pytest.raises(NotPermitted, match=words):
            access.deny(application, reason="No.", by=person, **WHEN)
    assert not AccessGrant.objects.exists()


def test_grant_needs_somebody_to_verify_that_the_customer_is_managed(squad, requester, lead):
    application = filed(squad, requester, for_customer=managed("Isar", is_managed=None))

    with pytest.raises(StateConflict, match="not known whether Isar is managed"):
        grant(application, lead)
    registering.verify_managed(
        application.customer, is_managed=True, note="Asked the account team.", by=lead, **WHEN
    )

    assert grant(application, lead).customer.is_managed is True


def test_grant_happens_once(squad, requester, lead):
    application = filed(squad, requester)
    grant(application, lead)

    with pytest.raises(StateConflict, match="Granted"):
        grant(application, user("late", Role.LEAD))
    assert AccessGrant.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "words"),
    [(TODAY, "after today"), (date(2024, 6, 2), "a year ahead at most: 1 June 2024")],
)
def test_grant_refuses_a_day_of_reverification_that_is_too_near_or_too_far(
    squad, requester, lead, day, words
):
    application = filed(squad, requester)

    with pytest.raises(BadInput, match=words):
        grant(application, lead, reverify_by=day)
    application.refresh_from_db()
    assert application.state == ApplicationState.FILED


def test_grant_takes_the_place_of_one_that_lapsed(squad, requester, lead):
    bank = managed()
    old = granted(squad, requester, lead=lead, for_customer=bank, until=date(2023, 6, 2))
    later = {"at": NOW, "on": date(2023, 6, 3)}
    again = filed(squad, requester, for_customer=bank, **later)

    new = grant(again, lead, **later)

    old.refresh_from_db()
    assert old.revoked_on == date(2023, 6, 3)
    assert last_event().data["replaced"] == str(old.uid)
    assert list(AccessGrant.objects.held()) == [new]


def test_grant_sets_the_sector_that_nobody_knew(squad, requester, lead):
    application = filed(squad, requester, for_customer=customer("Isar", is_managed=True))

    grant(application, lead)

    assert Customer.objects.get(name="Isar").sector == Sector.COMMERCIAL


# Keeping a grant ----------------------------------------------------------------------------------


def test_reverify_moves_the_day_and_says_what_was_confirmed(squad, requester, lead):
    held = granted(squad, requester, lead=lead)

    verification = grants.reverify(
        held, note="Same use, same people.", next_by=date(2024, 5, 31), by=lead, **WHEN
    )

    held.refresh_from_db()
    assert held.reverify_by == verification.next_by == date(2024, 5, 31)
    assert last_event().data["was"] == "2024-04-30"


def test_reverify_lets_a_lapsed_grant_run_again(squad, requester, lead):
    held = granted(squad, requester, lead=lead, until=date(2023, 6, 10))
    later = {"at": NOW, "on": date(2023, 6, 11)}
    assert held.standing(on=date(2023, 6, 10)) == "running"
    assert held.standing(on=date(2023, 6, 11)) == "lapsed"

    grants.reverify(held, note="Confirmed late.", next_by=date(2024, 1, 1), by=lead, **later)

    held.refresh_from_db()
    assert held.standing(on=date(2023, 6, 11)) == "running"
    assert last_event().data["had_lapsed"] is True


def test_reverify_refuses_a_customer_who_is_no_longer_managed(squad, requester, lead):
    held = granted(squad, requester, lead=lead)
    registering.verify_managed(held.customer, is_managed=False, note="Left.", by=lead, **WHEN)

    with pytest.raises(NotEligible):
        grants.reverify(held, note="Same.", next_by=NEXT_SPRING, by=lead, **WHEN)


def test_transfer_ends_one_grant_and_issues_the_other(squad, requester, lead):
    held = granted(squad, requester, lead=lead)
    heir = managed("Heir")

    issued = grants.transfer(held, to=heir, reason="Merged on 1 June.", by=lead, **WHEN)

    held.refresh_from_db()
    assert held.standing(on=TODAY) == "transferred"
    assert held.transfer_reason == "Merged on 1 June."
    assert (issued.customer, issued.transferred_from) == (heir, held)
    assert (issued.use_code, issued.reverify_by) == (held.use_code, held.reverify_by)
    assert last_event().kind == AuditKind.GRANT_TRANSFERRED
    with pytest.raises(StateConflict, match="Transferred"):
        grants.revoke(held, reason="Late.", by=lead, **WHEN)


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"is_managed": False}, NotEligible, "not managed"),
        ({"is_managed": None}, StateConflict, "not known whether"),
        ({"sector": Sector.PUBLIC}, StateConflict, "not on the closed list for this sector"),
        ({"sector": Sector.UNKNOWN}, StateConflict, "sector of Heir is not known"),
    ],
)
def test_transfer_refuses_a_customer_who_could_not_have_been_granted(
    squad, requester, lead, fields, error, words
):
    held = granted(squad, requester, lead=lead)
    heir = managed("Heir", **fields)

    with pytest.raises(error, match=words):
        grants.transfer(held, to=heir, reason="Merged.", by=lead, **WHEN)
    held.refresh_from_db()
    assert held.transferred_at is None
    assert AccessGrant.objects.count() == 1


def test_keeping_a_grant_asks_the_stops_and_the_list_again(squad, requester, lead):
    held = granted(squad, requester, lead=lead)
    heir = managed("Heir")
    UseRule.objects.filter(code="UC-C2").update(is_current=False)

    with pytest.raises(StateConflict, match="not on the closed list"):
        grants.reverify(held, note="Same.", next_by=NEXT_SPRING, by=lead, **WHEN)

    UseRule.objects.filter(code="UC-C2").update(is_current=True)
    facts = held.application.vetting | {"end_user": "us_police"}
    AccessApplication.objects.filter(pk=held.application_id).update(vetting=facts)
    with pytest.raises(Stopped):
        grants.transfer(held, to=heir, reason="Merged.", by=lead, **WHEN)
    held.refresh_from_db()
    assert held.transferred_at is None


def test_transfer_refuses_the_same_customer_and_a_lapsed_grant(squad, requester, lead):
    held = granted(squad, requester, lead=lead, until=date(2023, 6, 10))

    with pytest.raises(BadInput, match="holds the grant already"):
        grants.transfer(held, to=held.customer, reason="Why not.", by=lead, **WHEN)
    with pytest.raises(StateConflict, match="has lapsed"):
        grants.transfer(held, to=managed(), reason="Merged.", by=lead, at=NOW, on=date(2023, 6, 11))


def test_revoke_ends_it_with_a_reason(squad, requester, lead):
    held = granted(squad, requester, lead=lead)

    with pytest.raises(Incomplete):
        grants.revoke(held, reason="", by=lead, **WHEN)
    grants.revoke(held, reason="Used for another purpose.", by=lead, **WHEN)

    held.refresh_from_db()
    assert (held.revoked_by, held.revoked_on) == (lead, TODAY)
    assert held.standing(on=TODAY) == "revoked"
    assert last_event().kind == AuditKind.GRANT_REVOKED
    assert filed(squad, requester, for_customer=held.customer).pk


@pytest.mark.parametrize("who", ["requester", "auditor", "inside"])
def test_keeping_a_grant_is_for_leads_outside_the_team(squad, requester, lead, who):
    held = granted(squad, requester, lead=lead)
    people = {
        "requester": requester,
        "auditor": user("auditor", Role.AUDITOR),
        "inside": user("inside", Role.LEAD),
    }
    squad.memberships.create(user=people["inside"], since=NOW)
    by = people[who]

    with pytest.raises(NotPermitted):
        grants.reverify(held, note="Same.", next_by=NEXT_SPRING, by=by, **WHEN)
    with pytest.raises(NotPermitted):
        grants.transfer(held, to=managed(), reason="Merged.", by=by, **WHEN)
    with pytest.raises(NotPermitted):
        grants.revoke(held, reason="No.", by=by, **WHEN)
