"""On paper: a submission and a decision without what only a screen needs."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visitors import House

ONLY_ON_SCREEN = [
    ".main-nav-wrap",
    ".main-menu",
    ".user-menu",
    ".breadcrumbs",
    ".page__actions .btn",
    ".skip-link",
    ".btn",
]
GROUNDS = """() => [document.documentElement, document.body, document.querySelector("main")]
  .map((node) => getComputedStyle(node).backgroundColor)"""
WHITE = {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}


@pytest.fixture
def paper(demo: House) -> Page:
    """A lead's page of a decided case, as it is printed, by somebody who likes it dark."""
    page = demo.page("lead")
    page.goto("/use-cases/?state=approved")
    page.locator(".data-table a.cell__main").first.click()
    page.emulate_media(media="print", color_scheme="dark")
    return page


def test_a_submission_on_paper(paper: Page) -> None:
    paper.goto(f"{paper.url}submissions/1/")
    holds_on_paper(paper)
    expect(paper.locator(".summary-list dd").first).to_be_visible()
    expect(paper.get_by_text(re.compile("^[0-9a-f]{64}$"))).to_be_visible()


def test_a_decision_on_paper(paper: Page) -> None:
    paper.goto(f"{paper.url}decision/")
    holds_on_paper(paper)
    expect(paper.locator(".badge", has_text="Approved").first).to_be_visible()
    expect(paper.locator("summary", has_text="What the reviewers found")).to_be_hidden()


def holds_on_paper(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for selector in ONLY_ON_SCREEN:
        shown = [one for one in page.locator(selector).all() if one.is_visible()]
        assert shown == [], f"{selector} stands on paper"
    assert set(page.evaluate(GROUNDS)) <= WHITE
