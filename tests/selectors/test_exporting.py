"""What an export holds: every list, every format, who gets which rows and columns."""

import json

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from reviews.domain.enums import AuditKind, Role
from reviews.domain.errors import BadInput, NotPermitted
from reviews.domain.exporting import Format, neutralised
from reviews.selectors.exporting import plans
from reviews.selectors.exporting.resources import Reader
from reviews.services import audit
from tests import builders_mail, builders_sunset
from tests.builders import NOW, TODAY, customer, team, use_case, user
from tests.builders_access import deployment
from tests.inventories import EXCERPT, table_of

pytestmark = pytest.mark.django_db

EVERY = [(one, form) for one in plans.RESOURCES.values() for form in one.formats]


def reader(person):
    return Reader(person, NOW, TODAY)


def planned(name, form, person, query=""):
    return plans.plan(plans.RESOURCES[name], form, given=QueryDict(query), reader=reader(person))


def table(name, person, query="", form=Format.CSV):
    """The rows as dictionaries, as COPY would give them."""
    plan = planned(name, form, person, query)
    with connection.cursor() as cursor:
        cursor.execute(plan.sql)
        found = cursor.fetchall()
    names = [one.name for one in plan.headings]
    return [dict(zip(names, row, strict=True)) for row in found]


@pytest.fixture
def auditor(roles, catalogue):
    return user("auditor", Role.AUDITOR)


@pytest.mark.parametrize(
    ("resource", "form"), EVERY, ids=[f"{one.name}.{form}" for one, form in EVERY]
)
def test_every_list_gives_a_statement_in_every_format(auditor, resource, form):
    plan = plans.plan(resource, form, given=QueryDict(), reader=reader(auditor))

    with connection.cursor() as cursor:
        cursor.execute(plan.sql)
        assert form is Format.NDJSON or len(cursor.description) == len(plan.headings)


@pytest.mark.parametrize("resource", plans.RESOURCES.values(), ids=lambda one: one.name)
def test_an_export_refuses_a_parameter_that_its_list_does_not_know(auditor, resource):
    with pytest.raises(BadInput, match="colour"):
        plans.plan(resource, Format.CSV, given=QueryDict("colour=blue"), reader=reader(auditor))


@pytest.mark.parametrize(
    ("name", "query"),
    [("use-cases", "state=gone"), ("deployments", "due_in=soon"), ("conditions", "due_in=soon")],
)
def test_a_value_that_no_filter_knows_does_not_export_everything(auditor, name, query):
    with pytest.raises(BadInput):
        planned(name, Format.CSV, auditor, query)


def test_a_filter_that_nothing_can_match_gives_no_rows(roles, catalogue):
    stranger = user("stranger")

    assert table("access-applications", stranger, "mine=yes") == []


def test_the_rows_are_those_of_the_list(auditor):
    crew, other = team("Crew"), team("Other")
    mine = use_case(crew, by=auditor, title="Face at the gate")
    use_case(other, by=auditor, title="Something else")

    (row,) = table("use-cases", auditor, "q=gate")

    assert (row["reference"], row["team"]) == (mine.reference, "Crew")


def test_a_requester_exports_what_the_requester_sees(roles, catalogue):
    ana, ben = user("ana"), user("ben")
    own = use_case(team("Hers", ana), by=ana)
    use_case(team("His", ben), by=ben)

    assert [row["reference"] for row in table("use-cases", ana)] == [own.reference]


def test_a_requester_gets_no_addresses_and_no_notes(roles, catalogue):
    ana, owner = user("ana"), user("owner", Role.SUNSET_OWNER)
    crew, buyer = team("Hers", ana), customer("Buyer", verified_note="Rang them", tier="gold")
    use_case(crew, by=ana, customer=buyer, state="in_review", origin="imported")
    deployment(buyer, note="Slow payer", plan="By June")
    builders_sunset.contact(buyer, "Kit Example", email="kit@buyer.example")

    hers, theirs = table("deployments", ana), table("deployments", owner)

    assert len(hers) == len(theirs) == 1
    assert "kit@buyer.example" in theirs[0]["contact_addresses"]
    assert theirs[0]["note"] == "Slow payer"
    assert not {"contacts", "contact_addresses", "note", "plan"} & hers[0].keys()
    assert "verified_note" not in table("customers", ana)[0]
    said = json.dumps([table("deployments", ana), table("customers", ana)], default=str)
    assert "@" not in said


