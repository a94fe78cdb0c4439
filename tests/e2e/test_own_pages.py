"""What people say about themselves, and what is theirs: absence, conflicts, tokens, news.

Presses the routes ``absence_end``, ``conflict_end``, ``api_token_revoke`` and ``use_case_seen``.
"""

import re

from playwright.sync_api import expect

from tests.e2e.looking import look_here
from tests.e2e.visitors import House


def test_an_absence_and_a_conflict_are_said_and_taken_back(demo: House) -> None:
    teams = demo.page("lead")
    teams.goto("/teams/")
    team = teams.locator("a.cell__main").last.inner_text()
    with demo.browser_of("reviewer") as context:
        page = context.new_page()
        page.goto("/reviews/people/")
        own = page.get_by_role("row").filter(has=page.get_by_text("you", exact=True))
        own.get_by_role("link").first.click()
        page.get_by_label("First day away").fill("2023-08-07")
        page.get_by_label("Last day away").fill("2023-08-11")
        page.get_by_role("button", name="Set the absence").click()
        page.get_by_label("Team", exact=True).fill(team)
        page.get_by_label("What the conflict is").fill("My brother works there.")
        page.get_by_role("button", name="Declare the conflict").click()
        said = page.get_by_text("My brother works there.")
        expect(said).to_be_visible()
        looks = look_here(page, "an absence and a conflict")
        page.get_by_role("button", name="Take back 7 August 2023").click()
        expect(page.get_by_role("button", name="Take back 7 August 2023")).to_have_count(0)
        page.get_by_role("listitem").filter(has=said).get_by_role("button", name="End").click()
        expect(said).to_have_count(0)
    assert [str(one) for one in looks if one.faults] == []


def test_a_token_is_created_and_revoked(demo: House) -> None:
    with demo.browser_of("requester") as context:
        page = context.new_page()
        page.goto("/accounts/tokens/")
        page.get_by_label("What will use it?").fill("The nightly list")
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Create the token").click()
        expect(page.locator("code", has_text=re.compile("^rai_"))).to_be_visible()
        looks = look_here(page, "a token created")
        page.get_by_role("link", name="Done").click()
        looks += look_here(page, "a token")
        page.get_by_role("link", name="Revoke The nightly list").click()
        looks += look_here(page, "before a token is revoked")
        page.get_by_role("button", name="Revoke").click()
        expect(page.get_by_text("The token is revoked.")).to_be_visible()
        expect(page.get_by_role("link", name="Revoke The nightly list")).to_have_count(0)
    assert [str(one) for one in looks if one.faults] == []


def test_what_changed_is_marked_as_seen(demo: House) -> None:
    case = demo.portal.stage("looked", "lead")["case"]
    with demo.browser_of("lead") as context:
        page = context.new_page()
        page.goto(f"/use-cases/{case}/")
        looks = look_here(page, "what changed")
        page.get_by_role("button", name="Mark all as seen").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("#changes")).to_have_count(0)
        page.goto(f"/use-cases/{case}/")
        expect(page.locator("#changes")).to_have_count(0)
    assert [str(one) for one in looks if one.faults] == []
