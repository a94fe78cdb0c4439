"""The ordinary case: from "may I?" to a condition that is met, each person in a browser."""

from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.desk import judge_all, open_desk, sign_off
from tests.e2e.visitors import House


def test_from_the_question_to_a_condition_that_is_met(inventory: House) -> None:
    requester = inventory.page("ines")
    reference = steps.ask_the_gate_and_begin(requester)
    steps.file_it(requester, reference)
    walk_to_a_met_condition(inventory, reference)


def test_an_imported_case_comes_to_a_decision(inventory: House) -> None:
    reference = str(inventory.portal.facts["first"])
    steps.file_it(inventory.page("ines"), reference)
    walk_to_a_met_condition(inventory, reference)


def walk_to_a_met_condition(house: House, reference: str) -> None:
    """Assigned, judged, asked, answered, signed off, decided with a condition, confirmed."""
    steps.assign(house.page("lena"), reference, "Rosa Blum")
    question = "Who looks at the pictures that it throws away?"
    reviewer = house.page("rosa")
    open_desk(reviewer, reference)
    judged = judge_all(reviewer, note="Seen in the test report.")
    expect(reviewer.get_by_text(f"{judged} of {judged} required items answered")).to_be_visible()
    steps.ask(reviewer, question)
    steps.answer(house.page("ines"), reference, question)
    open_desk(reviewer, reference)
    sign_off(reviewer, reasons="Small, well described, with a person before every action.")
    steps.decide(house.page("lena"), reference)
    steps.keep_the_condition(house, reference)
    steps.see_the_end(house.page("ines"), reference)
