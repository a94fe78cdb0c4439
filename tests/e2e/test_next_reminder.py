"""The demo on its day: press “to the next reminder” and watch a mail go out, by a real worker."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rai_portal.embedded.attach import PROJECT
from tests.e2e.looking import look, look_here
from tests.e2e.portal import PATIENCE, Ground, Portal, running
from tests.e2e.visitors import House


@contextmanager
def mail_worker(portal: Portal) -> Iterator[None]:
    """As the launcher starts it; it ends by its process id."""
    log = Path(portal.environment["VAR_DIR"]) / "mail-worker.log"
    with log.open("w") as said:
        worker = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "rai_portal.celery", "worker"),
                *("--queues", "mail", "--concurrency", "1", "--hostname", "e2e-mail@%h"),
                *("--without-gossip", "--without-mingle"),
            ],
            cwd=PROJECT,
            env=portal.environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(log, worker)
            yield
        finally:
            worker.terminate()
            worker.wait(PATIENCE)


def _wait_until_ready(log: Path, worker: subprocess.Popen) -> None:
    end = time.monotonic() + PATIENCE
    while "ready" not in log.read_text() and "tasks" not in log.read_text():
        assert worker.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.2)


@pytest.fixture(scope="module")
def clockwork(ground: Ground, browser: Browser) -> Iterator[House]:
    """A demo of its own: its clock moves. With the worker that sends."""
    with running(ground, "clockwork") as portal:
        portal.python("manage.py", "load_demo", "--json")
        with mail_worker(portal):
            house = House(portal, browser)
            yield house
            house.close()


def test_press_next_reminder_and_watch_it_leave(clockwork):
    page = clockwork.page("admin")
    page.goto("/outbox/?state=sent")
    expect(page.get_by_text("Nothing matches these filters")).to_be_visible()

    page.get_by_role("button", name="to the next reminder").click()

    expect(page).to_have_url(re.compile(r"/outbox/$"))
    expect(page.get_by_role("status").filter(has_text="The business clock shows")).to_be_visible()
    _until_sent(page)
    page.locator("#mails tbody tr th a").first.click()
    expect(page.locator("main .badge", has_text="Sent").first).to_be_visible()
    expect(page.locator(".mail-text")).to_be_visible()
    expect(page.locator(".mail-text")).not_to_be_empty()
    assert clockwork.complaints.take() == []


def test_the_mail_is_shown_as_a_mail_program_shows_it(clockwork):
    page = clockwork.page("auditor")
    page.goto("/outbox/?state=sent&channel=email")
    page.locator("#mails tbody tr th a").first.click()

    page.get_by_text("As a mail program shows it").click()

    frame = page.frame_locator("iframe.mail-frame")
    expect(frame.locator(".mail")).to_be_visible()
    assert clockwork.complaints.take() == []


def test_its_pages_hold_in_every_window(clockwork):
    """Outbox, one mail, before it is cancelled, a stop that asks, the inbox and one message."""
    clockwork.portal.stage("hold")
    page = clockwork.page("admin")
    addresses = ["/outbox/", "/outbox/?state=sent", "/sunset/board/", "/sunset/plan/"]
    addresses.append(_first(page, "/outbox/?state=sent"))
    addresses.append(f"{_first(page, '/outbox/?state=due')}cancel/")
    page.goto("/sunset/board/")
    addresses.append(page.get_by_role("link", name="Look at it").first.get_attribute("href"))

    looks = [one for address in addresses for one in look(page, address)]

    assert [str(one) for one in looks if one.faults] == []
    assert clockwork.complaints.take() == []


def test_a_message_is_read_by_its_button(clockwork):
    name = clockwork.portal.stage("reader")["username"]
    page = clockwork.page(name)
    page.goto("/inbox/")
    before = page.locator(".badge", has_text="New").count()
    page.locator("main ul.rows a").first.click()
    looks = look_here(page, "a message")

    page.get_by_role("button", name="Mark as read").click()

    expect(page.locator("main .badge", has_text="New")).to_have_count(before - 1)
    looks += look_here(page, "the inbox")
    assert [str(one) for one in looks if one.faults] == []
    assert clockwork.complaints.take() == []


def test_a_second_press_goes_on_from_there(clockwork):
    page = clockwork.page("admin")
    page.goto("/sunset/board/")
    before = page.locator(".demo-banner").inner_text()

    for _ in range(3):
        page.get_by_role("button", name="to the next reminder").click()
        expect(page).to_have_url(re.compile(r"/outbox/$"))

    assert page.get_by_role("status").filter(has_text="The business clock shows").count()
    assert before
    assert clockwork.complaints.take() == []


def _first(page: Page, address: str) -> str:
    """The page of the first mail of this list."""
    page.goto(address)
    return page.locator("#mails tbody tr th a").first.get_attribute("href") or ""


def _until_sent(page: Page) -> None:
    """Load the list of what was sent until it has a line; the worker has been told."""
    end = time.monotonic() + 60
    page.goto("/outbox/?state=sent")
    while not page.locator("#mails tbody tr").count():
        assert time.monotonic() < end, "no mail left"
        page.wait_for_timeout(500)
        page.reload()
