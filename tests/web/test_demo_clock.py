"""The buttons of the demo's clock, and the pages of rehearsed mails."""

from datetime import timedelta

import pytest

from reviews.domain.enums import Channel, MailKind, RehearsalKind, Role
from reviews.models import DemoClock, Rehearsal, RehearsedLine
from tests.builders import NOW, TODAY, user

pytestmark = pytest.mark.django_db
CLOCK = "/demo/clock/"


@pytest.fixture
def ada(client, roles, catalogue, settings):
    settings.DEMO = True
    DemoClock.objects.create(offset=timedelta(days=-1000))
    person = user("ada", Role.ADMIN)
    client.force_login(person)
    return person


def test_the_buttons_are_for_administrators(client, ada):
    assert CLOCK in client.get("/").content.decode()

    client.force_login(user("ines", Role.REQUESTER))

    assert CLOCK not in client.get("/").content.decode()
    assert client.post(CLOCK, {"step": "day"}).status_code == 403


def test_pressing_one_leads_to_the_outbox(client, ada):
    response = client.post(CLOCK, {"step": "week"})

    assert response.status_code == 302
    assert response["Location"] == "/outbox/"
    assert DemoClock.objects.get().offset == timedelta(days=7 - 1000)
    assert "The business clock shows" in client.get("/outbox/").content.decode()


@pytest.mark.parametrize("step", ["", "year"])
def test_no_other_step(client, ada, step):
    assert client.post(CLOCK, {"step": step}).status_code == 409


def test_a_get_moves_nothing(client, ada):
    assert client.get(CLOCK).status_code == 405


def test_outside_the_demo_it_is_not_there(client, ada, settings):
    settings.DEMO = False

    assert client.post(CLOCK, {"step": "day"}).status_code == 404
    assert CLOCK not in client.get("/").content.decode()
    assert DemoClock.objects.get().offset == timedelta(days=-1000)


# Rehearsed mails ----------------------------------------------------------------------------------


def rehearsed(kind, count=3, **fields):
    run = Rehearsal.objects.create(
        kind=kind,
        first_on=TODAY,
        last_on=TODAY + timedelta(days=60),
        made_at=NOW,
        made_on=TODAY,
        mails=count,
    )
    for number in range(count):
        day = TODAY + timedelta(days=number)
        given = {
            "mail_number": number,
            "due_at": NOW + timedelta(days=number),
            "local_day": day,
            "time_zone": "Pacific/Auckland",
            "nominal_on": day,
            "moved_on": day + timedelta(days=1),
            "step": "T-7",
            "kind": MailKind.REMINDER,
            "channel": Channel.EMAIL,
            "recipient": f"Kit {number:03}",
            "customer": "Harbour Bank",
            "lines": 2,
            **fields,
        }
        RehearsedLine.objects.create(rehearsal=run, **given)
    return run


PAGES = [("/sunset/plan/", RehearsalKind.PLAN), ("/sunset/replay/", RehearsalKind.REPLAY)]


@pytest.mark.parametrize(("address", "kind"), PAGES)
def test_before_the_first_run(client, ada, address, kind):
    assert "Not made yet" in client.get(address).content.decode()


@pytest.mark.parametrize(("address", "kind"), PAGES)
def test_unknown_parameters_are_refused(client, ada, address, kind):
    rehearsed(kind)

    assert client.get(f"{address}?colour=red").status_code == 400


def test_the_plan_is_listed_by_day_and_person(client, ada):
    rehearsed(RehearsalKind.PLAN, 60)

    first = client.get("/sunset/plan/")
    second = client.get(first.context["next_url"])
    names = [line.recipient for page in (first, second) for line in page.context["lines"]]

    assert names == [f"Kit {number:03}" for number in range(60)]
    assert "Pacific/Auckland" in first.content.decode()
    one = client.get(f"/sunset/plan/?day={TODAY + timedelta(days=4)}&q=kit")
    assert [line.recipient for line in one.context["lines"]] == ["Kit 004"]


def test_a_forged_page_link_is_refused(client, ada):
    rehearsed(RehearsalKind.PLAN)

    for cursor in ("x", "WzAsICJ5ZXN0ZXJkYXkiLCAxXQ"):
        assert client.get(f"/sunset/plan/?cursor={cursor}").status_code == 400


def test_the_silent_year_shows_both_days(client, ada):
    rehearsed(RehearsalKind.REPLAY, 2)

    steps = client.get("/sunset/replay/").context["steps"]

    assert [(step.nominal_on, step.moved_on) for step in steps] == [
        (TODAY, TODAY + timedelta(days=1)),
        (TODAY + timedelta(days=1), TODAY + timedelta(days=2)),
    ]


@pytest.mark.parametrize(("address", "kind"), PAGES)
def test_making_it_anew_is_the_workers_work(client, ada, address, kind, monkeypatch):
    rung = []
    monkeypatch.setattr(
        "reviews.integrations.bell.ring", lambda *words, **more: rung.append((words, more)) or True
    )

    assert client.post(address).status_code == 302
    assert rung == [(("reviews.rehearse", kind.value), {"queue": "default"})]


@pytest.mark.parametrize(("address", "kind"), PAGES)
def test_an_auditor_asks_for_none(client, ada, address, kind):
    client.force_login(user("aida", Role.AUDITOR))

    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 403


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize(("address", "kind"), PAGES)
def test_the_number_of_queries_does_not_grow(
    client, ada, address, kind, count, django_assert_max_num_queries
):
    rehearsed(kind, count)
    client.get(address)

    with django_assert_max_num_queries(7):
        client.get(address)
