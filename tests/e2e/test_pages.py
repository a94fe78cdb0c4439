"""Every page, wide and narrow, light and dark: no fault of accessibility, nothing too wide.

The pages are found by following links through the demo, so a new page is looked at by itself.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.looking import look, look_here
from tests.e2e.visitors import House
from tests.e2e.walking import MADE, MAILED, MOVED, POSTED, route_of, routes, walk

READERS = ("requester", "reviewer", "lead", "panel", "admin")
BESIDE = ["/accounts/login/", "/use-cases/RAI-1999-000001/", "/use-cases/?state=nonsense"]
"""Pages that no link leads to: sign-in, not found, not readable."""

_found: dict[str, dict[str, str]] = {}


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> str:
    return request.param


def addresses(house: House, reader: str) -> dict[str, str]:
    """What this person reaches and nobody before has reached, by kind of page."""
    if reader not in _found:
        before = {kind for pages in _found.values() for kind in pages}
        reached = walk(house.page(reader))
        _found[reader] = {kind: one for kind, one in reached.items() if kind not in before}
    return _found[reader]


def test_pages_hold_in_every_window(demo: House, reader: str) -> None:
    pages = addresses(demo, reader)
    with demo.browser_of(reader) as context:
        page = context.new_page()
        looks = [one for address in pages.values() for one in look(page, address)]
    print(f"{reader}: {len(pages)} pages, {len(looks)} looks")
    assert [str(one) for one in looks if one.faults] == []


def test_pages_without_a_person_hold_too(demo: House) -> None:
    demo.complaints.expected += ["status of 40[04]"]
    with demo.browser_of() as context:
        looks = look(context.new_page(), BESIDE[0])
    with demo.browser_of("requester") as context:
        page = context.new_page()
        looks += [one for address in BESIDE[1:] for one in look(page, address)]
    assert [str(one) for one in looks if one.faults] == []


def test_what_a_form_answers_holds_too(demo: House) -> None:
    """Errors, a warning before a file goes, and the last look before a decision."""
    demo.complaints.expected.append("status of 4")
    with demo.browser_of("requester") as context:
        page = context.new_page()
        page.goto("/use-cases/new/")
        page.get_by_role("button", name="Begin").click()
        expect(page.locator(".error-summary")).to_be_visible()
        looks = look_here(page, "new use case with errors")
        page.goto("/use-cases/?state=draft")
        page.locator(".data-table a.cell__main").first.click()
        page.goto(f"{page.url}evidence/")
        page.locator('input[type="file"]').set_input_files(
            {"name": "figures.csv", "mimeType": "text/csv", "buffer": b"day,misses\n1,0\n"}
        )
        page.get_by_role("button", name="Upload").click()
        page.get_by_role("link", name="Remove figures.csv").click()
        looks += look_here(page, "before a file goes")
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_role("link", name="figures.csv")).to_have_count(0)
    with demo.browser_of("lead") as context:
        page = context.new_page()
        page.goto("/reviews/")
        page.get_by_role("link", name=re.compile("^Decide")).first.click()
        page.get_by_role("button", name="Look at it again before recording").last.click()
        looks += look_here(page, "decision with errors")
        for scenario in page.locator("fieldset[id^=scenario-]").all():
            scenario.get_by_role("radio", name="Declined", exact=True).check()
            scenario.get_by_label("Reasons").fill("The proof does not carry the claim.")
        page.get_by_role("button", name="Look at it again before recording").last.click()
        looks += look_here(page, "before a decision is recorded")
    assert [str(one) for one in looks if one.faults] == []


def test_the_walk_reaches_every_page(demo: House) -> None:
    reached = {route_of(one) for reader in READERS for one in addresses(demo, reader).values()}
    missing = sorted(routes() - POSTED - MADE - MAILED - MOVED - reached)
    assert not missing, ", ".join(missing)
