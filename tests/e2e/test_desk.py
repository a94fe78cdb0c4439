"""The desk in a browser: keys, marks, evidence in its frame, a comment that two windows write."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.looking import look_here
from tests.e2e.visitors import House


def opened(page: Page) -> None:
    """A desk with work left, as the workbench offers it."""
    page.goto("/reviews/")
    page.get_by_role("link", name=re.compile("^Review RAI-")).first.click()
    expect(page.locator(".desk")).to_be_visible()
    page.wait_for_load_state()


def test_keys_lead_through_the_items_and_rest_while_somebody_types(demo: House) -> None:
    with demo.browser_of("reviewer") as context:
        page = context.new_page()
        opened(page)
        page.keyboard.press("j")
        first = page.locator(".item[data-current]").get_attribute("id")
        expect(page.locator(f"#{first} > details")).to_have_attribute("open", "")
        expect(page.locator("[data-desk-said]")).to_contain_text("item 1 of")
        page.keyboard.press("j")
        second = page.locator(".item[data-current]").get_attribute("id")
        assert second != first
        page.keyboard.press("c")
        page.keyboard.type("jk1n?")
        expect(page.locator(f"#{second}-note")).to_have_value(re.compile(r"jk1n\?"))
        assert page.locator(".item[data-current]").get_attribute("id") == second
        page.locator(f"#{second}").focus()
        page.keyboard.press("k")
        assert page.locator(".item[data-current]").get_attribute("id") == first
        page.keyboard.press("?")
        expect(page.get_by_text("Save and next", exact=True).first).to_be_visible()


def test_a_chosen_item_marks_the_answers_it_rests_on(demo: House) -> None:
    with demo.browser_of("reviewer") as context:
        page = context.new_page()
        opened(page)
        page.keyboard.press("j")
        behind = page.locator(".item[data-current]").get_attribute("data-basis") or ""
        marked = page.locator(".answer-row[data-marked]")
        assert {one.get_attribute("id") for one in marked.all()} == set(behind.split())
        expect(marked.first).to_be_in_viewport()


def test_a_comment_that_two_windows_write_loses_nothing(demo: House) -> None:
    demo.complaints.expected.append("status of 409")
    with demo.browser_of("reviewer") as context:
        one, two = context.new_page(), context.new_page()
        opened(one)
        one.keyboard.press("j")
        place = one.locator(".item[data-current] .talk-slot a").get_attribute("href") or ""
        for page in (one, two):
            page.goto(place)
            page.wait_for_load_state()
        one.get_by_label("Comment").fill("From the first window.")
        expect(one.locator("[data-saved-text]")).to_contain_text("Draft kept")
        expect(one.get_by_text("Only you see it. Not posted.")).to_be_visible()
        two.get_by_label("Comment").fill("From the second window.")
        panel = two.locator("[data-conflict]")
        expect(panel).to_contain_text("From the first window.")
        expect(panel).to_contain_text("From the second window.")
        two.get_by_role("button", name="Save what the form holds now").click()
        expect(two.locator("[data-saved-text]")).to_contain_text("Draft kept")
        two.get_by_role("button", name="Post").click()
        expect(two.get_by_text("Posted.", exact=True)).to_be_visible()
        thread = two.locator(".thread", has_text="From the second window.").get_attribute("id")
        two.goto(f"/threads/{(thread or '').removeprefix('thread-')}/")
        looks = look_here(two, "thread")
    assert [str(look) for look in looks if look.faults] == []


def rooms(page: Page) -> list[str]:
    """Every desk that this person may open."""
    text = page.request.get("/reviews/?view=all").text()
    return list(dict.fromkeys(re.findall(r"/reviews/[0-9a-f-]{36}/", text)))


def test_evidence_opens_in_its_frame(demo: House) -> None:
    with demo.browser_of("auditor") as context:
        page = context.new_page()
        for room in rooms(page):
            page.goto(f"{room}?pane=evidence")
            files = page.locator(".file__name")
            if files.count():
                break
        with page.expect_response(re.compile("/evidence/.*/view/")) as answered:
            files.first.click()
        assert answered.value.status == 200
        assert "sandbox" in (answered.value.headers["content-security-policy"])
