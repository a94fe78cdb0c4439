"""A customer answers from a mail, in a browser that nobody signed in and where no script runs."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.looking import look, look_here
from tests.e2e.visitors import House


@pytest.fixture(scope="module")
def mailed(demo: House) -> dict[str, str]:
    return demo.portal.stage("mailed_links")


def test_stopped_is_asked_once_more_and_recorded(demo: House, mailed: dict[str, str]) -> None:
    with demo.browser_of(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(mailed["answer0"])
        page.get_by_role("link", name="We have stopped using it").click()
        page.get_by_label("Your name").fill("Maria Müller")
        page.get_by_label("Last day on which it ran").fill("2023-05-30")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="Check your answer")).to_be_visible()
        page.locator('input[type="file"]').set_input_files(
            {"name": "off.txt", "mimeType": "text/plain", "buffer": b"off since 30 May"}
        )
        page.get_by_role("button", name="Attest it").click()
        expect(page.get_by_role("heading", name=re.compile("recorded"))).to_be_visible()
        expect(page.get_by_text("off.txt")).to_be_visible()
        page.get_by_role("link", name="To the page of this use").click()
        expect(page.get_by_text("Discontinued, and attested")).to_be_visible()


def test_received_takes_one_click(demo: House, mailed: dict[str, str]) -> None:
    with demo.browser_of(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(mailed["answer1"])
        page.get_by_role("button", name="We have received this").click()
        expect(page.get_by_role("heading", name="What happens next")).to_be_visible()


def test_the_pages_behind_a_mail_hold_in_every_window(demo: House, mailed: dict[str, str]) -> None:
    demo.complaints.expected.append("status of 404")
    answer = mailed["answer2"]
    with demo.browser_of() as context:
        page = context.new_page()
        looks = [*look(page, answer), *look(page, mailed["unsubscribe"])]
        for step in ("stopped", "more-time", "someone-else", "not-ours", "received", "later"):
            looks += look(page, f"{answer}{step}/")
        looks += look(page, "/answer/nonsense/")
        page.goto(f"{answer}not-ours/")
        page.get_by_role("button", name="Continue").click()
        looks += look_here(page, "not ours with errors")
        page.get_by_label("Your name").fill("Maria Müller")
        page.get_by_role("button", name="Continue").click()
        looks += look_here(page, "not ours, asked once more")
        page.get_by_role("button", name="Record that it is not ours").click()
        looks += look_here(page, "not ours, recorded")
    assert [str(one) for one in looks if one.faults] == []


def test_a_person_chooses_the_digest_and_keeps_feeds(demo: House) -> None:
    with demo.browser_of("sunset_owner") as context:
        page = context.new_page()
        page.goto("/calendar/")
        page.get_by_role("radio", name="Every Monday").check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Your choice is saved.")).to_be_visible()
        page.get_by_role("button", name="Create a feed").click()
        looks = look_here(page, "feed created")
        address = page.locator("code").inner_text()
        assert address.endswith(".ics")
        page.get_by_role("link", name="Done").click()
        looks += look_here(page, "with a feed")
        page.get_by_role("link", name=re.compile("^Revoke")).first.click()
        looks += look_here(page, "before a feed is revoked")
        page.get_by_role("button", name="Revoke").click()
        expect(page.get_by_text("The feed is revoked.")).to_be_visible()
    assert [str(one) for one in looks if one.faults] == []
