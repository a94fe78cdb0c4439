"""What a decision must hold: outcome and conditions agree, reasons, owners, days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reviews.domain.decisions import ConditionDraft, ScenarioDecision, check_decision
from reviews.domain.enums import Outcome
from reviews.domain.errors import Incomplete

ON = date(2023, 6, 1)
PROMISE = ConditionDraft("Two people look.", "The rota.", owner="ann", verifier="bob", due_on=ON)
FINE = ScenarioDecision("Gate", Outcome.APPROVED, "It helps.")
WITH_CONDITION = ScenarioDecision("Gate", Outcome.WITH_CONDITIONS, "It helps.", (PROMISE,))


@pytest.mark.parametrize(
    "decision",
    [
        FINE,
        replace(FINE, outcome=Outcome.DECLINED),
        WITH_CONDITION,
        replace(WITH_CONDITION, outcome=Outcome.PILOT),
    ],
)
def test_check_decision_accepts_outcomes_and_conditions_that_agree(decision):
    check_decision([decision], wanted=["Gate"], on=ON)


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (replace(FINE, reasons="  "), "Give the reasons"),
        (replace(FINE, outcome=Outcome.WITH_CONDITIONS), "needs at least one condition"),
        (replace(FINE, outcome=Outcome.PILOT), "needs at least one condition"),
        (replace(WITH_CONDITION, outcome=Outcome.APPROVED), "takes no conditions"),
        (replace(WITH_CONDITION, outcome=Outcome.DECLINED), "takes no conditions"),
    ],
)
def test_check_decision_names_what_a_scenario_lacks(decision, words):
    with pytest.raises(Incomplete, match=words):
        check_decision([decision], wanted=["Gate"], on=ON)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": " "}, "needs a text"),
        ({"proof_wanted": ""}, "which proof"),
        ({"verifier": "ann"}, "another person than the owner"),
        ({"due_on": ON - timedelta(days=1)}, "in the past"),
    ],
)
def test_check_decision_names_what_a_condition_lacks(change, words):
    decision = replace(WITH_CONDITION, conditions=(PROMISE, replace(PROMISE, **change)))

    with pytest.raises(Incomplete, match=words) as caught:
        check_decision([decision], wanted=["Gate"], on=ON)

    assert "Condition 2 of “Gate”" in caught.value.message


@pytest.mark.parametrize(
    ("decided", "wanted", "words"),
    [
        ([FINE], ["Gate", "Kiosk"], "Decide on the scenario “Kiosk”"),
        ([FINE], ["Kiosk"], "no scenario of the current submission"),
        ([FINE, FINE], ["Gate"], "decided twice"),
        ([], [], "no scenario to decide on"),
    ],
)
def test_check_decision_wants_every_scenario_once(decided, wanted, words):
    with pytest.raises(Incomplete, match=words):
        check_decision(decided, wanted=wanted, on=ON)


def test_check_decision_lists_every_problem_in_reading_order():
    decision = replace(WITH_CONDITION, reasons="", conditions=(replace(PROMISE, text=""),))

    with pytest.raises(Incomplete) as caught:
        check_decision([decision], wanted=["Gate"], on=ON)

    assert len(caught.value.missing) == 2
    assert "reasons" in caught.value.missing[0]
