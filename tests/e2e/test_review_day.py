"""A review day on the inventory: two reviewers and two leads take ten cases to a decision.

Everything is done in browsers. After each act every number about what waits equals its rows; at
the end every word that was typed stands where it belongs. Without ``RAI_REAL_INVENTORY`` the
excerpt is grown to as many rows, with titles of their own.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import counting, desk, steps
from tests.e2e.looking import look_here
from tests.e2e.portal import PASSWORD, Ground, running
from tests.e2e.visitors import House
from tests.inventories import EXCERPT, REAL, table_of

ROWS = 2133
"""As many as the real inventory has."""
LEADS = ("lena", "luca")
NAMES = {"rosa": "Rosa Blum", "ravi": "Ravi Nair"}


@dataclass
class Day:
    """The house, the cases, and every text that anybody typed, with the page it belongs to."""

    house: House
    cases: list[str]
    typed: list[tuple[str, str, str]] = field(default_factory=list)
    """(text, who must find it, address)."""
    rooms: dict[str, str] = field(default_factory=dict)
    """Address of the present desk of a case."""
    acts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    looked: set[str] = field(default_factory=set)
    _pages: dict[str, Page] = field(default_factory=dict)

    def page(self, name: str) -> Page:
        if name not in self._pages:
            self._pages[name] = self.house.page(name)
        return self._pages[name]

    def says(self, text: str, *, to: str, at: str) -> str:
        """Note a text that is typed now: ``to`` finds it on the page ``at``."""
        self.typed.append((text, to, at))
        return text

    def done(self, act: str, *people: str) -> None:
        """After an act: what these people and the lead are shown is what is there."""
        self.acts.append(act)
        for name in dict.fromkeys([*people, "lena"]):
            if name in NAMES or name in LEADS:
                wrong = counting.faults(self.page(name), board=name == "lena")
                self.faults += [f"after “{act}”, {name}: {one}" for one in wrong]

    def look(self, kind: str, page: Page) -> None:
        """The first page of each kind: rules of accessibility, every width and scheme."""
        if kind in self.looked:
            return
        self.looked.add(kind)
        self.faults += [str(one) for one in look_here(page, kind) if one.faults]
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")


@pytest.fixture(scope="module")
def day(
    ground: Ground, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Day]:
    with running(ground, "review_day") as portal:
        portal.stage("people")
        portal.stage("inventory", REAL or str(grown(tmp_path_factory.mktemp("day"))))
        house = House(portal, browser)
        yield Day(house, portal.stage("queue")["cases"])
        assert house.complaints.take() == []
        house.close()


def grown(folder: Path) -> Path:
    """The excerpt, repeated to the size of the real inventory."""
    head, *rows = table_of(EXCERPT.read_bytes())
    many = [[f"{row[0]} {turn}", *row[1:]] for turn in range(ROWS) for row in rows][:ROWS]
    path = folder / "inventory.csv"
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows([head, *many])
    return path


def test_a_review_day(day: Day) -> None:
    for act in ACTS:
        act(day)
    source = "the real inventory" if REAL else f"the excerpt, grown to {ROWS} rows"
    print(f"{source}: {len(day.acts)} acts, {len(day.typed)} texts, {len(day.looked)} pages")
    assert day.faults == []
    assert lost(day) == []
    day.page("lena").goto("/reviews/?view=all")
    expect(day.page("lena").get_by_text("Nothing is in review")).to_be_visible()
    for reference in day.cases:
        day.page("ines").goto(f"/use-cases/{reference}/")
        badge = day.page("ines").locator(".badge", has_text=re.compile("^(Approved|Declined)"))
        expect(badge.first).to_be_visible()


def lost(day: Day) -> list[str]:
    """Texts that do not stand where they belong."""
    seen: dict[tuple[str, str], str] = {}
    missing = []
    for text, reader, address in day.typed:
        place = day.rooms.get(address, address)
        if (reader, place) not in seen:
            page = day.page(reader)
            page.goto(place)
            seen[reader, place] = page.locator("main").evaluate(
                "(node) => node.textContent + [...node.querySelectorAll('textarea')]"
                ".map((one) => one.value).join(' ')"
            )
        if text not in seen[reader, place]:
            missing.append(f"{text!r} is not at {place} for {reader}")
    return missing


# What the day brings.


def everything_is_assigned(day: Day) -> None:
    """The lead takes the suggestion; a sensitive use needs both. Whose case is whose, for later."""
    lead = day.page("lena")
    lead.goto("/reviews/")
    day.look("workbench", lead)
    for number, reference in enumerate(day.cases):
        assign(day, reference, ("rosa", "ravi")[number % 2])
    assign(day, day.cases[5], "rosa")


def assign(day: Day, reference: str, who: str) -> None:
    lead = day.page("lena")
    lead.goto("/reviews/?view=assign")
    lead.get_by_role("link", name=reference).first.click()
    if "/assign/" not in lead.url:
        lead.get_by_role("link", name="Assign a reviewer").click()
    expect(lead.get_by_text("suggested", exact=True)).to_have_count(1)
    day.look("assign", lead)
    lead.get_by_role("radio", name=NAMES[who]).check()
    lead.get_by_role("button", name="Assign", exact=True).click()
    expect(lead.locator(".desk__people")).to_contain_text(NAMES[who])
    day.rooms[reference] = lead.url.split("#")[0].removeprefix(day.house.portal.url)
    day.done(f"assign {reference}", who)


def a_case_by_keyboard(day: Day) -> None:
    judge_and_sign(day, day.cases[0], "rosa")
    decide(day, day.cases[0], "lena")


def judge_and_sign(day: Day, reference: str, who: str, *, by_hand: int = 0) -> None:
    judge(day, reference, who, by_hand=by_hand)
    sign(day, reference, who)


def judge(day: Day, reference: str, who: str, *, by_hand: int = 0, reader: str = "lena") -> None:
    """Every item with single keys; some of them anew, by mouse and by their buttons."""
    page = day.page(who)
    day.rooms[reference] = open_desk(day, page, reference)
    day.look("desk", page)
    here = day.rooms[reference]  # a later round has a desk of its own
    note = day.says(f"{who} read {reference}: 12 of 500 missed.", to=reader, at=here)
    judged = desk.judge_all(page, note=note)
    for number in range(by_hand):
        by_button(day, page, reference, number, reader)
    expect(page.get_by_text(f"{judged} of {judged} required items answered").first).to_be_visible()
    day.done(f"judge {reference}", who)


def open_desk(day: Day, page: Page, reference: str) -> str:
    desk.open_desk(page, reference)
    return page.url.split("#")[0].removeprefix(day.house.portal.url)


def by_button(day: Day, page: Page, reference: str, number: int, reader: str) -> None:
    """Unfold an item, choose, write, and press “Save and next”: on to another case, or to the end.

    Every item has a verdict by then, so the next page says so; the desk is opened again.
    """
    item = page.locator("[data-required]").nth(number + 1)
    if not item.locator("form.verdict").is_visible():
        item.locator("summary").first.click()
    item.get_by_text("Partly met", exact=True).first.click()
    text = day.says(f"Half is shown, item {number} of {reference}.", to=reader, at=reference)
    item.get_by_label("Note").fill(text)
    gap = day.says(f"By July, item {number} of {reference}.", to=reader, at=reference)
    item.get_by_label("Gap plan").fill(gap)
    with page.expect_navigation():
        item.get_by_role("button", name="Save and next").click()
    said = page.get_by_role("status").filter(has_text="Every required item")
    expect(said).to_contain_text("has your verdict")
    if not page.url.split("#")[0].endswith(day.rooms[reference]):
        expect(said.get_by_role("link", name=f"Sign off {reference}")).to_be_visible()
    desk.open_desk(page, reference)


def sign(day: Day, reference: str, who: str) -> None:
    page = day.page(who)
    text = f"{who} on {reference}: small, with a person before every action."
    day.says(text, to="lena", at=f"/use-cases/{reference}/decision/")
    desk.sign_off(page, reasons=text)
    day.done(f"sign off {reference}", who)


def decide(day: Day, reference: str, who: str) -> None:
    """Every scenario approved with a condition, looked at again, recorded."""
    page = day.page(who)
    place = f"/use-cases/{reference}/decision/"
    page.goto(place)
    day.look("decision", page)
    outcome = "Approved with conditions"
    for number, scenario in enumerate(page.locator("fieldset[id^=scenario-]").all()):
        said = [
            f"{words} {number} of {reference}."
            for words in ("A person decides", "Count the pictures", "The table of counts")
        ]
        for text in said[:2]:
            day.says(text, to="ines", at=place)
        scenario.get_by_role("radio", name=outcome, exact=True).check()
        scenario.get_by_label("Reasons").fill(said[0])
        if not scenario.get_by_label("What must hold").is_visible():
            scenario.locator("details > summary").first.click()
        scenario.get_by_label("What must hold").fill(said[1])
        scenario.get_by_label("Proof wanted").fill(said[2])
        scenario.get_by_label("Owner").select_option(label="Ines Alba")
        scenario.get_by_label("Verifier").select_option(label="Rosa Blum")
        scenario.get_by_label("Due day").fill("2023-07-14")
    page.get_by_role("button", name="Look at it again before recording").last.click()
    expect(page.get_by_role("heading", name="Record this decision?")).to_be_visible()
    day.look("confirm", page)
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("The decision is recorded.")).to_be_visible()
    for link in page.locator("a[href^='/conditions/']", has_text=reference).all():
        text = f"The table of counts {number_in(link.inner_text())} of {reference}."
        day.says(text, to="ines", at=link.get_attribute("href") or "")
    day.done(f"decide {reference}", who)


def number_in(text: str) -> str:
    """The scenario's number in the words of its condition."""
    found = re.search(r"Count the pictures (\d+)", text)
    assert found, text
    return found[1]


