"""No typed word is lost: two windows, a session that ended, with scripts and without."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.portal import PASSWORD
from tests.e2e.visitors import House

SAVED = re.compile(r"^Saved \d\d:\d\d")
FIELD = '[name="description"]'


def begin(page: Page, title: str) -> str:
    """A new draft; the address of its first page."""
    page.goto("/use-cases/new/")
    page.get_by_label("What do you call it?").fill(title)
    page.get_by_label("For which team?").select_option(index=1)
    page.get_by_role("button", name="Begin").click()
    page.locator(".task-list a").first.click()
    expect(page.locator(FIELD)).to_be_visible()
    return page.url


def sign_in_again(page: Page) -> None:
    page.get_by_label("User name or e-mail").fill("requester")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def end_session(context: BrowserContext) -> None:
    """As time does it: the session is gone, every other cookie stays."""
    context.clear_cookies(name="sessionid")


def test_two_windows_show_both_texts(demo: House) -> None:
    demo.complaints.expected.append("status of 409")
    with demo.browser_of("requester") as context:
        first = context.new_page()
        address = begin(first, "Two windows")
        second = context.new_page()
        second.goto(address)
        first.locator(FIELD).fill("the text of the first window")
        expect(first.locator("[data-saved-text]")).to_have_text(SAVED)
        second.locator(FIELD).fill("the text of the second window")
        panel = second.locator("[data-conflict]")
        expect(panel).to_contain_text("the text of the first window")
        expect(panel).to_contain_text("the text of the second window")
        expect(second.locator(FIELD)).to_have_value("the text of the second window")
        second.get_by_role("button", name="Save what the form holds now").click()
        expect(second.locator("[data-saved-text]")).to_have_text(SAVED)
        first.reload()
        expect(first.locator(FIELD)).to_have_value("the text of the second window")


def test_a_session_that_ended_while_typing_keeps_the_text(demo: House) -> None:
    demo.complaints.expected.append("status of 40[13]")
    with demo.browser_of("requester") as context:
        page = context.new_page()
        address = begin(page, "A long lunch")
        end_session(context)
        page.locator(FIELD).fill("typed after the session had ended")
        page.locator(".saved").get_by_role("link", name="Sign in").click()
        sign_in_again(page)
        page.wait_for_url(address)
        expect(page.locator(FIELD)).to_have_value("typed after the session had ended")
        expect(page.locator("[data-saved-text]")).to_have_text(SAVED)


def test_without_scripts_the_text_waits_behind_the_sign_in(demo: House) -> None:
    with demo.browser_of("requester", java_script_enabled=False) as context:
        page = context.new_page()
        address = begin(page, "A longer lunch")
        page.locator(FIELD).fill("sent after the session had ended")
        end_session(context)
        page.get_by_role("button", name="Save and continue").click()
        sign_in_again(page)
        page.wait_for_url(address)
        expect(page.locator(FIELD)).to_have_value("sent after the session had ended")
