"""Mails to come and a silent year: by the machine itself, on a copy that leaves no trace."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from reviews.domain.enums import (
    DeploymentStatus,
    MailState,
    RehearsalKind,
    RequestState,
    Role,
    SubjectKind,
)
from reviews.domain.errors import BadInput
from reviews.models import AuditHead, CaseText, Deployment, Extension, Mail, Rehearsal, UseCase
from reviews.services.reminding import deadlines, planning
from reviews.services.replaying import copying, runs, scratch, walking
from tests.builders import NOW, TODAY, customer, team, use_case, user
from tests.builders_access import capability
from tests.builders_mail import contact

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2022, 6, 21), date(2023, 7, 31)
BY_THE_LADDER = [
    "2022-06-30", "2023-01-01", "2023-04-01", "2023-05-01", "2023-05-31", "2023-06-16",
    "2023-06-23", "2023-06-27", "2023-06-29", "2023-06-30", "2023-07-01", "2023-07-07",
    "2023-07-14", "2023-07-21", "2023-07-28",
]  # fmt: skip
MOVED = {"2023-01-01": "2022-12-30", "2023-04-01": "2023-03-31", "2023-07-01": "2023-07-03"}
BEFORE = datetime(2022, 6, 1, tzinfo=UTC)


@pytest.fixture
def people(roles, catalogue):
    return {
        "owner": user("sol", Role.SUNSET_OWNER, time_zone="UTC"),
        "lead": user("lena", Role.LEAD, time_zone="UTC"),
    }


def running(owner, name="Harbour Bank", slug="emotion", *, at=BEFORE, zone="UTC", **fields):
    """A deployment with an owner and a contact."""
    firm = customer(name, owner=owner)
    contact(firm, f"Kit of {name}", time_zone=zone, registered_at=at)
    return Deployment.objects.create(
        customer=firm,
        capability=capability(slug),
        use="x",
        registered_at=at,
        time_zone=zone,
        in_use_since=date(2021, 1, 1),
        **fields,
    )


def followed(*, at=NOW, on=TODAY):
    deadlines.follow(SubjectKind.DEPLOYMENT, None, at=at, on=on)


def nothing(then):
    """A forecast that nobody asks for."""
    raise AssertionError(then)


def tables():
    """How many rows each real table has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        counts = {}
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM public."{name}"')
            counts[name] = cursor.fetchone()[0]
    return counts


def schemas():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'replay%'")
        return [row[0] for row in cursor.fetchall()]


def search_path():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        return cursor.fetchone()[0]


# The silent year ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def expected():
    return [(day, MOVED.get(day, day)) for day in BY_THE_LADDER]


def test_a_customer_who_never_answers_is_written_to_on_exactly_these_days(people, expected):
    running(people["owner"])

    lines = runs.replay(first=FIRST, last=LAST)

    to_contact = [line for line in lines if line.customer == "Harbour Bank"]
    days = [(str(line.nominal_on), str(line.moved_on)) for line in to_contact]
    assert list(dict.fromkeys(days)) == expected
    assert all(line.local_day == line.moved_on for line in to_contact)
    assert all(line.subject for line in to_contact)


def test_owner_manager_and_lead_come_in_as_the_ladder_climbs(people):
    running(people["owner"])

    lines = runs.replay(first=date(2023, 6, 1), last=date(2023, 7, 8))

    def first(name):
        return min(line.moved_on for line in lines if line.recipient == name)

    assert first("Sol") == date(2023, 6, 16)
    assert first("Lena") == date(2023, 6, 29)


def test_answers_that_came_later_are_forgotten(people, expected):
    row = running(
        people["owner"],
        status=DeploymentStatus.DISCONTINUED,
        discontinued_on=date(2023, 2, 1),
        heard_at=NOW,
    )
    Extension.objects.create(
        deployment=row,
        until=date(2023, 12, 31),
        reason="x",
        state=RequestState.GRANTED,
        asked_by=people["owner"],
        asked_at=NOW,
        decided_by=people["lead"],
        decided_at=NOW,
    )
    followed()

    lines = runs.replay(first=FIRST, last=LAST)

    days = {str(line.nominal_on) for line in lines if line.customer}
    assert days == {day for day, _ in expected}


def test_what_was_not_in_use_on_the_first_day_is_not_there(people):
    running(people["owner"], "Gone before", discontinued_on=date(2022, 6, 1),
            status=DeploymentStatus.DISCONTINUED)  # fmt: skip
    row = running(people["owner"], "Came later", at=NOW)
    Deployment.objects.filter(pk=row.pk).update(in_use_since=date(2022, 9, 1))

    assert runs.replay(first=FIRST, last=date(2022, 7, 31)) == []


# No trace -----------------------------------------------------------------------------------------


def test_nothing_in_the_real_tables_changes(people):
    running(people["owner"])
    followed()
    before, head = tables(), AuditHead.objects.values().first()

    runs.replay(first=FIRST, last=date(2022, 7, 31))
    runs.plan(until=date(2023, 7, 31), at=NOW, on=TODAY)

    assert tables() == before
    assert AuditHead.objects.values().first() == head
    assert schemas() == []


