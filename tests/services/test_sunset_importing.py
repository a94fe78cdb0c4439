"""Importing a register: all rows or none, twice is once, newer edits stay."""

import io
from datetime import date

import openpyxl
import pytest

from reviews.domain.enums import AuditKind, DeploymentStatus, Role
from reviews.domain.errors import BadInput, NotPermitted
from reviews.models import (
    AuditEvent,
    Customer,
    CustomerContact,
    Deadline,
    Deployment,
    DeploymentAnswer,
    ImportRun,
    RegisterChange,
)
from reviews.services.sunset import owners, statuses
from reviews.services.sunset.importing import import_deployments
from tests.builders import NOW, customer, user
from tests.builders_sunset import WHEN, contact, csv_of

pytestmark = pytest.mark.django_db

ROW = {"customer": "Harbour Bank", "capability": "emotion", "use": "Mood at the till"}
LATER = {"at": NOW.replace(day=2), "on": date(2023, 6, 2)}
LAST = {"at": NOW.replace(day=3), "on": date(2023, 6, 3)}


@pytest.fixture
def owner(roles, catalogue):
    return user("owner", Role.SUNSET_OWNER)


def bring(raw, by=None, name="register.csv", when=WHEN, **options):
    return import_deployments(raw, file_name=name, by=by, **when, **options)


def test_a_row_becomes_a_customer_a_deployment_a_contact_and_a_deadline(owner):
    raw = csv_of(
        [
            {
                **ROW,
                "in_use_since": "2021-03-01",
                "status": "acknowledged",
                "time_zone": "Europe/Berlin",
                "owner": "OWNER@example.test",
                "country": "DE",
                "region": "Central",
                "tier": "Gold",
                "contact_name": "Ada Example",
                "contact_email": "ada@bank.example",
            }
        ]
    )
    report = bring(raw, owner)

    row = Deployment.objects.get()
    assert (report.read, report.created, report.customers_created) == (1, 1, 1)
    assert (row.customer.owner, row.customer.region, row.customer.tier) == (
        owner,
        "Central",
        "Gold",
    )
    assert (row.status, row.version, row.in_use_since) == ("acknowledged", 1, date(2021, 3, 1))
    assert CustomerContact.objects.get().time_zone == "Europe/Berlin"
    assert CustomerContact.objects.get().confirmed_at is None
    assert Deadline.objects.get().last_day == date(2023, 6, 30)
    assert ImportRun.objects.get().report["defaults"] == {}
    event = AuditEvent.objects.get(kind=AuditKind.DEPLOYMENTS_IMPORTED)
    assert (event.actor, event.data["created"]) == (owner, 1)
    assert RegisterChange.objects.get(part="status").reason == "register.csv, row 2"


def test_one_bad_row_in_ten_thousand_writes_nothing(owner):
    rows = [{**ROW, "use": f"use {number}"} for number in range(10_000)]
    rows[9_997]["capability"] = "emotoin"

    report = bring(csv_of(rows), owner)

    (problem,) = report.rejected
    assert (problem.row, problem.column) == (9_999, "capability")
    assert (report.read, report.created, report.changes) == (10_000, 0, 0)
    assert not Customer.objects.exists()
    assert not AuditEvent.objects.filter(kind=AuditKind.DEPLOYMENTS_IMPORTED).exists()


def test_twice_is_once(owner):
    raw = csv_of([{**ROW, "status": "notified", "contact_name": "Ada", "contact_email": "a@b.io"}])
    bring(raw, owner)
    before = (RegisterChange.objects.count(), AuditEvent.objects.count())

    report = bring(raw, owner, when=LATER)

    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert (RegisterChange.objects.count(), AuditEvent.objects.count()) == before


def test_a_dry_run_says_the_same_and_keeps_nothing(owner):
    raw = csv_of([ROW, {**ROW, "use": "Lobby"}])
    dry = bring(raw, owner, dry_run=True)

    assert not Deployment.objects.exists()
    assert not ImportRun.objects.exists()
    done = bring(raw, owner)
    assert {**dry.as_dict(), "dry_run": False} == done.as_dict()
    assert done.as_dict()["defaults"]["status"] == {"value": "discovered", "rows": 2}


def test_a_changed_row_updates_the_register(owner):
    bring(csv_of([{**ROW, "status": "notified", "region": "North"}]), owner)

    report = bring(csv_of([{**ROW, "status": "migrating", "region": "South"}]), owner, when=LATER)

    row = Deployment.objects.get()
    assert (report.updated, report.customers_updated) == (1, 1)
    assert (row.status, row.version, row.customer.region) == ("migrating", 2, "South")
    assert [(one.was, one.now) for one in row.register_changes.all()] == [
        ("", "notified"),
        ("notified", "migrating"),
    ]


def test_an_empty_cell_leaves_what_the_register_says(owner):
    bring(csv_of([{**ROW, "status": "notified", "region": "North"}]), owner)
    report = bring(csv_of([{**ROW, "status": "", "region": ""}]), owner, when=LATER)

    assert report.unchanged == 1
    assert Deployment.objects.get().status == DeploymentStatus.NOTIFIED


