"""Without a mouse, and for eyes that need another picture: large, mirrored, in high contrast."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looking import TOO_WIDE
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


def test_a_verdict_by_keys_alone(demo: House) -> None:
    """j and k, 1 to 4, c, n and ?; inside a field every key is a letter."""
    with demo.browser_of("reviewer3") as context:
        page = context.new_page()
        open_desk(page)
        page.keyboard.press("j")
        here = page.evaluate(FOCUSED)
        assert here["marked"], f"the item that holds the focus is not to be seen: {here}"
        item = page.locator(".item[data-current]")
        code = item.get_attribute("id") or ""
        for key, value in (
            ("1", "met"),
            ("2", "partly_met"),
            ("4", "not_applicable"),
            ("3", "not_met"),
        ):
            page.keyboard.press(key)
            expect(page.locator(f"#{code} input[value={value}]")).to_be_checked()
        page.keyboard.press("c")
        page.keyboard.type("1234 jkcn?")
        expect(page.locator(f"#{code}-note")).to_be_focused()
        expect(page.locator(f"#{code}-note")).to_have_value(re.compile(r"1234 jkcn\?$"))
        expect(page.locator(f"#{code} input[value=not_met]")).to_be_checked()
        expect(page.locator(f"#{code} [data-saved-text]")).to_have_text(re.compile("^Saved"))
        page.locator(f"#{code}").focus()
        page.keyboard.press("?")
        expect(page.locator("[data-keys-help]")).to_have_attribute("open", "")
        page.locator(f"#{code}").focus()
        with page.expect_navigation():
            page.keyboard.press("n")
        expect(page.get_by_text(re.compile("^Verdict on .* saved")).first).to_be_visible()


# Clipped on purpose: what only screen readers meet, and lines that end in dots.
CUT = """() => [...document.querySelectorAll("main *, header *")].filter((node) => {
  const style = getComputedStyle(node);
  return node.checkVisibility() && node.clientWidth > 1 && /hidden|clip/.test(style.overflowX)
    && style.textOverflow !== "ellipsis" && node.scrollWidth > node.clientWidth + 1;
}).slice(0, 3).map((node) => `${node.tagName.toLowerCase()}.${node.className}`)"""
# An element that a person sees, left or right of a window that cannot be scrolled there.
OUTSIDE = """() => {
  const room = document.documentElement.clientWidth;
  const scrolls = (node) => node && (/auto|scroll/.test(getComputedStyle(node).overflowX)
    || scrolls(node.parentElement));
  return [...document.querySelectorAll("main *, header *")].filter((node) => {
    const box = node.getBoundingClientRect();
    return node.checkVisibility({visibilityProperty: true}) && box.width > 1 && box.height > 1
      && (box.right > room + 1 || box.left < -1) && !scrolls(node.parentElement);
  }).slice(0, 3).map((node) => `${node.tagName.toLowerCase()}.${node.className}`);
}"""
MOVING = """() => document.getAnimations().filter(
  (one) => one.effect.getComputedTiming().duration > 50).length"""
UNMARKED = """() => [...document.querySelectorAll("main a[href], main button, main summary")]
  .filter((node) => node.checkVisibility()).slice(0, 30).filter((node) => {
    node.focus({focusVisible: true});
    const seen = [node, node.closest("label"), node.parentElement].filter(Boolean);
    return document.activeElement === node && !seen.some(
      (one) => getComputedStyle(one).outlineStyle !== "none");
  }).map((node) => `${node.tagName.toLowerCase()}.${node.className}`)"""
EYES: dict[str, dict[str, object]] = {
    "high-contrast": {"forced_colors": "active"},
    "reduced-motion": {"reduced_motion": "reduce"},
    "zoom-200": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
    "right-to-left": {},
    "right-to-left-narrow": {"viewport": {"width": 390, "height": 844}},
}


def open_desk(page: Page) -> None:
    page.goto("/reviews/")
    page.get_by_role("link", name=re.compile("^Review RAI-")).first.click()
    expect(page.locator(".desk")).to_be_visible()
    page.wait_for_load_state()


def open_case(page: Page) -> None:
    page.goto("/use-cases/?state=approved")
    page.locator(".data-table a.cell__main").first.click()


PLACES: dict[str, Callable[[Page], object]] = {
    "desk": open_desk,
    "workbench": lambda page: page.goto("/reviews/"),
    "list": lambda page: page.goto("/use-cases/"),
    "board": lambda page: page.goto("/reviews/board/"),
    "case": open_case,
}


@pytest.mark.parametrize("eyes", EYES)
def test_pages_hold_for_other_eyes(demo: House, eyes: str) -> None:
    """No scrolling sideways, nothing cut; the focus shows in high contrast, and nothing moves."""
    faults = []
    with demo.browser_of("reviewer", **EYES[eyes]) as context:
        page = context.new_page()
        for name, opens in PLACES.items():
            opens(page)
            if eyes.startswith("right-to-left"):
                page.evaluate("document.documentElement.dir = 'rtl'")
            found = {"too wide": TOO_WIDE, "outside": OUTSIDE, "cut": CUT}
            if eyes == "high-contrast":
                found["the focus is not to be seen"] = UNMARKED
            faults += [
                f"{name}: {what}: {', '.join(nodes)}"
                for what, script in found.items()
                if (nodes := page.evaluate(script))
            ]
            if eyes == "reduced-motion":
                for fold in page.locator("main summary:visible").all()[:1]:
                    fold.click()
                assert page.evaluate(MOVING) == 0, name
    assert faults == []
