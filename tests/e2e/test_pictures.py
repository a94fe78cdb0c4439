"""Pictures of the pages, taken from the demo. RECORD_SCREENSHOTS=1 writes them anew."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visitors import House

KEPT = Path(__file__).parents[2] / "docs" / "screenshots"
RECORDS = os.environ.get("RECORD_SCREENSHOTS") == "1"
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
LARGEST = 300 * 1024
"""Bytes of one picture."""


def home(page: Page) -> None:
    page.goto("/")


def may_i(page: Page) -> None:
    page.goto("/may-i/?capability=emotion&existing=yes&purpose=general&setting=other")
    expect(page.locator(".answer-panel").first).to_be_visible()


def use_cases(page: Page) -> None:
    page.goto("/use-cases/")


def use_case(page: Page) -> None:
    page.goto("/use-cases/?state=approved")
    page.locator(".data-table a.cell__main").first.click()


def form(page: Page) -> None:
    page.goto("/use-cases/?state=draft")
    page.locator(".data-table a.cell__main").first.click()
    page.goto(f"{page.url}edit/system/")
    text = page.locator('[name="description"]')
    text.press("Control+End")
    text.press_sequentially(" The count is gone after a day.")
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")


def desk(page: Page) -> None:
    page.goto("/reviews/")
    page.get_by_role("link", name=re.compile("^Review RAI-")).first.click()


def decision(page: Page) -> None:
    page.goto("/reviews/")
    page.get_by_role("link", name=re.compile("^Decide")).first.click()


def access(page: Page) -> None:
    page.goto("/access/")


def sunset(page: Page) -> None:
    page.goto("/sunset/")


def sunset_board(page: Page) -> None:
    page.goto("/sunset/board/")


def workbench(page: Page) -> None:
    page.goto("/reviews/")
    expect(page.locator(".waiting-list")).to_be_visible()


def everything(page: Page) -> None:
    """Words in the search box; the filters that they set stand below."""
    page.goto("/reviews/?view=all")
    page.locator("#search-words").fill("state:in_review,awaiting_decision age>1d")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".data-table")).to_be_visible()


def talk(page: Page) -> None:
    """An item of the desk with a thread; one is begun where the demo holds none."""
    desk(page)
    page.wait_for_load_state()
    page.keyboard.press("j")
    item = f"#{page.locator('.item[data-current]').get_attribute('id')}"
    if not page.locator(f"{item} .thread").count():
        page.goto(page.locator(f"{item} .talk-slot a").get_attribute("href") or "")
        page.get_by_label("Comment").fill("Does the log of May belong here? I would count it.")
        page.get_by_role("button", name="Post").click()
        expect(page.get_by_text("Posted.", exact=True)).to_be_visible()
    fold = page.locator(f"{item} > details")
    if fold.get_attribute("open") is None:
        page.locator(f"{item} summary").first.click()
    page.locator(f"{item} .thread").first.scroll_into_view_if_needed()


def rooms(page: Page) -> list[str]:
    """Every desk that this person may open."""
    text = page.request.get("/reviews/?view=all").text()
    return list(dict.fromkeys(re.findall(r"/reviews/[0-9a-f-]{36}/", text)))


def reconcile(page: Page) -> None:
    """The round with the most differences."""
    texts = {room: page.request.get(f"{room}reconcile/").text() for room in rooms(page)}
    fullest = max(texts, key=lambda room: texts[room].count("section difference"))
    page.goto(f"{fullest}reconcile/")
    expect(page.locator(".difference").first).to_be_visible()


def precedents(page: Page) -> None:
    page.goto("/reviews/?view=all")
    case = page.locator(".data-table .cell__note").first.inner_text()
    page.goto(f"/use-cases/{case.split()[0]}/precedents/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def sign_off(page: Page) -> None:
    """With the most things that one may have forgotten."""
    texts = {room: page.request.get(f"{room}sign-off/").text() for room in rooms(page)}
    fullest = max(texts, key=lambda room: texts[room].count('class="forgotten"'))
    page.goto(f"{fullest}sign-off/")
    expect(page.locator("#forgotten")).to_be_visible()


def changes(page: Page) -> None:
    """A case that was filed again since this person looked; ``looked`` is what the stage says."""
    page.goto(f"/use-cases/{looked['case']}/")
    expect(page.locator("#changes")).to_be_visible()


def lead_board(page: Page) -> None:
    page.goto("/reviews/board/")


def team_board(page: Page) -> None:
    page.goto("/reviews/board/")
    page.locator("a[href^='/teams/'][href$='/board/']").first.click()
    expect(page.locator(".board")).to_be_visible()


def people(page: Page) -> None:
    page.goto("/reviews/people/")


def saved_views(page: Page) -> None:
    """Two views of one's own, one of them shared where the person is in a team."""
    for name, words in (("Late and sensitive", "sensitive overdue"), ("Mine", "mine age>2w")):
        page.goto("/lists/use_cases/views/")
        if page.get_by_role("link", name=name, exact=True).count():
            continue
        page.goto("/use-cases/")
        page.locator("#search-words").fill(words)
        page.get_by_role("button", name="Search", exact=True).click()
        page.get_by_text("Keep this view").click()
        page.get_by_label("Name of the view").fill(name)
        page.get_by_role("button", name="Keep the view").click()
    page.goto("/lists/use_cases/views/")
    expect(page.get_by_role("link", name="Mine", exact=True)).to_be_visible()