def test_discontinued_comes_with_its_attestation(owner):
    raw = csv_of(
        [{**ROW, "status": "discontinued", "stopped_on": "2023-05-01", "attested_by": "Ada"}]
    )
    bring(raw, owner)

    answer = DeploymentAnswer.objects.get()
    assert (answer.said_by, answer.stopped_on, answer.entered_by) == (
        "Ada",
        date(2023, 5, 1),
        owner,
    )
    assert Deployment.objects.get().discontinued_on == date(2023, 5, 1)
    assert bring(raw, owner, when=LATER).unchanged == 1
    assert DeploymentAnswer.objects.count() == 1


@pytest.mark.parametrize("version", ["1", ""])
def test_a_newer_edit_in_the_register_stays_and_is_reported(owner, version):
    bring(csv_of([ROW, {**ROW, "use": "Lobby"}]), owner)
    row = Deployment.objects.get(use=ROW["use"])
    statuses.set_status(row, status=DeploymentStatus.MIGRATING, reason="Call.", by=owner, **LATER)
    raw = csv_of(
        [
            {**ROW, "status": "notified", "version": version},
            {**ROW, "use": "Lobby", "status": "notified", "version": version},
        ]
    )
    report = bring(raw, owner, when=LAST)

    (problem,) = report.conflicts
    row.refresh_from_db()
    assert (problem.row, problem.column) == (2, "version")
    assert "version 2" in problem.reason
    assert row.status == DeploymentStatus.MIGRATING
    assert Deployment.objects.get(use="Lobby").status == DeploymentStatus.NOTIFIED
    assert (report.read, report.updated, report.rejected) == (2, 1, ())


def test_the_version_that_the_register_holds_may_overwrite(owner):
    bring(csv_of([ROW]), owner)
    row = Deployment.objects.get()
    statuses.set_status(row, status=DeploymentStatus.MIGRATING, reason="x", by=owner, **LATER)

    report = bring(csv_of([{**ROW, "status": "notified", "version": "2"}]), owner, when=LAST)

    row.refresh_from_db()
    assert (report.updated, row.status, row.version) == (1, "notified", 3)


def test_an_owner_whom_a_person_chose_stays(owner):
    other = user("other", Role.SUNSET_OWNER)
    bring(csv_of([{**ROW, "owner": "owner"}]), owner)
    bank = Customer.objects.get()
    owners.set_owner(bank, owner=other, reason="Leave.", by=owner, **LATER)

    report = bring(csv_of([{**ROW, "owner": "owner"}]), owner, when=LAST)

    bank.refresh_from_db()
    assert bank.owner == other
    assert [one.column for one in report.conflicts] == ["owner"]


def test_customers_and_contacts_that_are_there_are_found(owner):
    bank = customer("Harbour Bank")
    contact(bank, email="ada@bank.example")
    raw = csv_of(
        [
            {
                **ROW,
                "customer": "HARBOUR  bank",
                "contact_name": "A",
                "contact_email": "ADA@bank.example",
            }
        ]
    )
    report = bring(raw, owner)

    assert (report.customers_created, report.contacts_created) == (0, 0)
    assert Deployment.objects.get().customer == bank


def test_days_to_come_are_no_facts(owner):
    report = bring(csv_of([{**ROW, "in_use_since": "2023-06-02"}]), owner)

    assert [(one.row, one.column) for one in report.rejected] == [(2, "in_use_since")]
    assert not Deployment.objects.exists()


HEAD = b"customer,capability,use\n"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        ("customer,capability,use\nA,emotion,b\n".encode("utf-16"), "UTF-16"),
        (HEAD + b"A\x00,emotion,b\n", "UTF-8"),
        (HEAD, "no rows"),
        (b"customer,capability,use,use\nA,emotion,b,c\n", "stands twice"),
        (HEAD + b'A,emotion,"b\nC,emotion,d\n', "quotation marks"),
        (b"one;two\n1;2\n", "no column “customer”"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(owner, raw, told):
    with pytest.raises(BadInput, match=told):
        bring(raw, owner)
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfcustomer,capability,use\r\nCaf\xc3\xa9,emotion,b\r\n",
        b"customer;capability;use\nCaf\xc3\xa9;emotion;b\n",
        b"customer\tcapability\tuse\nCaf\xe9\temotion\tb\n",
    ],
)
def test_marks_semicolons_and_old_encodings_are_read(owner, raw):
    assert bring(raw, owner).created == 1
    assert Customer.objects.get().name == "Café"


def test_a_workbook_is_read_like_a_csv(owner):
    book = openpyxl.Workbook()
    book.active.append(["Customer", "Capability", "Use", "In use since", "Version"])
    book.active.append(["Harbour Bank", "emotion", "Mood", date(2021, 3, 1), 1])
    out = io.BytesIO()
    book.save(out)

    report = bring(out.getvalue(), owner, name="register.xlsx")

    assert report.created == 1
    assert Deployment.objects.get().in_use_since == date(2021, 3, 1)


def test_only_who_keeps_the_register_imports(owner):
    with pytest.raises(NotPermitted):
        bring(csv_of([ROW]), user("reader", Role.AUDITOR))
