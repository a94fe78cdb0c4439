"""Every resource in a portal with something of everything: what it costs, and what it keeps."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews.api.urls import router
from reviews.domain.enums import Scope
from reviews.models import Reminder, Verdict
from reviews.services.reminding import ladders
from tests import builders_world
from tests.builders import NOW, TODAY
from tests.builders_api import Machine

pytestmark = pytest.mark.django_db

LISTS = sorted(address for address, _resource, _name in router.registry)
AT_MOST = 5
FOR_THE_OFFICE = {"audit-events", "imports", "reminders", "reviews"}


@pytest.fixture
def world(roles, catalogue):
    ladders.sync(at=NOW, on=TODAY)
    return builders_world.begin()


def counted(machine, address):
    with CaptureQueriesContext(connection) as queries:
        answer = machine.get(f"{address}/")
    assert answer.status_code == 200, (address, answer.json())
    return len(queries), answer.json()["results"]


def test_a_page_of_any_list_takes_few_queries_whatever_it_shows(world):
    machine = Machine(world.auditor, *set(Scope) - {Scope.ADMIN})
    lead = Machine(world.people.lead)
    who = {"imports": lead}
    before = {one: counted(who.get(one, machine), one) for one in LISTS}
    builders_world.grow(world)
    builders_world.grow(world)
    after = {one: counted(who.get(one, machine), one) for one in LISTS}
    assert {one: n for one, (n, _rows) in after.items() if n > AT_MOST} == {}
    assert {one: n for one, (n, _rows) in after.items() if n > before[one][0]} == {}
    same = {one for one in LISTS if len(after[one][1]) == len(before[one][1])}
    assert same == {"audit-events", "capabilities", "imports", "standards"}  # full, fixed, none


def test_one_row_is_what_its_list_shows(world):
    machine = Machine(world.auditor, *set(Scope) - {Scope.ADMIN})
    for address in sorted(set(LISTS) - {"imports"}):
        _n, rows = counted(machine, address)
        (row, *_more) = rows
        key = next(row[name] for name in ("reference", "slug", "uid", "seq") if name in row)
        one = machine.get(f"{address}/{key}/")
        assert (one.status_code, one.json()) == (200, row), address


def test_the_team_reads_no_addresses_no_notes_and_no_reviewers(world):
    people = world.people
    Verdict.objects.update(note="between us", gap_plan="between us")
    machine = Machine(people.requester)
    read = ""
    for address in LISTS:
        answer = machine.get(f"{address}/?limit=200")
        if address in FOR_THE_OFFICE:
            assert (answer.status_code, answer.json()["code"]) in {
                (403, "not_permitted"),
                (403, "missing_scope"),
            }, address
        else:
            assert answer.status_code == 200, address
            read += answer.content.decode()
    case = world.blind.use_case.reference
    read += machine.get(f"use-cases/{case}/questions/").content.decode()
    assert case in read
    assert "between us" not in read
    assert not re.findall(r"[\w.+-]+@[a-z][\w.-]+", read)
    assert f'"{people.reviewer.username}"' not in read


def test_proposals_stay_in_the_office(world):
    of = f"?reference={world.signing.reference}"
    assert len(Machine(world.auditor).get(f"decisions/{of}").json()["results"]) == 1
    assert Machine(world.people.requester).get(f"decisions/{of}").json()["results"] == []


def test_blind_reviewers_read_their_own_work_alone(world):
    review, people = world.blind, world.people
    review.assignments.filter(reviewer=people.reviewer2).update(
        signed_off_at=None, recommendation=None
    )
    Verdict.objects.filter(assignment__reviewer=people.reviewer2).update(note="of the other")
    Verdict.objects.filter(assignment__reviewer=people.reviewer).update(is_current=False)
    mine = Machine(people.reviewer)
    read = mine.get(f"reviews/{review.uid}/")
    (seat,) = read.json()["assignments"]
    assert seat["reviewer"]["username"] == people.reviewer.username
    items = mine.get(f"reviews/{review.uid}/items/")
    assert items.status_code == 200
    assert {str(row["verdict"]) for row in items.json()["results"]} == {"None"}
    seats = Machine(world.auditor).get(f"reviews/{review.uid}/").json()["assignments"]
    assert len(seats) == 2
    assert {one["recommendation"] for one in seats} == {None}


def test_the_record_is_read_from_the_newest_back(world):
    machine = Machine(world.auditor, Scope.AUDIT_READ)
    address, seen = "audit-events/?limit=50", []
    while address:
        body = machine.get(address).json()
        seen += [row["seq"] for row in body["results"]]
        address = (body["next"] or "").partition("/api/v1/")[2]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == seen[0]


def test_addresses_of_recipients_are_in_no_answer(world):
    machine = Machine(world.people.lead)
    rows = machine.get("reminders/?limit=200")
    assert len(rows.json()["results"]) == Reminder.objects.count()
    assert "@" not in json.dumps(rows.json()["results"])
