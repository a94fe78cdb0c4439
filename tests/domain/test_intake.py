"""The form as data: which questions apply, what answers mean, how they compare and freeze."""

import itertools
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import intake
from reviews.domain.enums import LifecycleStage
from reviews.domain.errors import BadInput
from reviews.domain.gate.escalations import FIELDS
from reviews.domain.gate.facts import FACT_NAMES, EndUser, Purpose, Sector, Setting
from reviews.domain.intake import Kind
from reviews.domain.intake.about import SCENARIO as SCENARIO_PAGE
from reviews.domain.intake.about import SYSTEM
from reviews.domain.intake.grounds import DATA, OVERSIGHT, VALIDITY
from reviews.domain.intake.people import PEOPLE
from reviews.domain.intake.probes import PROBES
from reviews.domain.intake.risks import DEPLOYMENT, TRIGGERS
from reviews.domain.intake.showing import follow_up_words, same_page_test
from tests.builders_intake import RECOGNITION, SHORT, merged

DATA_FILES = Path(__file__).parents[2] / "reviews" / "data"
KEY = "scenario:0a1b2c3d4e5f"
ALL_PAGES = [SYSTEM, SCENARIO_PAGE, PEOPLE, DATA, OVERSIGHT, VALIDITY, TRIGGERS, DEPLOYMENT]


def whole(*parts, families=(), gated=False):
    """Answers with a title, the scenario under its key, and the catalogue's page."""
    answers = merged(*parts, {"system": {"title": "Gate camera"}})
    answers[KEY] = answers.pop("scenario", {})
    found = {f"c{number}": family for number, family in enumerate(families)}
    answers["catalogue"] = intake.catalogue_page(found, {}, gated=gated)
    return answers


def table(name, key):
    return tomllib.loads((DATA_FILES / name).read_text())[key]


def test_the_low_risk_path_is_short():
    answers = whole(SHORT)

    asked = [question for page in intake.pages(answers) for question in page.questions]

    assert intake.missing(answers) == ()
    assert sum(question.required for question in asked) <= 40
    written = [q for q in asked if q.kind.is_typed and q.required]
    assert len(written) <= 20


def test_pages_stand_in_the_order_of_the_form():
    answers = whole(SHORT)
    answers["scenario:ffff00000000"] = {"name": "Second"}

    titles = [page.title for page in intake.pages(answers)]

    assert titles == [
        "About the system",
        "Main gate",
        "Second",
        "Who is affected",
        "Data",
        "Human oversight",
        "Proof that it works",
        "Sensitive use",
        "Deployment and customer",
    ]


def test_every_probe_of_intake_is_asked_in_the_catalogues_words_and_families():
    probes = {row["code"]: row for row in table("catalogue/probes.toml", "probe")}
    at_intake = {code for code, row in probes.items() if row["kind"] != "question"}

    assert {probe.id for probe in PROBES} == at_intake - {"P20"}
    for probe in PROBES:
        assert probe.label == probes[probe.id]["intake_question"]
        assert set(probe.shown.any_of) == set(probes[probe.id]["families"])
        assert list(probe.serves) == probes[probe.id]["goals"]


def test_a_probe_is_asked_only_of_its_families():
    voice = intake.page(whole(families=["voice"]), "triggers")
    finding = intake.page(whole(families=["face_detection"]), "triggers")

    assert {"P12", "P14"} <= {question.id for question in voice.questions}
    asked = {question.id for question in finding.questions}
    assert {code for code in asked if code.startswith("P") and len(code) == 3} == {"P16", "P17"}


def test_every_code_that_a_question_serves_is_in_the_standard():
    known = {row["code"] for row in table("standard/requirements.toml", "requirement")}
    known |= {row["code"] for row in table("standard/goals.toml", "goal")}

    served = {code for page in ALL_PAGES for q in page.questions for code in q.serves}

    assert served <= known


def test_closed_answers_are_those_of_the_standard_and_the_gate():
    def values(page, field):
        return [option.value for option in page.question(field).choices]

    listed = table("standard/lists.toml", "listed_value")
    for name in ["technology_readiness", "task_complexity", "role_of_humans"]:
        expected = [row["value"] for row in listed if row["list_name"] == name]
        assert values(SCENARIO_PAGE, name) == expected
    assert values(SYSTEM, "lifecycle_stage") == LifecycleStage.values
    assert set(values(SCENARIO_PAGE, "setting")) == set(Setting)
    assert set(values(SCENARIO_PAGE, "accessibility")) == set(Purpose)
    assert set(values(DEPLOYMENT, "end_user")) == set(EndUser)
    assert set(values(DEPLOYMENT, "sector")) == set(Sector)


