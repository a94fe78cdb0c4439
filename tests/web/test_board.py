"""The board: every number is the length of the list that it links to."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from reviews.domain.enums import DeploymentStatus, HoldReason, MailState, Role, SweepName
from reviews.models import Deployment, SweepHold, SweepRun
from reviews.services.reminding import heartbeats
from tests.builders import NOW, TODAY, customer, user
from tests.builders_access import capability
from tests.builders_mail import contact, deadline, mail

pytestmark = pytest.mark.django_db
BOARD = "/sunset/board/"
CAPABILITIES = ["emotion", "age", "verify"]
STATUSES = [status for status in DeploymentStatus if status.is_running]


@pytest.fixture(autouse=True)
def business_day(monkeypatch, settings):
    """Pages take business time from the clock: here it stands on ``NOW``."""
    settings.DEMO = False
    monkeypatch.setattr("reviews.web.middleware.timezone.now", lambda: NOW)


@pytest.fixture
def owner(roles):
    return user("sol", Role.SUNSET_OWNER, time_zone="UTC")


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


def register(owner, count, *, stopped=0, start=0):
    """``count`` running and ``stopped`` discontinued ones of many kinds; every third is overdue."""
    other = user(f"other{start}", Role.SUNSET_OWNER)
    for number in range(start, start + count + stopped):
        firm = customer(
            f"Firm {number:03}",
            owner=[owner, other, None][number % 3],
            region=["Europe", "Americas", ""][number % 3],
            tier=["gold", ""][number % 2],
        )
        is_stopped = number >= start + count
        row = Deployment.objects.create(
            customer=firm,
            capability=capability(CAPABILITIES[number % 3]),
            use="x",
            registered_at=NOW - timedelta(days=200),
            status=DeploymentStatus.DISCONTINUED
            if is_stopped
            else STATUSES[number % len(STATUSES)],
            discontinued_on=TODAY - timedelta(days=3 * (number - start - count))
            if is_stopped
            else None,
            heard_at=NOW if number % 2 else None,
        )
        if number % 4:
            contact(firm, bounced_at=NOW if number % 8 == 1 else None)
        last_day = date(2023, 5, 31) if number % 3 == 0 else date(2023, 6, 30)
        deadline(row, last_day=last_day, is_open=not is_stopped)


def listed(client, address):
    """How many rows the list has over all its pages."""
    count = 0
    while address:
        page = client.get(address)
        assert page.status_code == 200
        count += len(page.context["rows" if address.startswith("/sunset/") else "lines"])
        address = page.context["next_url"]
    return count


def linked_numbers(page):
    """(number, address) of everything on the page that is a number and a link."""
    html = page.content.decode()
    tiles = re.findall(
        r'<a class="stat[^"]*" href="([^"]+)">\s*<span class="stat__figure">(\d+)</span>', html
    )
    cells = re.findall(r'<td class="numeric"[^>]*><a href="([^"]+)">(\d+)<', html)
    return [(int(number), unescape(address)) for address, number in tiles + cells]


def test_every_number_is_the_length_of_its_list(as_owner, owner, catalogue):
    register(owner, 30, stopped=6)
    for number, state in enumerate([MailState.FAILED, MailState.HELD, MailState.HELD]):
        mail(owner, state=state, local_day=TODAY - timedelta(days=number))

    numbers = linked_numbers(as_owner.get(BOARD))

    assert len(numbers) > 40
    wrong = [
        (number, address) for number, address in numbers if listed(as_owner, address) != number
    ]
    assert wrong == []


def test_all_that_will_miss_the_day_are_on_their_page(as_owner, owner, catalogue):
    register(owner, 90, stopped=24)

    board = as_owner.get(BOARD)
    count, address, rows = board.context["missing_count"], "/sunset/board/missing/", []
    while address:
        page = as_owner.get(address)
        rows += [line.row.pk for line in page.context["missing"]]
        address = page.context["next_url"]

    assert len(rows) == len(set(rows)) == count > 10
    assert len(board.context["missing"]) == 10
    assert all(line.last_on >= TODAY for line in board.context["missing"])
    assert all(row.status != DeploymentStatus.DISCONTINUED for row in
               Deployment.objects.filter(pk__in=rows))  # fmt: skip


def test_below_twenty_discontinuations_it_says_too_few(as_owner, owner, catalogue):
    register(owner, 30, stopped=19)

    page = as_owner.get(BOARD)

    assert page.context["missing_count"] is None
    assert "Too few to foretell a day: 19" in page.content.decode()


def test_from_twenty_on_it_gives_a_day_and_says_how(as_owner, owner, catalogue):
    register(owner, 30, stopped=20)

    text = as_owner.get(BOARD).content.decode()

    assert "the last deployment stops around" in text
    assert "drawn 500 times" in text


def test_the_curve_ends_with_what_runs_today(as_owner, owner, catalogue):
    register(owner, 12, stopped=3)

    pace = as_owner.get(BOARD).context["pace"]

    assert pace.curve.points[-1].running == pace.running == 12
    assert pace.curve.points[0].running == 15
    assert pace.last_day == date(2023, 6, 30)


def test_an_empty_register(as_owner, catalogue):
    page = as_owner.get(BOARD)

    assert page.status_code == 200
    assert page.context["chart"] is None


def test_a_sweep_is_red_when_its_last_good_run_is_old(as_owner, catalogue):
    heartbeats.beat(SweepName.PLAN, at=NOW, on=TODAY)
    heartbeats.beat(SweepName.SEND, at=NOW, on=TODAY)
    old = datetime.now(tz=UTC) - timedelta(minutes=16)
    SweepRun.objects.filter(name=SweepName.SEND).update(real_at=old)

    tones = {beat.label: beat.tone for beat in as_owner.get(BOARD).context["beats"]}

    assert tones[SweepName.SEND.label] == "danger"
    assert tones[SweepName.PLAN.label] == "success"


def test_an_open_hold_stands_on_top(as_owner, catalogue):
    hold = SweepHold.objects.create(
        reason=HoldReason.EXCESS,
        found_at=NOW,
        business_at=NOW,
        business_on=TODAY,
        mail_count=700,
        forecast_count=100,
    )

    page = as_owner.get(BOARD).content.decode()

    assert "700 mails wait; 100 were foreseen" in page
    assert f"/outbox/holds/{hold.uid}/" in page


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.LEAD, 200), (Role.AUDITOR, 200), (Role.REQUESTER, 403), (Role.REVIEWER, 403)],
)
@pytest.mark.parametrize(
    "address", [BOARD, "/sunset/board/missing/", "/sunset/plan/", "/sunset/replay/"]
)
def test_who_may_look(client, catalogue, roles, role, status, address):
    client.force_login(user("somebody", role))

    assert client.get(address).status_code == status


@pytest.mark.parametrize("count", [6, 60])
def test_the_number_of_queries_does_not_grow(
    as_owner, owner, catalogue, count, django_assert_max_num_queries
):
    register(owner, count, stopped=24)
    as_owner.get(BOARD)

    with django_assert_max_num_queries(40):
        as_owner.get(BOARD)


def test_a_damaged_page_link(as_owner, catalogue):
    assert as_owner.get("/sunset/board/missing/?after=x").status_code == 400
