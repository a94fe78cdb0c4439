"""Escalations: set by intake answers, by uses to avoid or with care, and by probes. By data."""

from dataclasses import replace

import pytest

from reviews.domain.gate import Answer, Kind, text_of
from reviews.domain.gate.escalations import BY_ANSWER, BY_FACT, MARKS_BY_ANSWER, REASONS
from reviews.domain.gate.facts import Setting
from tests.gate_questions import (
    ACCESSIBILITY,
    ANYONE_ELSE,
    CATALOGUE,
    EXISTING,
    GENERAL,
    NEW,
    NO,
    POLICE,
    TABLES,
    ask,
    rules,
)

ESCALATIONS = [rule["code"] for rule in TABLES["gate_rule"] if rule["code"].startswith("ESC-")]
FIRST_DAY = "2022-06-21"


@pytest.mark.parametrize(
    ("field", "answer", "code"),
    [(field, answer, code) for field, answers, code in BY_ANSWER for answer in answers],
)
@pytest.mark.parametrize("slug", ["head-pose", "identify", "emotion", "speaker-recognition"])
def test_decide_sets_the_escalation_of_an_answer(slug, field, answer, code):
    result = ask(slug, FIRST_DAY, **ANYONE_ELSE, intake={field: answer})
    without = ask(slug, FIRST_DAY, **ANYONE_ELSE)

    assert code in result.escalations
    assert without.escalations == ()
    assert result.answer is without.answer


@pytest.mark.parametrize("field", sorted({row[0] for row in (*BY_ANSWER, *BY_FACT)}))
def test_every_reason_has_its_words(field):
    assert field in REASONS


@pytest.mark.parametrize("code", ESCALATIONS)
def test_every_escalation_is_set_by_some_answer(code):
    assert code in {code for _field, _answers, code in BY_ANSWER}


@pytest.mark.parametrize(
    ("code", "sensitive", "senior", "goals", "must_show"),
    [
        ("ESC-SENSITIVE", True, False, (), ()),
        ("ESC-TRACK", True, True, (), ()),
        ("ESC-COERCED", True, False, (), ()),
        ("ESC-CHILD", False, False, ("F1",), ("Results for the age groups concerned",)),
        ("ESC-HEALTH", True, False, (), ()),
        ("ESC-PUBLIC", True, False, (), ("Notice plan",)),
        (
            "ESC-BIPA",
            False,
            False,
            ("PS1",),
            ("Written release", "Retention and destruction policy"),
        ),
    ],
)
def test_decide_says_what_an_escalation_asks_for(code, sensitive, senior, goals, must_show):
    field, answers, _code = next(row for row in BY_ANSWER if row[2] == code)

    result = ask("blur", FIRST_DAY, **ANYONE_ELSE, intake={field: answers[0]})

    finding = next(finding for finding in result.findings if finding.rule == code)
    assert (result.is_sensitive, result.needs_senior_decision) == (sensitive, senior)
    assert (finding.goals, finding.must_show) == (goals, must_show)
    assert all(thing in text_of(finding) for thing in must_show)


def test_decide_treats_a_senior_decision_as_a_sensitive_use():
    policies = CATALOGUE["blur"]
    rule = replace(policies.rules["ESC-CHILD"], needs_senior_decision=True)
    asking = replace(policies, rules={**policies.rules, "ESC-CHILD": rule})

    result = ask("blur", FIRST_DAY, asking, **ANYONE_ELSE, intake={"under_18": "yes"})

    assert result.needs_senior_decision
    assert result.is_sensitive


@pytest.mark.parametrize("answer", ["no", "unknown", ""])
def test_decide_escalates_nothing_on_other_answers(answer):
    fields = {
        field for field, answers, _code in (*BY_ANSWER, *MARKS_BY_ANSWER) if "no" not in answers
    }

    result = ask("identify", FIRST_DAY, intake=dict.fromkeys(fields, answer))

    assert result.escalations == ()


def test_decide_escalates_a_public_setting():
    result = ask("blur", FIRST_DAY, **ANYONE_ELSE, setting=Setting.PUBLIC_SPACE)

    assert result.escalations == ("ESC-PUBLIC",)