def test_field_ids_are_unique_within_a_page_and_fit_the_table():
    for page in ALL_PAGES:
        ids = [question.id for question in page.questions]
        assert len(ids) == len(set(ids))
        assert max(map(len, ids)) <= 60


def test_every_rule_on_the_same_page_looks_at_a_question_that_comes_before():
    for page in ALL_PAGES:
        seen = []
        for question in page.questions:
            test = same_page_test(question)
            for part in test.split(";")[1:]:
                field, values = part.split("=")
                source = page.question(field)
                assert field in seen
                assert source is not None
                known = {option.value for option in source.choices} | {"other", ""}
                assert set(values.split(",")) <= known
            assert bool(test) == bool(follow_up_words(question, page.questions))
            seen.append(question.id)


def test_gate_facts_speak_the_gates_language():
    facts = intake.gate_facts(whole(SHORT, RECOGNITION, families=["face_recognition"], gated=True))

    assert set(facts) <= set(FACT_NAMES)
    assert set(facts["intake"]) <= FIELDS
    assert facts["use"] == "UC-C2"
    assert facts["managed"] == "yes"
    assert facts["probes"] == []


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_every_escalating_field_is_asked_somewhere(field):
    facts = intake.gate_facts(
        whole(families=["face_recognition", "attribute_inference"], gated=True)
    )

    assert facts["intake"][field] == "unknown"


def test_gate_facts_leave_out_what_is_not_asked():
    facts = intake.gate_facts(whole(SHORT))

    assert set(facts) == {"region", "intake", "marks", "probes"}
    assert set(facts["intake"]) == set(intake.TRIGGERS)


def test_gate_facts_of_several_scenarios_take_the_strictest_word():
    answers = whole(families=["attribute_inference"], gated=True)
    answers[KEY] = {"accessibility": "accessibility", "setting": "other"}
    answers["scenario:ffff00000000"] = {"accessibility": "general", "setting": "education"}

    together = intake.gate_facts(answers)
    each = intake.fact_sets(answers)

    assert (together["purpose"], together["setting"]) == ("general", "education")
    assert each[KEY]["purpose"] == "accessibility"
    assert each["scenario:ffff00000000"]["setting"] == "education"


def test_what_is_not_answered_applies():
    applicable = intake.goal_applicability(whole())

    assert all(one.applies for one in applicable.values())


def test_goals_that_do_not_apply_say_why():
    found = intake.goal_applicability(whole(SHORT))["represents_people"]

    assert not found.applies
    assert found.reason == "It describes pictures."
    assert found.field == "people.represents_people"


def test_every_applicability_key_of_the_standard_is_answered():
    wanted = {
        key for row in table("standard/goals.toml", "goal") for key in row.get("applies_when", [])
    }

    assert wanted <= set(intake.goal_applicability(whole()))


def test_probe_20_follows_from_the_purpose():
    answers = whole({"scenario": {"accessibility": "accessibility"}})

    assert intake.probe_answers(answers) == {"P20": True}


def test_a_material_change_is_found_and_others_are_not():
    old = whole(SHORT)
    new = whole(SHORT, {"people": {"informs_decisions": "yes", "harms": "More words."}})

    assert intake.material_changes(old, new) == [("people", "informs_decisions")]
    assert [one.field for one in intake.compare(old, new)] == ["harms", "informs_decisions"]


def test_another_user_task_or_place_is_another_use_and_a_new_name_is_not():
    """Section 1.8 of the template describes a use by who, task and place; A1.3 asks anew for it."""
    old = whole(SHORT)
    (key,) = [key for key in old if key.startswith("scenario:")]
    moved = {**old, key: {**old[key], "description": "The police at the main gate."}}
    renamed = {**old, key: {**old[key], "name": "Gate one"}}

    assert intake.material_changes(old, moved) == [(key, "description")]
    assert intake.material_changes(old, renamed) == []


