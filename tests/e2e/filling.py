"""Fills pages of the form in the browser, as a person would: what is asked, until all is said."""

from collections.abc import Mapping

from playwright.sync_api import Page

OPEN_QUESTIONS = """form => {
  const found = new Map();
  for (const one of form.elements) {
    if (!one.name || ["hidden", "submit", "button", "file"].includes(one.type)) continue;
    const field = one.closest(".field");
    if (!field || !field.getClientRects().length) continue;
    const was = found.get(one.name) ?? {name: one.name, type: one.type, answered: false,
      optional: Boolean(field.querySelector(".field__optional")), values: []};
    if (one.type === "radio" || one.type === "checkbox") {
      was.values.push(one.value);
      was.answered ||= one.checked;
    } else {
      if (one.options) was.values = [...one.options].map((option) => option.value);
      was.answered ||= one.value.trim() !== "";
    }
    found.set(one.name, was);
  }
  return [...found.values()].filter((one) => !one.answered);
}"""
FORM = "form[data-autosave-url]"
WORDS = "We wrote down how it works and who answers for it."


def fill_page(page: Page, answers: Mapping[str, str]) -> list[str]:
    """Answer every open question of the page: as told, else with a word that commits to nothing.

    Optional questions are answered where ``answers`` names them. Returns the answered names.
    """
    done: list[str] = []
    while waiting := [
        one
        for one in page.locator(FORM).evaluate(OPEN_QUESTIONS)
        if (one["name"] in answers or not one["optional"]) and one["name"] not in done
    ]:
        for one in waiting:
            _answer(page, one, answers.get(one["name"]))
            done.append(one["name"])
    return done


def _answer(page: Page, question: dict, told: str | None) -> None:
    control = page.locator(FORM).locator(f'[name="{question["name"]}"]')
    if question["type"] in ("radio", "checkbox"):
        value = told or next(
            (one for one in question["values"] if one in ("no", "none", "general")),
            question["values"][0],
        )
        control.and_(page.locator(f'[value="{value}"]')).check()
    elif question["type"].startswith("select"):
        control.select_option(told or question["values"][1])
    else:
        control.fill(told or WORDS)


def fill_form(page: Page, answers: Mapping[str, str]) -> list[str]:
    """Page by page until the evidence files; the titles of the pages."""
    titles = []
    while "/edit/" in page.url:
        titles.append(page.get_by_role("heading", level=1).inner_text())
        fill_page(page, answers)
        with page.expect_navigation():  # the click may wait for a save under way
            page.get_by_role("button", name="Save and continue").click()
        assert len(titles) < 40, titles
    return titles