@pytest.mark.parametrize("name", ["reviews", "mails", "reminders", "audit-events"])
def test_lists_of_the_office_are_refused_to_a_requester(roles, catalogue, name):
    with pytest.raises(NotPermitted):
        planned(name, Format.CSV, user("ana"))


def test_the_record_keeps_blind_work_from_a_reader_of_the_case(roles, catalogue):
    auditor = user("auditor", Role.AUDITOR)
    own = use_case(team("Hers", auditor), by=auditor)
    other = use_case(team("Theirs"), by=auditor)
    for case in (own, other):
        for kind in (AuditKind.VERDICT_SAVED, AuditKind.USE_CASE_SUBMITTED):
            audit.record(kind, subject=case, by=None, at=NOW, on=TODAY)

    rows = table("audit-events", auditor, f"reference={own.reference}")
    every = table("audit-events", auditor, f"kind={AuditKind.VERDICT_SAVED.value}")

    assert [row["kind"] for row in rows] == [AuditKind.USE_CASE_SUBMITTED.value]
    assert [row["subject_label"] for row in every] == [other.reference]


def test_a_lead_does_not_export_the_record(roles, catalogue):
    with pytest.raises(NotPermitted):
        planned("audit-events", Format.CSV, user("lead", Role.LEAD))


@pytest.mark.parametrize(
    "title",
    [
        "=1+1",
        "+1",
        "-1",
        "@sum",
        "\tx",
        "\rx",
        "'=1",
        "\"'=1",
        "''-x",
        "plain",
        "'quoted'",
        '"said"',
        "1-1",
        "a\n=b",
        "",
        "Ünïcode – ‘dash’",
    ],
)
def test_the_guard_of_the_database_is_the_guard_of_the_rules(auditor, title):
    row = use_case(team("Crew"), by=auditor, title="x")
    row.title = title
    row.save()

    assert table("use-cases", auditor)[0]["title"] == neutralised(title)
    assert json.loads(_json_line(auditor))["title"] == title


def _json_line(person):
    with connection.cursor() as cursor:
        cursor.execute(planned("use-cases", Format.NDJSON, person).sql)
        (line,) = cursor.fetchone()
    return line if isinstance(line, str) else json.dumps(line)


def test_moments_carry_their_zone(auditor):
    use_case(team("Crew"), by=auditor)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")

    assert table("use-cases", auditor)[0]["created_at"] == "2023-06-01T09:30:00+00:00"


def test_mails_go_out_without_their_text(roles, catalogue):
    owner = user("owner", Role.SUNSET_OWNER)
    who = builders_mail.contact(customer("Buyer"))
    builders_mail.sent(who, text="https://portal.example/answer/secret/")

    (row,) = table("mails", owner)

    assert "secret" not in json.dumps(row, default=str)


def test_the_statement_takes_as_many_queries_for_three_rows_as_for_one(auditor):
    crew = team("Crew")
    use_case(crew, by=auditor)
    planned("use-cases", Format.CSV, auditor)  # what is read once for the person
    with CaptureQueriesContext(connection) as for_one:
        planned("use-cases", Format.CSV, auditor)
    for _ in range(2):
        use_case(crew, by=auditor)
    with CaptureQueriesContext(connection) as for_three:
        planned("use-cases", Format.CSV, auditor)

    assert len(for_three) == len(for_one) <= 1  # the choices of the filter


def test_the_header_of_the_inventory_is_that_of_the_file(auditor):
    headings = planned("inventory", Format.CSV, auditor).headings

    assert [one.name for one in headings] == table_of(EXCERPT.read_bytes())[0]