def test_decide_escalates_accessibility_only_where_an_exception_is_possible():
    assert "ESC-SENSITIVE" in ask("age", FIRST_DAY, **NEW, **ACCESSIBILITY).escalations
    assert ask("blur", FIRST_DAY, **ANYONE_ELSE, **ACCESSIBILITY).escalations == ()


# Uses to avoid and with extra care ---------------------------------------------------------------

MARKED = [use for use in TABLES["use"] if use["kind"] in ("avoid", "extra_care")]


@pytest.mark.parametrize("use", MARKED, ids=lambda use: use["code"])
def test_decide_escalates_a_marked_use_and_refuses_nothing(use):
    slug = "emotion" if "attribute_inference" in use["families"] else "identify"
    facts = EXISTING | GENERAL

    result = ask(slug, FIRST_DAY, **facts, marks=frozenset({use["code"]}))

    assert result.answer is Answer.GO_ON
    assert use["code"] in rules(result)
    assert set(use["sets"]) <= set(result.escalations)


@pytest.mark.parametrize(("field", "answers", "code"), MARKS_BY_ANSWER)
def test_decide_knows_a_marked_use_by_its_answer(field, answers, code):
    result = ask("identify", FIRST_DAY, **EXISTING, intake={field: answers[0]})

    assert code in rules(result)


# Probes ------------------------------------------------------------------------------------------

TRIGGERS = [probe for probe in TABLES["probe"] if probe["kind"] in ("trigger", "both")]
QUESTIONS = [probe for probe in TABLES["probe"] if probe["kind"] == "question"]


def first_of(family):
    return next(slug for slug, policies in CATALOGUE.items() if policies.family == family)


def test_the_trigger_probes_are_the_ones_of_kinds_t_and_b():
    assert [probe["code"] for probe in TRIGGERS] == [
        *("P01", "P05", "P06", "P08", "P09", "P10", "P11", "P12", "P13", "P14", "P16", "P17", "P20")
    ]


@pytest.mark.parametrize("probe", TRIGGERS, ids=lambda probe: probe["code"])
def test_decide_sets_the_escalations_of_every_trigger_probe(probe):
    for family in set(probe["families"]) - {"media"}:
        result = ask(first_of(family), FIRST_DAY, **ANYONE_ELSE, probes=frozenset({probe["code"]}))

        assert set(probe["sets"]) <= set(result.escalations)
        assert "ESC-SENSITIVE" in result.escalations
        assert result.is_sensitive
    assert ("ESC-COERCED" in probe["sets"]) == (probe["code"] == "P13")


@pytest.mark.parametrize("slug", ["emotion", "identify", "blur"])
def test_decide_stops_for_the_police_body_of_probe_16(slug):
    result = ask(slug, FIRST_DAY, **POLICE, probes=frozenset({"P16"}))

    assert (result.answer, result.deciding.rule) == (Answer.STOP, "STOP-US-POLICE")
    assert "ESC-SENSITIVE" in result.escalations


@pytest.mark.parametrize("probe", QUESTIONS, ids=lambda probe: probe["code"])
def test_decide_sets_nothing_for_a_probe_that_only_reviewers_ask(probe):
    slug = first_of(probe["families"][0])

    assert ask(slug, FIRST_DAY, **ANYONE_ELSE, probes=frozenset({probe["code"]})).escalations == ()


def test_decide_names_every_reason_of_an_escalation_once():
    result = ask(
        "emotion",
        FIRST_DAY,
        **NEW,
        **GENERAL,
        intake={"human_rights_threat": "yes", "enrolment_optional": NO},
        probes=frozenset({"P13", "P01"}),
    )

    by_rule = {f.rule: f for f in result.findings if f.kind is Kind.ESCALATION}
    assert text_of(by_rule["ESC-SENSITIVE"]) == (
        "Possible limits to human rights; P01; P13: Sensitive-use review."
    )
    assert text_of(by_rule["ESC-COERCED"]) == (
        "No free choice to stay out; UC-A5; P13: Sensitive-use review."
    )
    assert list(by_rule).count("ESC-SENSITIVE") == 1
