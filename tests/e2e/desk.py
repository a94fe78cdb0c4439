"""A reviewer at the desk: verdicts by keyboard, one after the other, then the sign-off."""

from playwright.sync_api import Page, expect

SAVED = """() => [...document.querySelectorAll("[data-required] form.verdict")].every((form) =>
  form.querySelector("input[name=value]:checked")
  && /^Saved/.test(form.querySelector("[data-saved-text]").textContent))"""

SAVING = 90_000
"""Milliseconds for all of them: each verdict is a save of its own."""


def open_desk(page: Page, reference: str) -> None:
    """By the link on the workbench, as somebody for whom the case waits."""
    page.goto("/reviews/")
    page.get_by_role("link", name=reference).first.click()
    expect(page.locator(".desk")).to_be_visible()
    page.wait_for_load_state()  # the keys work once the scripts have run


def judge_all(page: Page, *, note: str = "") -> int:
    """Every item that is required now, with single keys: j to the next, 1 for “met”.

    The note goes to the first item. The verdicts save themselves; returns how many.
    """
    required = page.locator("[data-required]")
    count = required.count()
    assert count, "nothing is required"
    for number in range(count):
        page.keyboard.press("j")
        page.keyboard.press("1")
        if number == 0 and note:
            page.keyboard.press("c")
            page.keyboard.insert_text(note)
            required.first.focus()
    page.wait_for_function(SAVED, timeout=SAVING)
    return count


def sign_off(page: Page, *, reasons: str) -> None:
    """Recommend the first choice of the list, with reasons."""
    form = page.locator("#sign-off form")
    form.get_by_role("radio").first.check()
    form.get_by_label("Your reasons").fill(reasons)
    form.get_by_role("button", name="Sign off", exact=True).click()
    expect(page.get_by_text("You have signed off.")).to_be_visible()