def a_question_and_a_resubmission(day: Day) -> None:
    """One question is answered, one by the form: it is filed again while the case waits.

    The second round shows what changed and keeps the rest.
    """
    reference = day.cases[2]
    judge(day, reference, "rosa", reader="rosa")
    reviewer, team = day.page("rosa"), day.page("ines")
    questions = f"/use-cases/{reference}/questions/"
    for text in (
        f"Who looks at what {reference} throws away?",
        f"Who may switch {reference} off? The form should say so.",
    ):
        steps.ask(reviewer, day.says(text, to="ines", at=questions))
        day.done(f"ask about {reference}", "rosa")
    team.goto("/")
    team.locator(f'section[aria-labelledby=waiting] a[href*="{reference}"]').click()
    day.look("questions", team)
    answer = day.says("The shift lead does, each Monday.", to="rosa", at=questions)
    team.get_by_label("Your answer").first.fill(answer)
    team.get_by_role("button", name="Send the answer").first.click()
    expect(team.get_by_role("heading", name="Answered", exact=True)).to_be_visible()
    day.done(f"answer about {reference}", "rosa")
    file_again(day, reference)
    day.rooms[reference] = open_desk(day, reviewer, reference)
    again, carried, required = delta_of(reviewer)
    assert 0 < again < required, "the delta asks for everything or for nothing"
    assert carried == required - again
    day.look("desk with what changed", reviewer)
    reviewer.get_by_role("link", name=re.compile("^Changed")).first.click()
    assert reviewer.locator("[data-required]").count() <= again
    reviewer.goto(day.rooms[reference])
    desk.judge_all(reviewer, note="")
    sign(day, reference, "rosa")
    decide(day, reference, "luca")


