"""What a list offers beside its rows: many at once with undo, kept views, columns, a file.

Presses the routes ``bulk``, ``bulk_done``, ``bulk_undo``, ``bulk_export``, ``export``,
``export_rows``, ``list_columns``, ``list_completion``, ``list_view``, ``list_view_remove`` and
``list_view_restore``.
"""

import csv
import re

from playwright.sync_api import Page, expect

from tests.e2e.looking import look_here
from tests.e2e.visitors import House

ALL = "/reviews/?view=all"


def ticked(page: Page, count: int) -> None:
    page.goto(ALL)
    for box in page.locator("[name=pick]").all()[:count]:
        box.check()


def test_many_are_assigned_and_taken_back(demo: House) -> None:
    with demo.browser_of("lead") as context:
        page = context.new_page()
        page.goto(ALL)
        page.get_by_role("checkbox", name=re.compile("^The whole list")).check()
        page.locator(".bulk-bar").get_by_role("button", name="Assign …").click()
        page.get_by_role("button", name="Show the effect").click()
        expect(page.locator(".error-summary")).to_be_visible()
        looks = look_here(page, "nobody chosen for many")
        press = page.get_by_role("button", name="Assign", exact=True)
        for number in range(1, page.get_by_label("Reviewer").locator("option").count()):
            page.get_by_label("Reviewer").select_option(index=number)
            page.get_by_role("button", name="Show the effect").click()
            if press.count():
                break  # not everybody may review what waits for a reviewer
        said = page.get_by_role("heading", name=re.compile("will be assigned")).inner_text()
        looks += look_here(page, "effect on many")
        press.click()
        count = int(said.split()[0])
        expect(page.get_by_role("status").filter(has_text="assigned.")).to_contain_text(str(count))
        looks += look_here(page, "done to many")
        page.get_by_role("button", name="Undo").click()
        back = page.get_by_role("status").filter(has_text=re.compile("taken back"))
        expect(back).to_contain_text(f"{count} ")
        expect(page.get_by_role("heading", name="Taken back")).to_be_visible()
        looks += look_here(page, "many taken back")
    assert [str(one) for one in looks if one.faults] == []


def test_many_are_reminded_and_taken_back(demo: House) -> None:
    with demo.browser_of("lead") as context:
        page = context.new_page()
        ticked(page, 8)
        page.locator(".bulk-bar").get_by_role("button", name="Remind …").click()
        page.get_by_role("button", name="Send the reminders").click()
        expect(page.get_by_role("status").filter(has_text="leave in ten minutes")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("heading", name="Taken back")).to_be_visible()


def test_what_is_ticked_leaves_as_a_file(demo: House) -> None:
    with demo.browser_of("lead") as context:
        page = context.new_page()
        ticked(page, 2)
        with page.expect_download() as loaded:
            page.locator(".bulk-bar").get_by_role("button", name="Export as CSV").click()
        with loaded.value.path().open(encoding="utf-8", newline="") as file:
            assert len(list(csv.reader(file))) == 1 + 2
        page.locator(".export-menu summary").click()
        expect(page.locator(".export-menu__rows")).to_contain_text(re.compile(r"\d+ rows"))
        looks = look_here(page, "menu of files")
        with page.expect_download() as loaded:
            page.locator(".export-menu").get_by_role("button", name="NDJSON").click()
        assert len(loaded.value.path().read_bytes().splitlines()) > 2
    assert [str(one) for one in looks if one.faults] == []


def test_a_view_is_kept_renamed_deleted_and_back(demo: House) -> None:
    with demo.browser_of("lead") as context:
        page = context.new_page()
        page.goto("/use-cases/")
        words = page.locator("#search-words")
        words.press_sequentially("state:ref")
        expect(page.get_by_role("option").first).to_be_visible()
        looks = look_here(page, "completion")
        words.fill("state:referred")
        page.get_by_role("button", name="Search", exact=True).click()
        page.get_by_text("Keep this view").click()
        page.get_by_label("Name of the view").fill("With the panel")
        page.get_by_role("button", name="Keep the view").click()
        page.get_by_role("link", name="Manage views").click()
        row = page.get_by_role("listitem").filter(has_text="With the panel")
        row.get_by_role("link", name="Rename or share").click()
        looks += look_here(page, "rename a view")
        page.get_by_label("Name of the view").fill("At the panel")
        page.get_by_role("button", name="Save", exact=True).click()
        row = page.get_by_role("listitem").filter(has_text="At the panel")
        row.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("The view “At the panel” is deleted.")).to_be_visible()
        looks += look_here(page, "a view deleted")
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("link", name="At the panel", exact=True)).to_be_visible()
        row.get_by_role("button", name="Delete").click()
    assert [str(one) for one in looks if one.faults] == []


def test_a_choice_of_columns_is_remembered(demo: House) -> None:
    with demo.browser_of("lead") as context:
        page = context.new_page()
        page.goto("/use-cases/")
        heads = page.locator(".data-table thead th")
        usual = heads.all_inner_texts()
        page.locator(".column-choice summary").click()
        looks = look_here(page, "choice of columns")
        page.locator(".column-choice input[type=checkbox]:checked").last.uncheck()
        page.get_by_role("button", name="Show these").click()
        expect(heads).to_have_count(len(usual) - 1)
        page.goto("/use-cases/")
        expect(heads).to_have_count(len(usual) - 1)
        page.locator(".column-choice summary").click()
        page.get_by_role("button", name="Back to the usual columns").click()
        expect(heads).to_have_text(usual)
    assert [str(one) for one in looks if one.faults] == []
