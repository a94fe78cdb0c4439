"""Goals, requirements and crosswalk in the data files, counted and spot-checked."""

import re
from collections import Counter
from datetime import date

import pytest

from reviews.domain.enums import LifecycleStage, RequirementStage
from tests.reference_data import ENTRIES, codes_where, values

REQUIREMENTS_PER_GOAL = {
    "A1": 3, "A2": 3, "A3": 8, "A4": 5, "A5": 7,
    "T1": 6, "T2": 3, "T3": 5,
    "F1": 9, "F2": 9, "F3": 7,
    "RS1": 9, "RS2": 4, "RS3": 9,
    "PS1": 0, "PS2": 0, "I1": 0,
}  # fmt: skip

NEEDS = {
    "A4.3": ["A4.1"],
    "A4.4": ["A4.1"],
    "A4.5": ["A4.4"],
    "A5.2": ["A5.1"],
    "A5.3": ["A5.2"],
    "A5.6": ["A5.4"],
    "T1.5": ["T1.3"],
    "T3.5": ["T3.3"],
    "F3.4": ["F3.3"],
    "RS1.6": ["RS1.1", "RS1.3", "RS1.4", "RS1.5"],
    "RS1.7": ["RS1.6"],
    "RS2.4": ["RS2.1"],
    "RS3.3": ["RS1.6", "RS1.9"],
    "RS3.8": ["T2"],
}


def test_goals_are_the_seventeen_in_their_order():
    assert list(ENTRIES["goal"]) == list(REQUIREMENTS_PER_GOAL)


def test_nine_goals_always_apply():
    assert codes_where("goal", applies_when=[]) == {
        "A1", "A2", "A3", "A4", "A5", "T2", "RS1", "RS2", "RS3",
    }  # fmt: skip


def test_a_reason_is_due_where_transparency_or_fairness_does_not_apply():
    assert codes_where("goal", needs_reason_when_not=True) == {"T1", "T3", "F1", "F2", "F3"}


def test_validity_data_governance_and_oversight_come_first():
    assert codes_where("goal", comes_first=True) == {"A3", "A4", "A5"}


def test_requirements_are_eighty_seven_numbered_and_three_for_whole_goals():
    numbered = [code for code, e in ENTRIES["requirement"].items() if e.values["is_numbered"]]
    expected = [
        f"{goal}.{number}"
        for goal, count in REQUIREMENTS_PER_GOAL.items()
        for number in range(1, count + 1)
    ]

    assert numbered == expected
    assert len(numbered) == 87
    assert codes_where("requirement", is_numbered=False) == {"PS1", "PS2", "I1"}


@pytest.mark.parametrize("goal", REQUIREMENTS_PER_GOAL)
def test_each_goal_states_its_count_and_holds_its_requirements(goal):
    held = [e for e in ENTRIES["requirement"].values() if e.values["goal"] == goal]

    assert values("goal", goal)["numbered_requirements"] == REQUIREMENTS_PER_GOAL[goal]
    assert len(held) == (REQUIREMENTS_PER_GOAL[goal] or 1)
    assert all(e.code.split(".")[0] == goal for e in held)


@pytest.mark.parametrize(
    ("code", "tags", "stage"),
    [
        ("A1.1", ["IA"], "intake"),
        ("A3.4", ["OEC"], "build"),
        ("A3.6", ["TN"], "release"),
        ("A3.7", [], "operate"),
        ("A5.2", [], "design"),
        ("T1.4", ["OEC"], "design"),
        ("F1.9", ["TN"], "release"),
        ("RS1.9", ["IA", "TN"], "release"),
        ("RS3.3", ["IA", "TN"], "operate"),
        ("RS3.7", ["TN"], "operate"),
        ("PS1", [], "prerelease"),
    ],
)
def test_tags_and_stage_of(code, tags, stage):
    assert (values("requirement", code)["tags"], values("requirement", code)["stage"]) == (
        tags,
        stage,
    )


def test_requirements_by_stage():
    stages = Counter(e.values["stage"] for e in ENTRIES["requirement"].values())

    assert set(stages) == set(RequirementStage.values)
    assert stages.total() == 90


def test_dependency_edges_are_those_of_the_standard():
    edges = {c: e.extra["needs"] for c, e in ENTRIES["requirement"].items() if e.extra["needs"]}

    assert edges == NEEDS


