"""A sensitive use: two blind reviewers, a lead, and a second lead who countersigns."""

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.desk import judge_all, open_desk, sign_off
from tests.e2e.portal import PASSWORD
from tests.e2e.visitors import House

SENSITIVE = {
    **steps.ANSWERS,
    "consequential_impact": "yes",
    "trigger_details": "A place on the list depends on it.",
}
NOTES = {"rosa": "canary-of-rosa", "ravi": "canary-of-ravi"}


def test_two_blind_reviewers_a_lead_and_a_countersignature(inventory: House) -> None:
    reference = str(inventory.portal.facts["second"])
    requester, lead = inventory.page("ines"), inventory.page("lena")
    desks = {name: inventory.page(name) for name in NOTES}
    steps.file_it(requester, reference, answers=SENSITIVE)
    expect(requester.get_by_text("Sensitive use").first).to_be_visible()
    steps.assign(lead, reference, "Rosa Blum", "Ravi Nair")
    for name, desk in desks.items():
        open_desk(desk, reference)
        judge_all(desk, note=NOTES[name])
    for name, other in (("rosa", "ravi"), ("ravi", "rosa")):
        assert NOTES[other] not in everything_said(desks[name], reference)
        sign_off(desks[name], reasons=f"Well described. {NOTES[name]}")
        if name == "rosa":
            assert NOTES[name] not in everything_said(desks[other], reference)
    for name, other in (("rosa", "ravi"), ("ravi", "rosa")):
        assert NOTES[other] in everything_said(desks[name], reference)
    steps.decide(lead, reference, conditional=False)
    expect(lead.locator(".badge", has_text="Awaiting countersignature").first).to_be_visible()
    expect(requester.locator(".badge", has_text="Approved")).to_have_count(0)
    countersign(inventory.page("luca"), reference)
    requester.goto(f"/use-cases/{reference}/")
    expect(requester.locator(".badge", has_text="Approved").first).to_be_visible()


def everything_said(page: Page, reference: str) -> str:
    """The sources of every page of the case that this reviewer may open."""
    item = page.locator("form.verdict, a[href*='/items/']").first
    addresses = [
        page.url.split("#")[0],
        item.evaluate("(node) => node.getAttribute('action') ?? node.getAttribute('href')"),
        *(f"/use-cases/{reference}/{part}" for part in ("", "decision/", "questions/")),
        "/",
        "/reviews/",
        "/reviews/?view=all",
    ]
    said = []
    for address in addresses:
        answer = page.request.get(address)
        assert answer.ok, (address, answer.status)
        said.append(answer.text())
    return "".join(said)


def countersign(page: Page, reference: str) -> None:
    """By the second lead, who types the password again; a wrong one signs nothing."""
    page.goto(f"/use-cases/{reference}/decision/")
    page.get_by_role("link", name="Countersign or refuse").click()
    for password in ("not the password", PASSWORD):
        page.get_by_role("radio").first.check()
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign", exact=True).click()
        if password != PASSWORD:
            expect(page.get_by_text("This is not your password.").first).to_be_visible()
    expect(page.get_by_text("Countersigned. The decision is in force.")).to_be_visible()
