"""The pages of Limited Access: who sees what, and what a form does."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reviews.domain.enums import ApplicationState, RequestState, Role
from reviews.models import AccessApplication, AccessGrant, DemoClock, PolicyException
from reviews.services import access, extensions, grants
from tests.builders import NOW, customer, team, user
from tests.builders_access import (
    WHEN,
    asked_exception,
    decided_case,
    deployment,
    filed,
    granted,
    managed,
    vetting,
)
from tests.builders_deciding import office

pytestmark = pytest.mark.django_db

LISTS = [
    "access",
    "access_grants",
    "access_exceptions",
    "access_extensions",
    "access_customers",
]


@pytest.fixture
def people(roles, catalogue, settings):
    """The office, on the business day of the builders."""
    settings.DEMO = True
    DemoClock.objects.update_or_create(pk=1, defaults={"offset": NOW - timezone.now()})
    return office()


@pytest.fixture
def page(client):
    """Open or post a page as somebody."""

    def open_as(who, address, data=None):
        client.force_login(who)
        return client.get(address) if data is None else client.post(address, data)

    return open_as


def words(response) -> str:
    return " ".join(response.content.decode().split())


def rows_of(people) -> dict[str, object]:
    """One row of each kind, all of one team and one customer."""
    bank = managed("Harbour Bank")
    case = decided_case(people)
    asked = extensions.ask(
        deployment(bank), until=date(2023, 9, 30), reason="August.", by=people.lead3, **WHEN
    )
    return {
        "application": filed(people.team, people.requester, for_customer=bank, use_code="UC-C3"),
        "grant": granted(people.team, people.requester, lead=people.lead, for_customer=bank),
        "exception": asked_exception(people, case),
        "extension": asked,
        "customer": bank,
    }


def more_rows(people) -> None:
    """One more row of each kind."""
    bank = managed()
    case = people.team.use_cases.first() or decided_case(people)
    more = case.intended_uses.create(
        key=f"scenario:{case.intended_uses.count() + 9:032x}", name="More", position=9
    )
    asked_exception(people, case, intended_use=more)
    extensions.ask(
        deployment(bank), until=date(2023, 9, 30), reason="August.", by=people.lead2, **WHEN
    )
    filed(people.team, people.requester, for_customer=bank, use_code="UC-C3")
    granted(people.team, people.requester, lead=people.lead, for_customer=bank)


# Who sees what ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_lists_send_strangers_to_the_sign_in(client, name):
    assert client.get(reverse(f"reviews:{name}")).status_code == 302


@pytest.mark.parametrize("name", LISTS)
def test_lists_show_the_office_everything_and_a_stranger_nothing(people, page, name):
    rows_of(people)
    address = reverse(f"reviews:{name}")

    for role in [Role.LEAD, Role.AUDITOR, Role.ADMIN, Role.SUNSET_OWNER]:
        assert "data-table" in words(page(user(f"{role}-reader", role), address))
    stranger = words(page(user("stranger", Role.REQUESTER), address))
    assert "data-table" not in stranger
    assert "Nothing here yet" in stranger


@pytest.mark.parametrize("name", LISTS)
def test_lists_refuse_a_filter_that_they_do_not_know(people, page, name):
    response = page(people.lead, reverse(f"reviews:{name}") + "?standng=granted")

    assert response.status_code == 400


def test_every_page_opens_for_the_team_and_is_unknown_to_a_stranger(people, page):
    stranger = user("stranger", Role.REQUESTER)

    for kind, row in rows_of(people).items():
        assert page(people.requester, row.get_absolute_url()).status_code == 200, kind
        assert page(stranger, row.get_absolute_url()).status_code == 404, kind


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("application", ["grant", "deny", "withdraw"]),
        ("grant", ["reverify", "transfer", "revoke"]),
        ("exception", ["grant", "countersign", "refuse", "revoke"]),
        ("extension", ["grant", "refuse"]),
        ("customer", ["verify"]),
    ],
)
def test_steps_are_unknown_to_a_stranger_and_forbidden_to_a_reader(people, page, kind, names):
    row = rows_of(people)[kind]
    auditor = user("auditor", Role.AUDITOR)

    for name in names:
        address = f"{row.get_absolute_url()}{name}/"
        assert page(user(f"x{name}"), address).status_code == 404
        assert page(auditor, address).status_code == 403
        assert page(auditor, address, {"reason": "Because."}).status_code == 403


def test_a_step_that_does_not_exist_is_unknown(people, page):
    row = filed(people.team, people.requester)

    assert page(people.lead, f"{row.get_absolute_url()}promote/").status_code == 404


def test_a_step_that_comes_too_late_says_so(people, page):
    row = filed(people.team, people.requester)
    access.deny(row, reason="No.", by=people.lead, **WHEN)

    response = page(people.lead2, f"{row.get_absolute_url()}grant/")

    assert response.status_code == 409
    assert "“Denied”" in words(response)


def test_who_decides_too_late_keeps_what_they_typed(people, page):
    row = filed(people.team, people.requester)
    address = f"{row.get_absolute_url()}deny/"
    access.withdraw_application(row, by=people.requester, **WHEN)

    shown = words(page(people.lead, address, {"reason": "No fallback is named."}))

    assert "“Withdrawn”, so it cannot be decided any more." in shown
    assert "No fallback is named." in shown


def test_a_reason_typed_while_the_session_ended_is_there_after_the_sign_in(people, page, client):
    row = filed(people.team, people.requester)
    address = f"{row.get_absolute_url()}deny/"
    typed = {"reason": "No fallback is named.", "typed_by": str(people.lead.uid)}

    assert client.post(address, typed).status_code == 302
    shown = words(page(people.lead, address))

    assert "No fallback is named." in shown
    row.refresh_from_db()
    assert row.state == ApplicationState.FILED


# Applying -----------------------------------------------------------------------------------------


def details(**changed) -> str:
    query = {"capability": "verify", "sector": "commercial", "name": "New Bank", **changed}
    parts = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{reverse('reviews:access_apply_details')}?{parts}"


def test_choose_lists_only_what_takes_applications(people, page):
    shown = words(page(people.requester, reverse("reviews:access_apply")))

    assert 'value="verify"' in shown
    assert 'value="emotion"' not in shown
    assert 'value="blur"' not in shown


def test_choose_tells_somebody_without_a_team(people, page):
    assert "You are in no team yet" in words(page(user("lone"), reverse("reviews:access_apply")))


def test_details_explain_and_show_the_list_of_the_sector(people, page):
    team_uid = people.team.uid

    commercial = words(page(people.requester, details(team=team_uid)))
    public = words(page(people.requester, details(team=team_uid, sector="public")))

    assert "UC-C2" in commercial and "UC-P4" not in commercial
    assert "UC-P4" in public and "UC-C2" not in public
    assert "16 June 2023" in commercial
    assert "5 to 10 business days" in commercial
    assert "Managed means" in commercial


def test_details_come_back_to_the_first_page_where_something_is_missing(people, page):
    shown = words(page(people.requester, details(team=people.team.uid, name="")))

    assert "Choose a customer, or name another one." in shown


def test_details_refuse_a_team_that_is_not_ones_own(people, page):
    other = team("Other", user("other"))

    shown = words(page(people.requester, details(team=other.uid)))

    assert "Page 1 of 2" in shown


def test_details_file_the_application(people, page):
    response = page(people.requester, details(team=people.team.uid), vetting(use="UC-C2"))

    row = AccessApplication.objects.get()
    assert response.status_code == 302
    assert response["Location"] == row.get_absolute_url()
    assert (row.customer.name, row.use_code, row.team) == ("New Bank", "UC-C2", people.team)


def test_details_keep_what_was_typed_beside_the_error(people, page):
    response = page(
        people.requester,
        details(team=people.team.uid),
        vetting(use="UC-C2", business_mail="ada@gmail.com"),
    )

    shown = words(response)
    assert "personal mail address" in shown
    assert "harbour-prod-01" in shown
    assert not AccessApplication.objects.exists()


def test_details_say_the_stop_for_us_police(people, page):
    response = page(
        people.requester,
        details(team=people.team.uid, sector="public"),
        vetting(use="UC-P4", end_user="us_police"),
    )

    assert "police" in words(response)
    assert "There is a problem" in words(response)
    assert not AccessApplication.objects.exists()


# Deciding -----------------------------------------------------------------------------------------


def test_application_page_shows_facts_state_gate_and_story(people, page):
    row = filed(people.team, people.requester, for_customer=managed("Harbour Bank"))

    shown = words(page(people.lead, row.get_absolute_url()))

    for text in [
        "Harbour Bank",
        "UC-C2: Verify one person",
        "It waits for a lead",
        "A clerk checks each refusal",
        "Limited Access was applied for",
        "Grant access",
        "Cannot say yet",
    ]:
        assert text in shown
    assert "Grant access" not in words(page(people.requester, row.get_absolute_url()))


def test_application_page_names_what_the_vetting_has_to_look_at(people, page):
    plain = filed(people.team, people.requester)
    coerced = filed(
        people.team,
        people.requester,
        answers=vetting(enrolment_optional="no", minors_or_older="yes", public_space="yes"),
    )

    escalated = words(page(people.lead, coerced.get_absolute_url()))

    for code in ["enrolment is not a free choice", "public space"]:
        assert code.lower() in escalated.lower()
    assert len(escalated) > len(words(page(people.lead, plain.get_absolute_url())))


def test_grant_step_shows_the_effect_and_grants(people, page):
    row = filed(people.team, people.requester, for_customer=managed("Harbour Bank"))
    address = f"{row.get_absolute_url()}grant/"

    assert "for this one use, and for no other" in words(page(people.lead, address))
    response = page(people.lead, address, {"reason": "Vetted.", "reverify_by": "2024-01-31"})

    issued = AccessGrant.objects.get()
    assert response["Location"] == issued.get_absolute_url()
    assert issued.reverify_by == date(2024, 1, 31)


def test_grant_step_says_that_the_customer_must_be_verified_first(people, page):
    row = filed(people.team, people.requester, for_customer=managed("Isar", is_managed=None))
    data = {"reason": "Vetted.", "reverify_by": "2024-01-31"}

    shown = words(page(people.lead, f"{row.get_absolute_url()}grant/", data))

    assert "not known whether Isar is managed" in shown
    assert "Vetted." in shown
    assert not AccessGrant.objects.exists()


def test_grant_page_shows_lapse_and_every_step(people, page):
    row = granted(people.team, people.requester, lead=people.lead)

    shown = words(page(people.lead, row.get_absolute_url()))

    assert "It holds for this use and no other. It lapses after 30 April 2024" in shown
    for step in ["Re-verify the grant", "Transfer the grant", "Revoke the grant"]:
        assert step in shown


def test_grant_steps_reverify_transfer_revoke(people, page):
    row = granted(people.team, people.requester, lead=people.lead)
    heir = managed("Heir")
    address = row.get_absolute_url()

    page(people.lead, f"{address}reverify/", {"note": "Same.", "next_by": "2024-02-01"})
    row.refresh_from_db()
    assert row.reverify_by == date(2024, 2, 1)

    page(people.lead, f"{address}transfer/", {"to": heir.uid, "reason": "Merged."})
    new = AccessGrant.objects.get(customer=heir)
    assert "Transferred" in words(page(people.lead, address))
    assert row.customer.name in words(page(people.lead, new.get_absolute_url()))

    page(people.lead, f"{new.get_absolute_url()}revoke/", {"reason": "Misused."})
    new.refresh_from_db()
    assert new.revoked_reason == "Misused."
    assert "Misused." in words(page(people.requester, new.get_absolute_url()))


def test_withdraw_step_is_one_button(people, page):
    row = filed(people.team, people.requester)

    page(people.requester, f"{row.get_absolute_url()}withdraw/", {})

    row.refresh_from_db()
    assert row.state == ApplicationState.WITHDRAWN


# Exceptions ---------------------------------------------------------------------------------------


def test_ask_exception_is_reached_from_a_decided_scenario(people, page):
    case = decided_case(people)
    scenario = case.intended_uses.get()
    address = reverse("reviews:access_exception_ask", args=[scenario.uid])

    assert address in words(page(people.requester, reverse("reviews:access_exception_choose")))
    response = page(
        people.requester,
        address,
        {
            "what": "emotion:accessibility",
            "scope": "Blind users of the app.",
            "reason": "They cannot see faces.",
            "until": "2024-05-31",
        },
    )

    row = PolicyException.objects.get()
    assert response["Location"] == row.get_absolute_url()
    assert row.intended_use == scenario
    assert page(people.reviewer, address).status_code == 403
    assert page(user("stranger"), address).status_code == 404


def test_ask_exception_says_where_no_policy_permits_one(people, page):
    scenario = decided_case(people, asks_for="verify").intended_uses.get()

    shown = words(
        page(people.requester, reverse("reviews:access_exception_ask", args=[scenario.uid]))
    )

    assert "No policy permits an exception here" in shown


def test_exception_is_countersigned_with_the_password(people, page):
    row = asked_exception(people, decided_case(people))
    people.lead2.set_password("correct horse battery")
    people.lead2.save()
    address = row.get_absolute_url()

    page(people.lead, f"{address}grant/", {})
    assert page(people.lead, f"{address}countersign/").status_code == 403
    wrong = page(people.lead2, f"{address}countersign/", {"password": "guess"})
    assert "This is not your password." in words(wrong)
    row.refresh_from_db()
    assert row.state == RequestState.AWAITING_COUNTERSIGNATURE
    page(people.lead2, f"{address}countersign/", {"password": "correct horse battery"})

    row.refresh_from_db()
    assert (row.state, row.countersigned_by) == (RequestState.GRANTED, people.lead2)
    shown = words(page(people.requester, address))
    assert "until 31 May 2024" in shown
    assert "ask again by" in shown and "17 May 2024" in shown


# Customers, deployments, extensions ---------------------------------------------------------------


def test_customer_page_says_each_fact_in_words(people, page):
    bank = customer("Isar")
    deployment(bank, use="Kiosk")
    deployment(bank, use="Old app", in_use_since=None)
    deployment(bank, use="Late app", in_use_since=date(2022, 8, 1))

    shown = words(page(user("owner", Role.SUNSET_OWNER), bank.get_absolute_url()))

    assert "Not known. The gate cannot say" in shown
    assert "Existing: in use since 1 March 2021, so on 21 June 2022." in shown
    assert "Not known since when." in shown
    assert "New: in use since 1 August 2022, after 21 June 2022." in shown


@pytest.mark.parametrize("verified", ["yes", "no"])
def test_verify_step_sets_what_the_gate_goes_by(people, page, verified):
    bank = customer("Isar")

    page(
        people.lead,
        f"{bank.get_absolute_url()}verify/",
        {"is_managed": verified, "note": "Account team, 1 June."},
    )

    bank.refresh_from_db()
    assert bank.is_managed is (verified == "yes")


def test_register_customer_and_deployment_by_the_pages(people, page):
    owner = user("owner", Role.SUNSET_OWNER)
    response = page(
        owner,
        reverse("reviews:customer_new"),
        {"name": "Isar", "sector": "commercial", "country": "DE"},
    )
    shown = words(page(owner, response["Location"]))
    assert "No deployment is registered" in shown

    page(
        owner,
        f"{response['Location']}deployments/new/",
        {
            "capability": "emotion",
            "use": "Kiosk",
            "in_use_since": "2021-05-05",
            "time_zone": "Europe/Berlin",
        },
    )

    assert "Kiosk" in words(page(owner, response["Location"]))
    assert page(people.requester, reverse("reviews:customer_new")).status_code == 403


def test_extension_is_asked_and_granted_by_the_pages(people, page):
    running = deployment(managed("Isar"))
    owner = user("owner", Role.SUNSET_OWNER)
    ask = reverse("reviews:access_extension_ask", args=[running.uid])

    response = page(owner, ask, {"until": "2099-12-31", "reason": "The next version."})
    row = running.extensions.get()
    assert response["Location"] == row.get_absolute_url()
    page(people.lead, f"{row.get_absolute_url()}grant/", {"reason": "Sound plan."})

    row.refresh_from_db()
    assert row.state == RequestState.GRANTED
    assert "may go on until 31 December 2099" in words(page(owner, row.get_absolute_url()))
    assert page(user("stranger"), ask).status_code == 404


# Costs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_for_any_number_of_rows(people, client, name):
    client.force_login(people.lead3)
    costs = []
    for number in (1, 2):
        for _ in range(number):
            more_rows(people)
        with CaptureQueriesContext(connection) as counted:
            client.get(reverse(f"reviews:{name}"))
        costs.append(len(counted))

    assert costs[0] == costs[1]


@pytest.mark.parametrize("kind", ["application", "grant", "exception", "extension"])
def test_pages_cost_a_bounded_number_of_queries(people, client, kind):
    row = rows_of(people)[kind]
    client.force_login(people.lead3)

    with CaptureQueriesContext(connection) as counted:
        client.get(row.get_absolute_url())

    assert len(counted) <= 45


def test_customer_page_costs_the_same_for_any_number_of_rows(people, client):
    bank = managed("Harbour Bank")
    client.force_login(people.lead3)
    costs = []
    for codes in (["UC-C1"], ["UC-C2", "UC-C3"]):
        for code in codes:
            deployment(bank, use=f"App {code}")
            granted(
                people.team, people.requester, lead=people.lead, for_customer=bank, use_code=code
            )
        with CaptureQueriesContext(connection) as counted:
            client.get(bank.get_absolute_url())
        costs.append(len(counted))

    assert costs[0] == costs[1]


def test_grants_list_filters_by_the_standing_of_the_day(people, page):
    granted(people.team, people.requester, lead=people.lead, for_customer=managed("Runs"))
    ended = granted(people.team, people.requester, lead=people.lead, for_customer=managed("Ended"))
    grants.revoke(ended, reason="No.", by=people.lead, **WHEN)

    shown = words(page(people.lead, reverse("reviews:access_grants") + "?standing=revoked"))

    assert "Ended" in shown and ">Runs<" not in shown