def delta_of(page: Page) -> tuple[int, int, int]:
    """How many items are to look at again, how many are carried over, how many are required."""
    title = page.locator("#delta").inner_text()
    again, required, carried = map(int, re.findall(r"\d+", title)[:3])
    return again, carried, required


def file_again(day: Day, reference: str) -> None:
    """The team changes one answer and files the case a second time."""
    page = day.page("ines")
    page.goto(f"/use-cases/{reference}/edit/system/")
    text = day.says(
        f"Fewer second walks; the shift lead of {reference} may switch it off.",
        to="ines",
        at=f"/use-cases/{reference}/submissions/2/",
    )
    page.locator('[name="purpose"]').fill(text)
    with page.expect_navigation():  # the click waits for a save under way
        page.get_by_role("button", name="Save and continue").click()
    page.goto(f"/use-cases/{reference}/check/")
    page.get_by_role("link", name="Go on to the statement of truth").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name=re.compile("^File it")).click()
    expect(page.locator(".badge", has_text="In review").first).to_be_visible()
    day.done(f"file {reference} again", "rosa")


def a_recusal(day: Day) -> None:
    """A reviewer steps back with a reason; the lead assigns the other one."""
    reference = day.cases[1]
    page = day.page("ravi")
    desk.open_desk(page, reference)
    page.get_by_role("link", name="Recuse yourself").click()
    day.look("recuse", page)
    reason = day.says("My sister works on this team.", to="lena", at=reference)
    page.get_by_label("Why?").fill(reason)
    page.get_by_role("button", name="Step back").click()
    page.wait_for_url(lambda url: "/recuse/" not in url)
    day.done(f"recuse from {reference}", "ravi")
    assign(day, reference, "rosa")
    judge_and_sign(day, reference, "rosa")
    decide(day, reference, "lena")


