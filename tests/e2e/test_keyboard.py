"""Without a mouse: from the sign-in to the gate's answer, and the way past the navigation."""

from playwright.sync_api import Page, expect

from tests.e2e.portal import PASSWORD
from tests.e2e.visitors import House

# The parts of a date field draw their own ring, out of the page's sight.
FOCUSED = """() => {
  const node = document.activeElement;
  const box = node.closest("label") ?? node;
  const style = getComputedStyle(node);
  const outer = getComputedStyle(box);
  return {
    name: node.name ?? "", value: node.value ?? "", tag: node.tagName,
    text: (node.innerText ?? "").trim(),
    marked: node.type === "date" || [style, outer].some(
      (one) => one.outlineStyle !== "none" || one.boxShadow !== "none"),
  };
}"""
MOST_STOPS = 120


def tab_to(page: Page, **wanted: str) -> None:
    """Press Tab until the focus is there; at each stop it must be seen where the focus is."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        assert here["tag"] == "BODY" or here["marked"], f"the focus is not to be seen: {here}"
        if all(here[name] == value for name, value in wanted.items()):
            return
    raise AssertionError(f"Tab never comes to {wanted}")


def test_from_the_sign_in_to_an_answer(demo: House) -> None:
    with demo.browser_of() as context:
        page = context.new_page()
        page.goto("/accounts/login/?next=/may-i/")
        tab_to(page, name="login")
        page.keyboard.type("requester")
        tab_to(page, name="password")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "login" not in address)
        tab_to(page, name="capability", value="emotion")
        page.keyboard.press("Space")
        tab_to(page, tag="BUTTON", text="Ask")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="One more question")).to_be_visible()
        while page.get_by_role("button", name="Continue").count():
            first = page.locator("section[aria-labelledby=next] input[type=radio]").first
            tab_to(page, name=first.get_attribute("name") or "")
            page.keyboard.press("ArrowDown")
            with page.expect_navigation():
                page.keyboard.press("Enter")
        expect(page.locator(".answer-panel__word").first).to_be_visible()


def test_the_skip_link_leads_past_the_navigation(demo: House) -> None:
    page = demo.page("requester")
    page.goto("/use-cases/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.close()