def test_dependency_edges_have_no_circle():
    def reach(code, path=()):
        assert code not in path, f"{code} needs itself"
        for needed in NEEDS.get(code, []):
            reach(needed, (*path, code))

    for code in NEEDS:
        reach(code)


def test_near_twins_name_each_other():
    twins = {
        c: e.values["near_twins"]
        for c, e in ENTRIES["requirement"].items()
        if e.values["near_twins"]
    }

    assert twins == {"A3.7": ["RS3.7"], "RS3.7": ["A3.7"], "T2.3": ["RS3.8"], "RS3.8": ["T2.3"]}


def test_yearly_duties():
    assert codes_where("requirement", is_yearly=True) == {"A1.3", "A2.3", "T2.3"}


def test_every_question_is_a_question_with_an_evidence_hint():
    for entry in ENTRIES["requirement"].values():
        assert entry.values["question"].endswith("?"), entry.code
        assert entry.values["evidence_hint"], entry.code


def test_lists_of_the_impact_assessment():
    sizes = Counter(entry.values["list_name"] for entry in ENTRIES["listed_value"].values())

    assert sizes == {
        "lifecycle_stage": 7,
        "technology_readiness": 5,
        "task_complexity": 3,
        "role_of_humans": 5,
        "environment_complexity": 3,
        "sensitive_use_trigger": 3,
    }


def test_lifecycle_stages_are_those_that_use_cases_store():
    stages = [
        entry.values["value"]
        for entry in ENTRIES["listed_value"].values()
        if entry.values["list_name"] == "lifecycle_stage"
    ]

    assert stages == LifecycleStage.values


def test_clauses_per_framework():
    clauses = Counter(entry.values["framework"] for entry in ENTRIES["clause"].values())

    assert clauses == {
        "eu-ai-act": 32 + 1,  # and recital 44
        "nist-ai-rmf": 47,
        "iso-42001": 38,
        "omb-m-25-21": 8 + 1,  # and the definition of high impact
        "bipa": 6,
        "gdpr": 3,
        "other": 1,
    }


def test_nist_rows_per_function():
    functions = Counter(code.split()[0] for code in codes_where("clause", framework="nist-ai-rmf"))

    assert functions == {"GOVERN": 11, "MAP": 13, "MEASURE": 14, "MANAGE": 9}


def test_iso_controls_per_area():
    areas = Counter(code.split(".")[1] for code in codes_where("clause", framework="iso-42001"))

    assert areas == {
        "2": 3, "3": 2, "4": 5, "5": 4, "6": 9, "7": 5, "8": 4, "9": 3, "10": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "applies_from"),
    [
        ("EU-4", date(2025, 2, 2)),
        ("EU-5(1)(f)", date(2025, 2, 2)),
        ("EU-AIII-1(c)", date(2027, 12, 2)),
        ("EU-50(3)", date(2026, 8, 2)),
        ("EU-72", None),
    ],
)
def test_first_day_of_a_clause(clause, applies_from):
    assert values("clause", clause)["applies_from"] == applies_from


def crosswalk(goal):
    return [e.values["clause"] for e in ENTRIES["crosswalk"].values() if e.values["goal"] == goal]


def test_every_goal_is_in_the_crosswalk():
    assert {entry.values["goal"] for entry in ENTRIES["crosswalk"].values()} == set(ENTRIES["goal"])


@pytest.mark.parametrize(
    ("goal", "clauses"),
    [
        (
            "A5",
            "EU-14 EU-26 EU-4|MAP 3.4|MAP 3.5|GOVERN 3.2|MANAGE 2.4|A.3.2 A.4.6 A.9.2 A.9.3 "
            "OMB-4(b)(iv) OMB-4(b)(v)",
        ),
        (
            "PS1",
            "EU-10 EU-50(3) EU-26|MEASURE 2.10|A.2.3 A.7.3 A.7.5 OMB-4(b)(iii) "
            "BIPA-15(a) BIPA-15(b) BIPA-15(c) BIPA-15(d) GDPR-9",
        ),
        (
            "I1",
            "EU-16 EU-50(5)|GOVERN 3.1|MAP 1.2|A.2.3 A.5.4 OMB-4(b)(vii) accessibility-law",
        ),
    ],
)
def test_crosswalk_of(goal, clauses):
    expected = [
        code
        for part in clauses.split("|")
        for code in ([part] if re.match("[A-Z]{3,} ", part) else part.split())
    ]

    assert crosswalk(goal) == expected