def bulk(page: Page) -> None:
    """The effect of an assignment of many, before it is done."""
    page.goto("/reviews/?view=all")
    for box in page.locator("[name=pick]").all()[:6]:
        box.check()
    page.locator(".bulk-bar").get_by_role("button", name=re.compile("ssign")).click()
    page.get_by_label("Reviewer").select_option(index=1)
    page.get_by_role("button", name="Show the effect").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


looked: dict[str, object] = {}
BROAD: list[tuple[str, Callable[[Page], None], str]] = [
    ("home", home, "requester"),
    ("workbench", workbench, "lead"),
    ("workbench-all", everything, "lead"),
    ("desk", desk, "reviewer"),
    ("talk", talk, "reviewer"),
    ("reconcile", reconcile, "lead"),
    ("precedents", precedents, "reviewer"),
    ("sign-off", sign_off, "reviewer"),
    ("changes", changes, "lead"),
    ("lead-board", lead_board, "lead"),
    ("team-board", team_board, "lead"),
    ("people", people, "lead"),
    ("saved-views", saved_views, "lead"),
    ("bulk", bulk, "lead"),
]
"""The pages of reviewers and leads, at every width."""
WIDTHS = (390, 1280, 1600)
DARK = {"workbench", "desk", "reconcile", "changes", "lead-board"}
"""Those of them that are also taken dark."""

Picture = tuple[str, Callable[[Page], None], str, int, str]
PICTURES: list[Picture] = [
    ("may-i", may_i, "requester", 1280, "light"),
    ("use-cases", use_cases, "lead", 1280, "light"),
    ("use-case", use_case, "lead", 1280, "light"),
    ("form", form, "requester", 1280, "light"),
    ("decision", decision, "lead", 1280, "light"),
    ("access", access, "lead", 1280, "light"),
    ("sunset", sunset, "sunset_owner", 1280, "light"),
    ("sunset-board", sunset_board, "sunset_owner", 1280, "light"),
    ("may-i", may_i, "requester", 390, "dark"),
    ("use-case", use_case, "lead", 390, "dark"),
    *((name, opens, who, width, "light") for name, opens, who in BROAD for width in WIDTHS),
    *((name, opens, who, 1280, "dark") for name, opens, who in BROAD if name in DARK),
]


@pytest.fixture(scope="module", autouse=True)
def a_look_long_ago(demo: House) -> None:
    """A lead looked at a case before it was filed again."""
    looked.update(demo.portal.stage("looked", "lead"))


@pytest.mark.parametrize(
    ("name", "open_it", "person", "width", "scheme"),
    PICTURES,
    ids=[f"{name}-{width}-{scheme}" for name, _, _, width, scheme in PICTURES],
)
def test_picture(
    demo: House,
    tmp_path: Path,
    name: str,
    open_it: Callable[[Page], None],
    person: str,
    width: int,
    scheme: str,
) -> None:
    """It can be taken as it was, it is small, and the kept one is there."""
    kept = KEPT / f"{name}-{width}-{scheme}.png"
    target = kept if RECORDS else tmp_path / kept.name
    window = {"width": width, "height": 900 if width > 600 else 844}
    with demo.browser_of(person, viewport=window, color_scheme=scheme) as context:
        page = context.new_page()
        open_it(page)
        page.evaluate(DRAWN)
        page.screenshot(path=target, animations="disabled", caret="hide")
    assert target.stat().st_size < LARGEST
    assert kept.exists(), f"{kept} is missing: run with RECORD_SCREENSHOTS=1"
