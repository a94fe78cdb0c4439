"""What the register adds to what was said: deployments, grants, applications, exceptions."""

from datetime import timedelta

import pytest

from reviews.domain.enums import ApplicationState, DeploymentStatus, Role, Sector, State
from reviews.models import (
    AccessApplication,
    AccessGrant,
    Capability,
    Deployment,
    Extension,
    IntendedUse,
    PolicyException,
)
from reviews.selectors import gate
from tests.builders import NOW, TODAY, customer, team, use_case, user
from tests.gate_questions import CATALOGUE, day

pytestmark = pytest.mark.usefixtures("roles", "catalogue")

CUTOFF = day("2022-06-21")
AFTER = day("2023-07-01")
BEFORE = day("2021-01-04")
YEARS_END = day("2023-12-31")


@pytest.fixture
def lead(roles):
    return user("lead", Role.LEAD)


def capability(slug):
    return Capability.objects.get(slug=slug)


def deployment(owner, slug, since=BEFORE, **fields):
    return Deployment.objects.create(
        customer=owner,
        capability=capability(slug),
        use=fields.pop("use", "Doors"),
        in_use_since=since,
        registered_at=NOW,
        **fields,
    )


def extension(row, until, lead, state="granted"):
    return Extension.objects.create(
        deployment=row,
        until=until,
        reason="Hardware",
        state=state,
        asked_by=lead,
        asked_at=NOW,
        decided_by=lead,
        decided_at=NOW,
    )


def application(owner, slug, lead, use="UC-C2", state=ApplicationState.FILED, **fields):
    return AccessApplication.objects.create(
        customer=owner,
        capability=capability(slug),
        use_code=use,
        state=state,
        team=fields.pop("team", None) or team(),
        filed_by=lead,
        filed_at=fields.pop("filed_at", NOW),
        filed_on=TODAY,
        **fields,
    )


def grant(owner, slug, lead, use="UC-C2", until=YEARS_END, **fields):
    filed = application(owner, slug, lead, use, ApplicationState.GRANTED)
    return AccessGrant.objects.create(
        application=filed,
        customer=owner,
        capability=filed.capability,
        use_code=use,
        granted_by=lead,
        granted_at=fields.pop("granted_at", NOW),
        granted_on=TODAY,
        reverify_by=until,
        **fields,
    )


def ask(slug, owner, on=TODAY, **said):
    (result,) = gate.answers([slug], said, on=on, customer=owner)
    return result


def test_policies_on_reads_the_same_catalogue_as_the_files():
    read = gate.policies_on()

    assert {slug: policies.dated for slug, policies in read.items()} == {
        slug: policies.dated for slug, policies in CATALOGUE.items()
    }
    assert read["emotion"].rules == CATALOGUE["emotion"].rules
    assert read["emotion"].probes == CATALOGUE["emotion"].probes


def test_choices_lists_every_capability_once():
    slugs = [choice.slug for group in gate.choices() for choice in group.choices]

    assert sorted(slugs) == sorted(CATALOGUE)


def test_answers_leaves_out_what_is_no_capability():
    assert gate.answers(["no-such-thing"], {}, on=TODAY) == ()


# Existing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "answer"),
    [
        (CUTOFF, "go_on"),
        (CUTOFF - timedelta(days=400), "go_on"),
        (CUTOFF + timedelta(days=1), "refused"),
    ],
)
def test_answers_knows_an_existing_customer_by_the_cut_off_day(since, answer):
    owner = customer()
    deployment(owner, "emotion", since)

    assert ask("emotion", owner, purpose="general").answer == answer


def test_answers_does_not_take_another_capability_for_this_one():
    owner = customer()
    deployment(owner, "age")

    assert ask("emotion", owner, purpose="general").missing == ("existing",)


def test_answers_assumes_nothing_about_a_customer_without_deployments():
    assert ask("emotion", customer(), purpose="general").missing == ("existing",)


def test_answers_asks_where_the_first_day_of_use_is_not_known():
    owner = customer()
    deployment(owner, "emotion", None)

    assert ask("emotion", owner, purpose="general").missing == ("existing",)
    assert ask("emotion", owner, purpose="general", existing="yes").answer == "go_on"


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"status": DeploymentStatus.NOT_THEIRS}, ("existing",)),
        ({"status": DeploymentStatus.DISCONTINUED, "discontinued_on": day("2022-06-20")}, ()),
    ],
)
def test_answers_does_not_count_a_use_that_was_not_theirs_or_had_ended(fields, missing):
    owner = customer()
    deployment(owner, "emotion", **fields)

    result = ask("emotion", owner, purpose="general")

    assert (result.answer == "go_on", result.missing) == (False, missing)


def test_answers_puts_the_register_over_what_was_said():
    owner = customer(is_managed=False)
    deployment(owner, "identify")

    assert ask("identify", owner, existing="no").answer == "go_on"
    late = ask("identify", customer(is_managed=False), on=AFTER, existing="no", managed="yes")
    assert late.answer == "not_eligible"


def test_answers_takes_the_customers_sector_only_where_none_was_said():
    owner = customer(is_managed=True, sector=Sector.PUBLIC)
    said = {"existing": "no", "use": "UC-C2"}

    assert ask("verify", owner, **said).deciding.rule == "LA-USE-NOT-LISTED"
    assert ask("verify", owner, **said, sector="commercial").answer == "apply_first"


