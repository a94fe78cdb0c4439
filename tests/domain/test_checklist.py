"""Which items apply, in which order, and which are due."""

import itertools
from dataclasses import dataclass

import pytest

from reviews.domain import checklist
from reviews.domain.checklist import GoalFacts, ProbeFacts, RequirementFacts, Unmet
from reviews.domain.enums import LifecycleStage, RequirementStage, VerdictValue

STAGES = list(RequirementStage)


@dataclass(frozen=True)
class Said:
    applies: bool
    reason: str = ""
    field: str = "people.informs_decisions"


A1 = GoalFacts("A1", 1, False, ())
A3 = GoalFacts("A3", 3, True, ())
A4 = GoalFacts("A4", 4, True, ())
T1 = GoalFacts("T1", 6, False, ("informs_decisions",))
T3 = GoalFacts("T3", 8, False, ("impersonates_human", "synthetic_media"))
PS1 = GoalFacts("PS1", 15, False, ("privacy_standard_applies",))

A1_1 = RequirementFacts(1, "A1.1", A1, RequirementStage.INTAKE, 1)
A3_1 = RequirementFacts(2, "A3.1", A3, RequirementStage.INTAKE, 7)
A3_2 = RequirementFacts(3, "A3.2", A3, RequirementStage.DESIGN, 8)
A4_1 = RequirementFacts(4, "A4.1", A4, RequirementStage.INTAKE, 15)
T1_5 = RequirementFacts(5, "T1.5", T1, RequirementStage.PRERELEASE, 30)
PS1_ITEM = RequirementFacts(6, "PS1", PS1, RequirementStage.PRERELEASE, 88)
ALL = [PS1_ITEM, T1_5, A4_1, A3_2, A3_1, A1_1]

FACES = ("face_recognition",)
QUESTION = ProbeFacts(1, "P02", True, FACES, ("A3.2", "T1.5"), 2)
TRIGGER = ProbeFacts(2, "P06", False, FACES, ("A3.1",), 6)
YES = {"informs_decisions": Said(True), "privacy_standard_applies": Said(True)}
NO = {
    "informs_decisions": Said(False, "Nobody decides with it."),
    "privacy_standard_applies": Said(False),
}


def build(requirements=ALL, probes=(), applicability=YES, families=(), stage="planning_analysis"):
    return checklist.build(requirements, probes, applicability, families, stage)


def codes(items) -> list[str]:
    return [item.code for item in items]


def test_goals_that_come_first_lead_and_the_others_follow_in_the_standards_order():
    assert codes(build()) == ["A3.1", "A3.2", "A4.1", "A1.1", "T1.5", "PS1"]


def test_a_goal_that_does_not_apply_brings_no_item():
    assert codes(build(applicability=NO)) == ["A3.1", "A3.2", "A4.1", "A1.1"]


def test_an_answer_that_is_not_there_assumes_nothing_away():
    items = build(applicability={})

    assert codes(items) == ["A3.1", "A3.2", "A4.1", "A1.1", "T1.5", "PS1"]
    assert items[4].why == "answer:informs_decisions"


def test_one_of_several_answers_is_enough():
    applicability = {"impersonates_human": Said(False), "synthetic_media": Said(True)}
    item = RequirementFacts(7, "T3.1", T3, RequirementStage.INTAKE, 40)

    assert [one.why for one in build([item], applicability=applicability)] == [
        "answer:synthetic_media"
    ]


def test_why_names_the_answer_or_that_it_always_applies():
    assert {item.code: item.why for item in build()} == {
        "A3.1": "always",
        "A3.2": "always",
        "A4.1": "always",
        "A1.1": "always",
        "T1.5": "answer:informs_decisions",
        "PS1": "answer:privacy_standard_applies",
    }


def test_probes_for_the_reviewer_come_last_where_their_capability_is_asked_for():
    items = build(probes=[QUESTION, TRIGGER], families={"face_recognition"})

    assert codes(items)[-1] == "P02"
    assert items[-1].probe == QUESTION.key
    assert items[-1].requirement is None
    assert items[-1].why == "family:face_recognition"


def test_probes_stay_away_where_their_capability_is_not_asked_for():
    assert "P02" not in codes(build(probes=[QUESTION], families={"voice"}))


@pytest.mark.parametrize(("stage", "due"), [("planning_analysis", False), ("design", True)])
def test_a_probe_falls_due_with_the_earliest_requirement_it_informs(stage, due):
    items = build(probes=[QUESTION], families=FACES, stage=stage)

    assert items[-1].is_required_now is due


def test_a_probe_that_informs_a_whole_goal_falls_due_with_its_first_requirement():
    probe = ProbeFacts(3, "P09", True, FACES, ("A3",), 9)

    assert build(probes=[probe], families=FACES)[-1].is_required_now


DEMANDED = {
    LifecycleStage.PLANNING: RequirementStage.INTAKE,
    LifecycleStage.DESIGN: RequirementStage.DESIGN,
    LifecycleStage.DEVELOPMENT: RequirementStage.BUILD,
    LifecycleStage.TESTING: RequirementStage.PRERELEASE,
    LifecycleStage.DEPLOYMENT: RequirementStage.RELEASE,
    LifecycleStage.MAINTENANCE: RequirementStage.OPERATE,
    LifecycleStage.RETIREMENT: RequirementStage.OPERATE,
}


@pytest.mark.parametrize(
    ("lifecycle", "stage"), list(itertools.product(LifecycleStage, RequirementStage))
)
def test_required_now_is_what_stands_at_or_before_the_demanded_stage(lifecycle, stage):
    item = RequirementFacts(1, "A1.1", A1, stage, 1)

    (built,) = build([item], stage=lifecycle)

    assert built.is_required_now is (STAGES.index(stage) <= STAGES.index(DEMANDED[lifecycle]))


@pytest.mark.parametrize("stage", ["", "somewhere"])
def test_an_unknown_stage_lets_nothing_wait(stage):
    assert all(item.is_required_now for item in build(stage=stage))


@pytest.mark.parametrize("lifecycle", LifecycleStage)
def test_every_demand_has_its_reason(lifecycle):
    assert checklist.demand_of(lifecycle).reason.endswith(".")


def test_goals_at_rest_carry_the_requesters_reason_and_the_answer():
    rests = checklist.rests([A1, T1, PS1], NO)

    assert rests == [
        checklist.Rest("T1", "Nobody decides with it.", ("people.informs_decisions",)),
        checklist.Rest("PS1", "", ("people.informs_decisions",)),
    ]


GOALS = {"A4.1": "A4", "A4.4": "A4", "A4.5": "A4", "T2.1": "T2", "T2.2": "T2", "RS3.8": "RS3"}
NEEDS = {"A4.4": ["A4.1"], "A4.5": ["A4.4"], "RS3.8": ["T2"]}


def test_unmet_needs_names_what_is_open_or_missed():
    verdicts = {"A4.1": VerdictValue.NOT_MET, "T2.1": VerdictValue.MET}

    assert checklist.unmet_needs(NEEDS, GOALS, verdicts) == {
        "A4.4": (Unmet("A4.1", "not_met"),),
        "A4.5": (Unmet("A4.4", ""),),
        "RS3.8": (Unmet("T2.2", ""),),
    }


def test_unmet_needs_is_quiet_about_what_is_settled_or_not_on_the_checklist():
    verdicts = {"A4.1": "met", "A4.4": "not_applicable"}
    goals = {"A4.4": "A4", "A4.5": "A4", "RS3.8": "RS3", "A4.1": "A4"}

    assert checklist.unmet_needs(NEEDS, goals, verdicts) == {}
