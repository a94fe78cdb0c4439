"""The main way works where no script runs: sign in, ask, write, judge, decide."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visitors import House, sign_in

TEXT = "Counts the crates on a photograph of the yard."


@pytest.fixture
def plain(demo: House, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page without scripts of the person named by the test."""
    with demo.browser_of(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, request.param)
        yield page


@pytest.mark.parametrize("plain", ["requester"], indirect=True)
def test_the_gate_answers(plain: Page) -> None:
    plain.goto("/may-i/")
    plain.get_by_role("checkbox", name="Emotion", exact=True).check()
    plain.get_by_role("button", name="Ask", exact=True).click()
    expect(plain.locator(".answer-panel")).to_be_visible()
    expect(plain.get_by_role("heading", name="One more question")).to_be_visible()


@pytest.mark.parametrize("plain", ["requester"], indirect=True)
def test_a_page_of_the_form_is_saved_by_its_button(plain: Page) -> None:
    plain.goto("/use-cases/new/")
    plain.get_by_label("What do you call it?").fill("Crate counter")
    plain.get_by_label("For which team?").select_option(index=1)
    plain.get_by_role("button", name="Begin").click()
    plain.locator(".task-list a").first.click()
    plain.locator('[name="description"]').fill(TEXT)
    plain.get_by_role("button", name=re.compile("^Save and go back")).click()
    plain.locator(".task-list a").first.click()
    expect(plain.locator('[name="description"]')).to_have_value(TEXT)


@pytest.mark.parametrize("plain", ["reviewer"], indirect=True)
def test_a_verdict_is_given(plain: Page) -> None:
    plain.goto("/reviews/")
    plain.get_by_role("link", name=re.compile("^Review RAI-")).first.click()
    row = plain.locator(".item:has(> .item__fold[open])").first
    here = f"#{row.get_attribute('id')} form.verdict"
    form = plain.locator(here)
    form.get_by_role("radio", name="Met", exact=True).check()
    form.get_by_label("Note").fill("Read in the report.")
    form.get_by_role("button", name=re.compile("^Save [A-Z]")).click()
    expect(plain.get_by_text(re.compile(r"Verdict on .+ saved\."))).to_be_visible()
    expect(plain.locator(here).get_by_label("Note")).to_have_value("Read in the report.")


@pytest.mark.parametrize("plain", ["lead3"], indirect=True)
def test_a_case_is_decided(plain: Page) -> None:
    plain.goto("/reviews/")
    plain.get_by_role("link", name=re.compile("^Decide")).first.click()
    for scenario in plain.locator("fieldset[id^=scenario-]").all():
        scenario.get_by_role("radio", name="Declined", exact=True).check()
        scenario.get_by_label("Reasons").fill("The proof does not carry the claim.")
    plain.get_by_role("button", name="Look at it again before recording").last.click()
    plain.get_by_role("button", name="Record the decision").click()
    expect(plain.get_by_text("The decision is recorded.")).to_be_visible()