# Extensions --------------------------------------------------------------------------------------


def test_answers_reads_a_granted_extension(lead):
    owner = customer()
    row = deployment(owner, "emotion")
    extension(row, day("2023-09-30"), lead)
    extension(row, day("2024-01-31"), lead, state="refused")

    assert ask("emotion", owner, AFTER).last_permitted_on == day("2023-09-30")


def test_answers_asks_where_only_some_deployments_were_extended(lead):
    owner = customer()
    extension(deployment(owner, "emotion"), day("2023-09-30"), lead)
    deployment(owner, "emotion", use="Kiosk")

    assert ask("emotion", owner, AFTER, purpose="general").missing == ("extension_until",)


# Applications and grants -------------------------------------------------------------------------

SAID = {"existing": "no", "managed": "yes", "sector": "commercial", "use": "UC-C2"}


def test_answers_reads_a_running_grant(lead):
    owner = customer()
    grant(owner, "verify", lead, use="UC-C3")
    grant(owner, "verify", lead, use="UC-C2")

    result = ask("verify", owner, AFTER, **SAID)

    assert (result.answer, result.last_permitted_on) == ("allowed", day("2023-12-31"))
    assert ask("verify", owner, AFTER, **SAID | {"use": "UC-C1"}).answer == "not_covered"


def test_answers_knows_a_lapsed_and_a_revoked_grant(lead):
    lapsed, revoked = customer(), customer()
    grant(lapsed, "verify", lead, until=day("2023-05-31"))
    grant(revoked, "verify", lead, revoked_by=lead, revoked_at=NOW, revoked_on=TODAY)

    assert ask("verify", lapsed, **SAID).deciding.rule == "GRANT-LAPSED"
    assert ask("verify", revoked, **SAID).deciding.rule == "GRANT-REVOKED"


def test_answers_knows_that_a_revoked_grant_was_applied_for_again(lead):
    owner = customer()
    grant(owner, "verify", lead, revoked_by=lead, revoked_at=NOW, revoked_on=TODAY)
    application(owner, "verify", lead, filed_at=NOW + timedelta(days=1))

    assert ask("verify", owner, **SAID).deciding.rule == "LA-FILED"


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        (ApplicationState.FILED, "LA-FILED"),
        (ApplicationState.DENIED, "LA-DENIED"),
        (ApplicationState.WITHDRAWN, "LA-APPLY"),
    ],
)
def test_answers_reads_the_newest_application_for_the_use(lead, state, rule):
    owner = customer()
    application(
        owner, "verify", lead, filed_at=NOW - timedelta(days=9), state=ApplicationState.DENIED
    )
    decided = {} if state == ApplicationState.FILED else {"decided_by": lead, "decided_at": NOW}
    application(owner, "verify", lead, state=state, **decided)

    assert ask("verify", owner, **SAID).deciding.rule == rule


def test_answers_does_not_count_a_grant_that_was_transferred(lead):
    owner = customer()
    grant(owner, "verify", lead, transferred_at=NOW)

    assert ask("verify", owner, **SAID).answer == "apply_first"


def test_answers_reads_a_grant_where_no_list_of_uses_is_known(lead):
    owner = customer()
    grant(owner, "speaker-recognition", lead, use="")

    assert ask("speaker-recognition", owner, AFTER, existing="no").answer == "allowed"


# Exceptions --------------------------------------------------------------------------------------


@pytest.fixture
def excepted(lead):
    """An approved use case with two scenarios; the first one holds an exception."""
    owner = customer()
    case = use_case(team(), by=lead, customer=owner, state=State.APPROVED)
    first, _second = (
        IntendedUse.objects.create(use_case=case, key=f"scenario:{n}", name=f"S{n}", position=n)
        for n in (1, 2)
    )
    PolicyException.objects.create(
        kind="accessibility",
        customer=owner,
        capability=capability("emotion"),
        use_case=case,
        intended_use=first,
        scope="Forty people",
        reason="A reading aid",
        until=day("2023-12-31"),
        state="granted",
        asked_by=lead,
        asked_at=NOW,
        granted_by=lead,
        granted_at=NOW,
    )
    return case


def test_answers_reads_the_exception_of_the_scenario(excepted):
    def answer(scenario):
        (result,) = gate.answers(
            ["emotion"],
            {"existing": "no", "purpose": "accessibility"},
            on=AFTER,
            customer=excepted.customer,
            use_case=excepted,
            scenario=scenario,
        )
        return result.answer

    assert answer("scenario:1") == "allowed"
    assert answer("scenario:2") == "exception_request"


def test_answers_asks_which_scenario_an_exception_of_the_customer_covers(excepted):
    result = ask("emotion", excepted.customer, AFTER, existing="no", purpose="accessibility")

    assert result.missing == ("exception_covers",)


@pytest.mark.parametrize("slugs", [["emotion"], sorted(CATALOGUE)])
def test_answers_costs_the_same_for_any_number_of_capabilities(
    lead, slugs, django_assert_max_num_queries
):
    owner = customer()
    for slug in slugs:
        extension(deployment(owner, slug), day("2023-09-30"), lead)

    with django_assert_max_num_queries(10):
        gate.answers(slugs, {}, on=TODAY, customer=owner)
