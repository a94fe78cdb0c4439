"""The sunset register in a browser, without any script: tick, see the effect, act; import."""

from playwright.sync_api import expect

from tests.e2e.looking import look_here
from tests.e2e.visitors import House

TABLE = "\n".join(
    [
        "customer,capability,use,contact_name,contact_email",
        "Quillmoor Ferries,emotion,Mood on deck,Ada Quill,ada@quillmoor.example",
        "Quillmoor Ferries,age,Fare check,Ada Quill,ada@quillmoor.example",
    ]
)


def _file(text: str) -> dict[str, object]:
    return {"name": "register.csv", "mimeType": "text/csv", "buffer": text.encode()}


def test_a_register_is_imported_and_many_are_moved_without_scripts(demo: House) -> None:
    with demo.browser_of("sunset_owner", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/sunset/import/")
        page.locator('input[type="file"]').set_input_files(_file(TABLE.replace("age", "aeg")))
        page.get_by_role("button", name="Show what it would do").click()
        expect(page.get_by_text("1 row cannot be taken over")).to_be_visible()
        expect(page.get_by_text("Do you mean “age”?")).to_be_visible()

        page.get_by_role("link", name="Upload another file").click()
        page.locator('input[type="file"]').set_input_files(_file(TABLE))
        page.get_by_role("button", name="Show what it would do").click()
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.get_by_text("Imported: 2 created")).to_be_visible()

        page.goto("/sunset/?q=Quillmoor")
        for box in page.get_by_role("checkbox", name="Choose Quillmoor Ferries").all():
            box.check()
        page.get_by_role("button", name="Set status").click()
        page.get_by_label("New status").select_option("migrating")
        page.get_by_role("button", name="Show the effect").click()
        expect(page.get_by_role("heading", name="2 deployments get another status")).to_be_visible()
        page.get_by_label("Why").fill("Both ships go over in June.")
        page.get_by_role("button", name="Set the status").click()
        expect(page.get_by_text("2 deployments have another status.")).to_be_visible()

        page.goto("/sunset/?q=Quillmoor")
        page.get_by_role("link", name="Quillmoor Ferries").first.click()
        expect(page.get_by_text("Both ships go over in June.")).to_be_visible()
        expect(page.get_by_text("No contact is confirmed").first).to_be_visible()


def test_what_the_registers_forms_answer_holds_in_every_window(demo: House) -> None:
    with demo.browser_of("sunset_owner") as context:
        page = context.new_page()
        page.goto("/sunset/remind/?all=yes&running=yes")
        looks = look_here(page, "effect of a reminder")
        page.goto("/sunset/import/")
        page.locator('input[type="file"]').set_input_files(_file(TABLE.replace("emotion", "x")))
        page.get_by_role("button", name="Show what it would do").click()
        looks += look_here(page, "rejected rows")
        page.goto("/sunset/?q=Fennwick")
        page.locator("a.cell__main").first.click()
        page.get_by_role("link", name="Set the status").click()
        page.get_by_role("button", name="Set the status").click()
        expect(page.locator(".error-summary")).to_be_visible()
        looks += look_here(page, "status without a reason")
    assert [str(one) for one in looks if one.faults] == []
