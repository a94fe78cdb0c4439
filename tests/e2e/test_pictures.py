"""The pictures of the README, taken from the demo. RECORD_SCREENSHOTS=1 writes them anew."""

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


PICTURES: list[tuple[str, Callable[[Page], None], str, int, str]] = [
    ("home", home, "requester", 1280, "light"),
    ("may-i", may_i, "requester", 1280, "light"),
    ("use-cases", use_cases, "lead", 1280, "light"),
    ("use-case", use_case, "lead", 1280, "light"),
    ("form", form, "requester", 1280, "light"),
    ("desk", desk, "reviewer", 1280, "light"),
    ("decision", decision, "lead", 1280, "light"),
    ("access", access, "lead", 1280, "light"),
    ("sunset", sunset, "sunset_owner", 1280, "light"),
    ("sunset-board", sunset_board, "sunset_owner", 1280, "light"),
    ("may-i", may_i, "requester", 390, "dark"),
    ("use-case", use_case, "lead", 390, "dark"),
]


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
    """It can be taken as it was, it is small, and the README's own is there."""
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