def test_a_failure_leaves_no_schema_and_the_real_tables_in_sight(people):
    path = search_path()

    with pytest.raises(RuntimeError, match="on purpose"), scratch.schema():
        assert not Deployment.objects.exists()
        raise RuntimeError("on purpose")

    assert schemas() == []
    assert search_path() == path


def test_a_connection_that_is_replaced_sees_nothing(people):
    running(people["owner"])

    with scratch.schema():
        own = connection.connection
        try:
            connection.connection = connection.get_new_connection(
                connection.get_connection_params()
            )
            with pytest.raises(scratch.ConnectionReplaced):
                Deployment.objects.count()
        finally:
            connection.connection.close()
            connection.connection = own


def test_what_a_crash_left_is_swept(committed_db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA replay_0123456789abcdef")

    with scratch.schema() as own:
        assert schemas() == [own.name]


def test_new_rows_in_the_copy_get_new_keys(people):
    row = running(people["owner"])

    with scratch.schema() as own:
        copying.as_it_is(own, on=TODAY)
        new = Deployment.objects.create(
            customer=row.customer, capability=row.capability, use="y", registered_at=NOW
        )
        assert new.pk > row.pk


def test_texts_of_the_search_are_not_copied(people):
    case = use_case(team(), by=people["lead"])
    CaseText.objects.create(use_case=case, title="Door camera")

    with scratch.schema() as own:
        copying.as_it_is(own, on=TODAY)
        assert UseCase.objects.filter(pk=case.pk).exists()
        assert not CaseText.objects.exists()


# What is still to come ----------------------------------------------------------------------------


def test_the_plan_is_what_comes(people):
    """The plan of a month against the month itself, planned and marked on the real tables."""
    running(people["owner"], "Auckland", zone="Pacific/Auckland")
    running(people["owner"], "Honolulu", zone="Pacific/Honolulu")
    running(people["owner"], "Quiet", status=DeploymentStatus.DISCONTINUED)
    followed()
    last = date(2023, 7, 10)

    foretold = runs.plan(until=last, at=NOW, on=TODAY)
    came = [
        line
        for lines in walking.walk(TODAY, last, sender=walking.mark, since=NOW)
        for line in lines
    ]

    def plain(lines):
        return sorted((one.due_at, one.recipient, one.step, one.channel) for one in lines)

    assert plain(foretold) == plain(came)
    assert {one.customer for one in foretold} == {"Auckland", "Honolulu", ""}
    assert Mail.objects.filter(state=MailState.SENT).exists()


def test_it_leaves_at_nine_where_the_reader_is(people):
    running(people["owner"], "Auckland", zone="Pacific/Auckland")
    followed()

    lines = runs.plan(until=date(2023, 6, 16), at=NOW, on=TODAY)

    (first, *_) = [line for line in lines if line.customer == "Auckland"]
    assert first.time_zone == "Pacific/Auckland"


def test_a_mail_that_waits_already_is_in_it_once(people):
    row = running(people["owner"])
    followed()
    planning.plan(at=NOW, on=TODAY, guarded=False)
    waiting = Mail.objects.filter(state=MailState.DUE, contact__customer=row.customer)
    assert waiting.count() == 1

    lines = runs.plan(until=TODAY, at=NOW, on=TODAY)

    assert len({line.mail for line in lines if line.customer}) == 1


def test_what_has_left_is_not_in_it(people):
    running(people["owner"])
    followed()
    walked = list(walking.walk(TODAY, TODAY, sender=walking.mark, since=NOW))

    assert walked
    assert runs.plan(until=TODAY, at=NOW, on=TODAY) == []


@pytest.mark.parametrize(("first", "last"), [(LAST, FIRST), (date(2020, 1, 1), date(2023, 12, 31))])
def test_days_in_the_wrong_order_or_too_many_are_refused(people, first, last):
    with pytest.raises(BadInput):
        runs.replay(first=first, last=last)


# Kept ---------------------------------------------------------------------------------------------


def test_a_kept_run_takes_the_place_of_the_one_before(people):
    running(people["owner"])
    followed()

    first = runs.rehearse(RehearsalKind.PLAN, at=NOW, on=TODAY, foretell=nothing)
    second = runs.rehearse(RehearsalKind.PLAN, at=NOW, on=TODAY, foretell=nothing)

    assert list(Rehearsal.objects.all()) == [second]
    assert second.pk != first.pk
    assert second.lines.count() > 5
    assert second.mails == len(set(second.lines.values_list("mail_number", flat=True)))


def test_refresh_makes_one_plan_a_business_day(people):
    running(people["owner"])
    followed()

    assert runs.refresh(at=NOW, on=TODAY, foretell=nothing) is not None
    assert runs.refresh(at=NOW, on=TODAY, foretell=nothing) is None
    assert runs.refresh(at=NOW + timedelta(days=1), on=TODAY + timedelta(days=1), foretell=nothing)


def test_the_year_comes_from_the_policies(catalogue):
    assert runs.sunset_year(TODAY) == (FIRST, LAST)