def two_blind_reviewers(day: Day) -> None:
    """They disagree, see it once both have signed, one is convinced; two leads sign."""
    reference = day.cases[5]
    judge(day, reference, "rosa")
    sign(day, reference, "rosa")
    judge(day, reference, "ravi", by_hand=1)
    assert "rosa read" not in day.page("ravi").content(), "blind, and yet the note is there"
    sign(day, reference, "ravi")
    reconcile(day, reference)
    decide(day, reference, "lena")
    place = f"/use-cases/{reference}/decision/"
    day.page("luca").goto(place)
    day.page("luca").get_by_role("link", name="Countersign or refuse").click()
    day.look("countersign", day.page("luca"))
    day.page("luca").get_by_role("radio").first.check()
    day.page("luca").get_by_label("Password").fill(PASSWORD)
    day.page("luca").get_by_role("button", name="Sign", exact=True).click()
    expect(day.page("luca").get_by_text("The decision is in force.")).to_be_visible()
    day.done(f"countersign {reference}", "luca")


def reconcile(day: Day, reference: str) -> None:
    """Only the differences; a word about one; the own verdict changed with what convinced."""
    page = day.page("ravi")
    page.goto(day.rooms[reference])
    page.get_by_role("link", name="Where the reviewers differ").click()
    expect(page.locator(".difference")).to_have_count(1)
    day.look("reconcile", page)
    place = page.url.split("#")[0].removeprefix(day.house.portal.url)
    text = day.says("I read the table the other way round.", to="rosa", at=place)
    page.locator(".difference").get_by_label("Comment").fill(text)
    page.locator(".difference").get_by_role("button", name="Post").first.click()
    expect(page.get_by_text("Posted.", exact=True)).to_be_visible()
    day.done(f"talk about {reference}", "ravi")
    page.goto(place)
    page.get_by_role("link", name="Change my verdict").click()
    page.get_by_text("Met", exact=True).first.click()
    said = day.says("The table convinced me.", to="rosa", at=place)
    page.get_by_label("Note").fill(said)
    page.get_by_role("button", name="Save the verdict").click()
    page.goto(place)
    expect(page.locator(".difference").get_by_text("Settled", exact=True)).to_be_visible()
    day.done(f"reconcile {reference}", "ravi", "rosa")


def a_referral(day: Day) -> None:
    """The panel advises, with a dissent on record; the lead closes it and decides."""
    reference = day.cases[3]
    judge_and_sign(day, reference, "ravi")
    lead, member = day.page("luca"), day.page("pia")
    lead.goto(f"/use-cases/{reference}/decision/")
    lead.get_by_role("link", name="Refer to the panel").click()
    question = f"Is a second look enough for {reference}?"
    lead.locator('[name="question"]').fill(question)
    lead.get_by_role("checkbox", name="Pia Berg").check()
    lead.get_by_role("button", name="Ask the panel").click()
    expect(lead.get_by_text("The panel is asked.")).to_be_visible()
    day.done(f"refer {reference}", "luca")
    member.goto("/")
    member.locator("section[aria-labelledby=waiting] a.cell__main").first.click()
    if "/referrals/" not in member.url:
        member.locator("a[href*='/referrals/']").first.click()
    place = member.url.removeprefix(day.house.portal.url)
    day.says(question, to="pia", at=place)
    day.look("referral", member)
    for name, words in (
        ("advice", "It is, while a person looks at each picture."),
        ("dissent", "I would rather see a month of counts first."),
    ):
        member.locator(f'[name="{name}"]').fill(day.says(words, to="luca", at=place))
    member.get_by_role("radio").first.check()  # took part in the discussion
    member.get_by_role("button", name="Put it on record").click()
    expect(member.locator(".badge", has_text="Dissent")).to_be_visible()
    day.done(f"advise on {reference}", "luca")
    lead.goto(place)
    summary = day.says("One member, for it, with a wish for counts.", to="luca", at=place)
    lead.locator('[name="summary"]').fill(summary)
    lead.get_by_role("button", name="Close the referral").click()
    lead.wait_for_load_state()
    day.done(f"close the referral of {reference}", "luca")
    decide(day, reference, "luca")


