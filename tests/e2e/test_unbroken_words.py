"""A title without a single blank breaks where its room ends, on every list that shows it."""

from playwright.sync_api import Page, expect

from tests.e2e.looking import look_here
from tests.e2e.visitors import House

TITLE = "Unbroken" + "TitleWithoutABlank" * 16
TOO_LONG = """() => [...document.querySelectorAll(".table-box")]
  .filter((box) => box.scrollWidth > box.clientWidth).length"""


def test_a_title_without_blanks_stays_in_its_place(demo: House) -> None:
    with demo.browser_of("requester") as context:
        page = context.new_page()
        page.goto("/use-cases/new/")
        page.get_by_label("What do you call it?").fill(TITLE)
        teams = page.get_by_label("For which team?")
        teams.select_option(index=1)
        team = teams.locator("option").nth(1).inner_text()
        page.get_by_role("button", name="Begin").click()
        expect(page.locator(".task-list").first).to_be_visible()
        faults = faults_of(page, page.url)
        page.goto("/teams/")
        page.get_by_role("link", name=team).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(team)
        faults += faults_of(page, page.url)
        for address in ("/", "/use-cases/"):
            faults += faults_of(page, address)
    assert faults == []


def faults_of(page: Page, address: str) -> list[str]:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    expect(page.get_by_text(TITLE).first).to_be_visible()
    sideways = [f"{address}: a table scrolls sideways"] if page.evaluate(TOO_LONG) else []
    return [*sideways, *(str(one) for one in look_here(page, address) if one.faults)]