def test_a_scenario_that_came_or_went_is_material():
    old = whole(SHORT)
    new = {**old, "scenario:ffff00000000": {"name": "Second"}}

    assert ("scenario:ffff00000000", "name") in intake.material_changes(old, new)
    assert ("scenario:ffff00000000", "name") in intake.material_changes(new, old)


def test_compare_says_both_sides_in_words_and_reading_order():
    old = whole(SHORT)
    new = whole(SHORT, {"deployment": {"region": "EU"}, "system": {"lifecycle_stage": "design"}})

    found = [(one.label, one.old, one.new) for one in intake.compare(old, new)]

    assert found == [
        ("At which stage is it today?", "Planning and analysis", "Design"),
        ("In which country does it run?", "United Kingdom", "In the European Union"),
    ]


def test_compare_of_two_submissions_leaves_salted_hashes_alone():
    salts = (f"{number:032x}" for number in itertools.count())
    old, _ = intake.freeze(whole(SHORT), new_salt=lambda: next(salts))
    new, _ = intake.freeze(whole(SHORT), new_salt=lambda: next(salts))

    assert old["system"]["contacts"] != new["system"]["contacts"]
    assert intake.compare(old, new) == []


def test_freeze_holds_only_answers_to_questions_that_apply():
    answers = whole(SHORT, {"people": {"deciders": "Left over from before."}})

    frozen, _ = intake.freeze(answers, new_salt=lambda: "00")

    assert "deciders" not in frozen["people"]


def test_freeze_replaces_personal_texts_and_keeps_them_with_their_salt():
    frozen, people = intake.freeze(whole(SHORT), new_salt=lambda: "ab" * 16)

    assert [(one.page, one.field) for one in people] == [
        ("system", "contacts"),
        ("oversight", "overseers"),
    ]
    for one in people:
        assert frozen[one.page][one.field] == intake.salted(one.text, one.salt)
        assert one.text not in intake.canonical(frozen)


def test_digest_is_the_same_for_ever():
    parts = {"b": [1, "ä"], "a": {"y": None, "x": True}}

    assert intake.canonical(parts) == '{"a":{"x":true,"y":null},"b":[1,"ä"]}'
    assert intake.digest(parts) == intake.digest({"a": {"x": True, "y": None}, "b": [1, "ä"]})
    assert intake.digest(parts) == (
        "bb4e8931f9cc9c4736229b756b476700fef396853dd6303c67e91afc89cb45e2"
    )


@given(st.text(max_size=200))
def test_what_people_type_is_stored_as_they_typed_it_but_for_control_characters(text):
    cleaned = intake.clean_page("validity", {"failure": text}, known={})

    stored = cleaned.get("failure", "")
    assert stored == intake.clean_page("validity", {"failure": stored}, known={}).get("failure", "")
    assert "\x00" not in stored


@pytest.mark.parametrize(
    ("page", "field", "value", "words"),
    [
        ("deployment", "region", "XX", "choose one of the answers shown"),
        ("deployment", "managed", ["yes"], "takes one answer"),
        ("system", "release_on", "30.6.2023", "write a day such as"),
        ("system", "title", "x" * 501, "501 characters long"),
        ("system", "capabilities", "emotion", "takes a list"),
        ("system", "capabilities", ["nonsense"], "none of the choices"),
        ("system", "capabilities", ["none", "emotion"], "not both"),
        ("system", "nonsense", "x", "has no field"),
        ("nonsense", "x", "x", "has no page"),
    ],
)
def test_clean_page_refuses_what_is_no_answer(page, field, value, words):
    with pytest.raises(BadInput, match=words):
        intake.clean_page(page, {field: value}, known={Kind.CAPABILITIES: {"none", "emotion"}})


@pytest.mark.parametrize(
    ("page", "field", "key"),
    [
        ("people", "under_18", "demographic_quality_gap"),
        ("people", "mainly_over_65", "demographic_quality_gap"),
        ("data", "illinois_biometrics", "privacy_standard_applies"),
    ],
)
def test_a_goal_that_an_escalation_asks_for_applies_whatever_else_is_said(page, field, key):
    answers = whole({page: {key: "no", field: "yes"}})

    ground = intake.goal_applicability(answers)[key]

    assert (ground.applies, ground.reason, ground.field) == (True, "", f"{page}.{field}")
