"""What people do in the portal, step by step, each as one function of their browser's page."""

import re
from collections.abc import Mapping

from playwright.sync_api import Page, expect

from tests.e2e.filling import fill_form, fill_page
from tests.e2e.visitors import House

ANSWERS = {
    "description": "Tells the guard when a picture of the gate is too blurred to use.",
    "purpose": "Fewer unusable pictures, fewer second walks.",
    "lifecycle_stage": "implementation_deployment",
    "name": "Main gate",
    "role_of_humans": "approval_before_action",
    "security_policy_applies": "yes",
    "second_way": "yes",
    "region": "GB",
    "end_user": "other",
}
"""What the journey says; every other question gets a word that commits to nothing."""


def ask_the_gate_and_begin(page: Page) -> str:
    """The gate answers before any form; its answer leads to the first page of the form."""
    page.goto("/may-i/")
    page.get_by_role("checkbox", name="Blur", exact=True).check()
    page.get_by_role("button", name="Ask", exact=True).click()
    question = page.get_by_role("button", name="Continue")
    while question.count():
        said = page.get_by_role("radio", name=re.compile("^(None of these|No)$"))
        said.check()
        question.click()
    expect(page.locator(".answer-panel.answer--open")).to_be_visible()
    page.get_by_role("link", name="File a use case").click()
    page.get_by_label("What do you call it?").fill("Sharper gate camera")
    expect(page.get_by_role("checkbox", name=re.compile("^Blur "))).to_be_checked()
    page.get_by_label("For which team?").select_option(label="Gate cameras")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/edit/")
    return page.url.split("/")[-3]


def file_it(page: Page, reference: str, *, answers: Mapping[str, str] = ANSWERS) -> None:
    """Every page of the form, with the autosave seen; check answers; statement of truth."""
    page.goto(f"/use-cases/{reference}/edit/")
    page.locator(".task-list a").first.click()
    fill_page(page, answers)
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")
    expect(page.locator("[data-saved-text]")).to_have_text(
        re.compile(r"^Saved \d\d:\d\d \(Europe/Berlin\)$")
    )
    page.reload()
    expect(page.locator('[name="description"]')).not_to_have_value("")
    titles = fill_form(page, answers)
    assert len(titles) >= 8, titles
    page.locator('input[type="file"]').set_input_files(
        {"name": "blur-test.txt", "mimeType": "text/plain", "buffer": b"500 pictures, 12 misses\n"}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("link", name="blur-test.txt", exact=True)).to_be_visible()
    page.goto(f"/use-cases/{reference}/check/")
    fill_what_is_missing(page, reference, answers)
    expect(page.get_by_text("blur-test.txt")).to_be_visible()
    page.get_by_role("link", name="Go on to the statement of truth").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="File it").click()
    expect(page.locator(".badge", has_text="In review").first).to_be_visible()


def fill_what_is_missing(page: Page, reference: str, answers: Mapping[str, str]) -> None:
    """A later answer may open questions on an earlier page: the summary leads to each."""
    missing = page.locator(".error-summary a")
    while missing.count():
        missing.first.click()
        page.wait_for_url("**/edit/**")
        assert fill_page(page, answers), page.url
        with page.expect_navigation():
            page.get_by_role("button", name="Save and go back to the list").click()
        page.goto(f"/use-cases/{reference}/check/")


def assign(page: Page, reference: str, *names: str) -> None:
    """The lead finds it in the workbench and assigns whom the people rules leave free."""
    for name in names:
        page.goto("/reviews/?view=assign")
        page.get_by_role("link", name=reference).first.click()
        if "/assign/" not in page.url:
            page.get_by_role("link", name="Assign a reviewer").click()
        page.get_by_role("radio", name=name).check()
        page.get_by_role("button", name="Assign", exact=True).click()
        expect(page.get_by_text(name).first).to_be_visible()


def ask(page: Page, question: str) -> None:
    """About the whole case."""
    page.locator(".page__actions").get_by_role("link", name="Ask the team").click()
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".badge", has_text="Needs information").first).to_be_visible()


def answer(page: Page, reference: str, question: str) -> None:
    """The home page says that it waits; the answer brings the case back into review."""
    page.goto("/")
    page.locator(f'section[aria-labelledby=waiting] a[href*="{reference}"]').click()
    expect(page.get_by_text(question)).to_be_visible()
    page.get_by_label("Your answer").fill("The shift lead does, each Monday.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Your answer is with the reviewers.")).to_be_visible()


def decide(page: Page, reference: str, *, conditional: bool = True) -> None:
    """Approve every scenario; a look at the effects comes before it is recorded."""
    page.goto(f"/use-cases/{reference}/decision/")
    outcome = "Approved with conditions" if conditional else "Approved"
    for scenario in page.locator("fieldset[id^=scenario-]").all():
        scenario.get_by_role("radio", name=outcome, exact=True).check()
        scenario.get_by_label("Reasons").fill("A person decides, and the limits are known.")
        if not conditional:
            continue
        if not scenario.get_by_label("What must hold").is_visible():
            scenario.locator("details > summary").first.click()
        scenario.get_by_label("What must hold").fill("Count the pictures thrown away for a month.")
        scenario.get_by_label("Proof wanted").fill("The table of counts.")
        scenario.get_by_label("Owner").select_option(label="Ines Alba")
        scenario.get_by_label("Verifier").select_option(label="Rosa Blum")
        scenario.get_by_label("Due day").fill("2023-07-14")
    page.get_by_role("button", name="Look at it again before recording").last.click()
    expect(page.get_by_role("heading", name="Record this decision?")).to_be_visible()
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("The decision is recorded.")).to_be_visible()


def keep_the_condition(house: House, reference: str) -> None:
    """The owner gives proof; somebody else, the verifier, confirms it."""
    owner = house.page("ines")
    owner.goto(f"/use-cases/{reference}/")
    owner.get_by_role("link", name="Count the pictures thrown away").first.click()
    owner.get_by_label("What shows that it is met").fill("The table of June: 12 of 500.")
    owner.get_by_role("button", name="Record the proof").click()
    expect(owner.get_by_text("The proof is recorded.")).to_be_visible()
    verifier = house.page("rosa")
    verifier.goto(owner.url)
    verifier.get_by_role("button", name="Confirm as met").click()
    expect(verifier.get_by_text("Confirmed as met.")).to_be_visible()


def see_the_end(page: Page, reference: str) -> None:
    """The team reads: approved, the condition met, and the day of the re-review a year on."""
    page.goto(f"/use-cases/{reference}/")
    expect(page.locator(".badge", has_text="Approved").first).to_be_visible()
    expect(page.locator("section[aria-labelledby=conditions]")).to_contain_text("Met")
    page.goto(f"/use-cases/{reference}/decision/")
    expect(page.get_by_text("Re-review on")).to_be_visible()
    expect(page.locator("time[datetime^='2024-']").first).to_be_visible()
