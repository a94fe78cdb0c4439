"""The places of the portal in a narrow window: one row of header, one menu, no script needed."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visitors import House, sign_in

ONE_ROW = 64
"""Pixels: a row is 52 high; two would be more than a hundred."""
HEIGHT = "document.querySelector('.site-header').offsetHeight"


@pytest.mark.parametrize("width", [360, 390, 768, 1024, 1280, 1600])
def test_the_header_is_one_row(demo: House, width: int) -> None:
    with demo.browser_of("lead", viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        page.goto("/use-cases/")
        assert page.evaluate(HEIGHT) <= ONE_ROW


def test_the_menu_leads_everywhere_without_a_script(demo: House) -> None:
    narrow = {"width": 390, "height": 800}
    with demo.browser_of(java_script_enabled=False, viewport=narrow) as context:
        page = context.new_page()
        sign_in(page, "lead")
        teams = page.get_by_role("link", name="Teams", exact=True)
        expect(teams).to_have_count(0)
        page.locator("summary", has_text="Menu").press("Enter")
        expect(page.get_by_role("link", name=re.compile("^Home"))).to_have_attribute(
            "aria-current", "page"
        )
        teams.click()
        expect(page.get_by_role("heading", name="Teams", level=1)).to_be_visible()