def two_tabs(day: Day) -> None:
    """Two tabs write about one verdict: both texts are shown, and both are kept."""
    day.house.complaints.expected.append("status of 409")
    reference = day.cases[4]
    first, second = day.page("rosa"), day.house.page("rosa")
    day.rooms[reference] = open_desk(day, first, reference)
    second.goto(first.url)
    second.wait_for_load_state()
    texts = ("In the first tab I read the log.", "In the second tab I read the table.")
    for text in texts:
        day.says(text, to="lena", at=reference)
    note_on_first(first, texts[0])
    expect(first.locator("[data-required]").first.locator("[data-saved-text]")).to_contain_text(
        re.compile("^Saved")
    )
    field_ = note_on_first(second, texts[1])
    panel = second.locator("[data-conflict]")
    for text in texts:
        expect(panel).to_contain_text(text)
    day.look("two tabs", second)
    field_.fill("\n".join(texts))
    second.get_by_role("button", name="Save what the form holds now").click()
    expect(second.locator("[data-required]").first.locator("[data-saved-text]")).to_contain_text(
        re.compile("^Saved")
    )
    second.close()
    day.done(f"two tabs on {reference}", "rosa")
    desk.open_desk(first, reference)
    desk.judge_all(first)
    sign(day, reference, "rosa")
    decide(day, reference, "luca")


def note_on_first(page: Page, text: str) -> object:
    """A verdict and a note on the first required item, as they save themselves."""
    page.keyboard.press("j")
    page.keyboard.press("1")
    note = page.locator("[data-required]").first.get_by_label("Note")
    note.fill(text)
    return note


def the_others(day: Day) -> None:
    """What is left of the queue, by whom it waits for."""
    for number in (6, 7, 8, 9):
        reference = day.cases[number]
        judge_and_sign(day, reference, ("rosa", "ravi")[number % 2], by_hand=int(number == 6))
        decide(day, reference, LEADS[number % 2])


def a_change_after_the_decision(day: Day) -> None:
    """The team files an approved case again: another reviewer takes over what still stands."""
    reference = day.cases[0]
    before, decision = day.rooms[reference], f"/use-cases/{reference}/decision/"
    day.typed = [  # a reviewer's reasons stand beside the decision until a new round asks for one
        (text, to, before if at == decision and text.startswith("rosa on") else at)
        for text, to, at in day.typed
    ]
    file_again(day, reference)
    assign(day, reference, "ravi")
    page = day.page("ravi")
    day.rooms[reference] = open_desk(day, page, reference)
    page.get_by_role("link", name="Look at them and take them over").click()
    offered = page.get_by_role("checkbox").count()
    day.look("carried over", page)
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Take over the ticked verdicts").click()
    expect(page.get_by_text(re.compile(rf"^{offered - 1} verdicts? taken over"))).to_be_visible()
    day.done(f"take over {reference}", "ravi")
    desk.judge_all(page)
    sign(day, reference, "ravi")
    decide(day, reference, "luca")


ACTS: list[Callable[[Day], None]] = [
    everything_is_assigned,
    a_case_by_keyboard,
    a_question_and_a_resubmission,
    a_recusal,
    two_blind_reviewers,
    a_referral,
    two_tabs,
    the_others,
    a_change_after_the_decision,
]
