"""What does not fit together: each rule finds its case, and keeps silent on the case beside it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reviews.domain.consistency import SAME_NOTE_ON, findings
from reviews.domain.consistency_facts import (
    Facts,
    File,
    Item,
    Judged,
    Promise,
    Question,
    RuleId,
    Severity,
    Spot,
)
from reviews.domain.enums import ConditionState, Recommendation, VerdictValue
from reviews.domain.intake.snapshots import salted
from tests.builders import NOW, TODAY
from tests.builders_reviewing import LOW_RISK, full, merged

MET, PARTLY, NOT_MET, NOT_APPLICABLE = (
    VerdictValue.MET,
    VerdictValue.PARTLY,
    VerdictValue.NOT_MET,
    VerdictValue.NOT_APPLICABLE,
)
FRESH = File("results.pdf", TODAY)


def judged(item, value=MET, by="me", note="Seen.", **fields):
    given = {"gap_plan": "", "saved_at": NOW, **fields}
    return Judged(item, by, value, note, **given)


def facts(*verdicts, items=(), answers=LOW_RISK, on=TODAY, **fields):
    known = {item.code for item in items}
    plain = [Item(one.item, is_required=True) for one in verdicts if one.item not in known]
    return Facts(answers, [*items, *plain], verdicts, on, **fields)


def found(given, rule):
    """Whose, and where, this rule says something."""
    return [(one.by, one.spots) for one in findings(given) if one.rule is rule]


def spots(given, rule):
    return [spot for _, some in found(given, rule) for spot in some]


def items_of(given, rule):
    return [spot.item for spot in spots(given, rule)]


def said(page, field, value, base=LOW_RISK):
    return merged(base, {page: {field: value}})


# Verdicts against answers -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "answer", "named"),
    [
        (MET, "", ["RS1.3"]),
        (MET, "unknown", ["RS1.3"]),
        (MET, "  ", ["RS1.3"]),
        (MET, "Dark evenings.", []),
        (PARTLY, "", []),
        (NOT_APPLICABLE, "", []),
    ],
)
def test_met_though_the_answer_it_rests_on_is_empty(value, answer, named):
    given = facts(judged("RS1.3", value), answers=said("validity", "limitations", answer))

    assert items_of(given, RuleId.MET_ON_NOTHING) == named


def test_one_answer_of_several_is_enough_and_the_answer_is_linked():
    both = merged(LOW_RISK, {"people": {"harms": ""}, "validity": {"failure": ""}})
    one = merged(both, {"validity": {"failure": "Somebody is let in."}})

    assert spots(facts(judged("RS2.1"), answers=both), RuleId.MET_ON_NOTHING) == [
        Spot("RS2.1", ("people", "harms"))
    ]
    assert items_of(facts(judged("RS2.1"), answers=one), RuleId.MET_ON_NOTHING) == []


def test_an_item_that_no_answer_serves_by_itself_is_left_alone():
    assert items_of(facts(judged("A4.5"), answers={"system": {}}), RuleId.MET_ON_NOTHING) == []


@pytest.mark.parametrize(
    ("value", "answer", "named"), [(MET, "no", ["A5.2"]), (MET, "yes", []), (PARTLY, "no", [])]
)
def test_met_though_the_team_said_no(value, answer, named):
    said_so = {"second_way": answer, "intervention": "By phone."}
    answers = _with_families(merged(full(), {"oversight": said_so}))

    assert items_of(facts(judged("A5.2", value), answers=answers), RuleId.MET_AGAINST_ANSWER) == (
        named
    )


@pytest.mark.parametrize(
    ("value", "answer", "named"),
    [(NOT_APPLICABLE, "yes", ["T1.1"]), (NOT_APPLICABLE, "no", []), (MET, "yes", [])],
)
def test_does_not_apply_though_an_answer_made_it_apply(value, answer, named):
    item = Item("T1.1", is_required=True, applies_by="people.informs_decisions")
    answers = said("people", "informs_decisions", answer)

    given = facts(judged("T1.1", value), items=[item], answers=answers)

    assert items_of(given, RuleId.TRIGGERED_NOT_APPLICABLE) == named


def test_an_item_that_always_applies_may_be_set_aside():
    given = facts(judged("A3.1", NOT_APPLICABLE))

    assert items_of(given, RuleId.TRIGGERED_NOT_APPLICABLE) == []


@pytest.mark.parametrize(
    ("verdicts", "answer", "named"),
    [
        ([judged("P01", note="")], "yes", ["P01"]),
        ([judged("A3.1")], "yes", ["P01"]),
        ([judged("P01", note="Dropped from the release.")], "yes", []),
        ([judged("P01", NOT_MET, note="")], "yes", []),
        ([judged("P01", note="")], "no", []),
    ],
)
def test_a_point_of_critics_that_nobody_speaks_of(verdicts, answer, named):
    probe = Item("P01", is_required=True, is_probe=True)
    answers = said("triggers", "P01", answer, _with_families(full()))

    assert items_of(facts(*verdicts, items=[probe], answers=answers), RuleId.PROBE_UNADDRESSED) == (
        named
    )


def _with_families(answers):
    """As the submit freezes them: without families no point of critics is asked."""
    families = {"emotion": "attribute_inference", "identify": "face_recognition"}
    return {**answers, "catalogue": {"capabilities": families, "labels": {}, "gated": True}}


@pytest.mark.parametrize(
    ("before", "named"),
    [(("met", "Seen."), ["RS1.3"]), (("partly_met", "Seen."), []), (("met", "Other."), [])],
)
def test_the_same_verdict_in_the_same_words_on_a_changed_answer(before, named):
    given = facts(
        judged("RS1.3"),
        answers=said("validity", "limitations", "None any more."),
        before=LOW_RISK,
        said_before={("me", "RS1.3"): before},
    )

    assert items_of(given, RuleId.CHANGED_SAME_VERDICT) == named


def test_unchanged_answers_and_first_rounds_carry_over():
    same = {("me", "RS1.3"): ("met", "Seen.")}

    for before in (LOW_RISK, None):
        given = facts(judged("RS1.3"), before=before, said_before=same)
        assert items_of(given, RuleId.CHANGED_SAME_VERDICT) == []


def test_a_new_salt_is_no_changed_answer():
    """Answers that name people are frozen as salted hashes, which differ every time."""
    old = said("system", "contacts", salted("Ada", "1"))
    new = said("system", "contacts", salted("Ada", "2"))
    given = facts(
        judged("A1.1"), answers=new, before=old, said_before={("me", "A1.1"): ("met", "Seen.")}
    )

    assert items_of(given, RuleId.CHANGED_SAME_VERDICT) == []


# Verdicts by themselves -------------------------------------------------------------------------


@pytest.mark.parametrize("value", [PARTLY, NOT_MET])
def test_missed_without_a_plan(value):
    assert items_of(facts(judged("A3.1", value)), RuleId.MISSED_WITHOUT_PLAN) == ["A3.1"]
    planned = facts(judged("A3.1", value, gap_plan="By May."))
    assert items_of(planned, RuleId.MISSED_WITHOUT_PLAN) == []


def test_met_needs_no_plan():
    assert items_of(facts(judged("A3.1")), RuleId.MISSED_WITHOUT_PLAN) == []


@pytest.mark.parametrize(
    ("verdict", "asks_proof", "required", "named"),
    [
        (judged("A3.3", note=" "), True, True, ["A3.3"]),
        (judged("A3.3", note="In the report."), True, True, []),
        (judged("A3.3", note="", files=(FRESH,)), True, True, []),
        (judged("A3.3", note=""), False, True, []),
        (judged("A3.3", note=""), True, False, []),
        (judged("A3.3", NOT_APPLICABLE, note=""), True, True, []),
    ],
)
def test_met_without_a_note_or_a_file(verdict, asks_proof, required, named):
    item = Item("A3.3", is_required=required, asks_proof=asks_proof)

    assert items_of(facts(verdict, items=[item]), RuleId.MET_WITHOUT_GROUNDS) == named


def test_the_same_note_on_many_items():
    note = "Everything is described in the plan."
    codes = ["A3.1", "A3.2", "A3.3", "A4.1"]
    assert len(codes) == SAME_NOTE_ON

    many = [judged(code, note=note.upper() if code == "A3.2" else note) for code in codes]
    assert items_of(facts(*many), RuleId.SAME_NOTE) == codes
    assert items_of(facts(*many[1:]), RuleId.SAME_NOTE) == []
    assert (
        items_of(facts(*(replace(one, note="See the plan.") for one in many)), RuleId.SAME_NOTE)
        == []
    )
    by_two = [replace(one, by=str(place % 2)) for place, one in enumerate(many)]
    assert items_of(facts(*by_two), RuleId.SAME_NOTE) == []


@pytest.mark.parametrize(
    ("added_on", "on", "old"),
    [
        (date(2022, 5, 31), date(2023, 6, 1), True),
        (date(2022, 6, 1), date(2023, 6, 1), False),
        (date(2023, 2, 27), date(2024, 2, 29), True),
        (date(2023, 2, 28), date(2024, 2, 29), False),
    ],
)
def test_a_file_is_old_after_a_year_and_not_on_the_day(added_on, on, old):
    given = facts(judged("A3.3", files=(File("results.pdf", added_on),)), on=on)

    named = [Spot("A3.3", file="results.pdf")] if old else []
    assert spots(given, RuleId.OLD_EVIDENCE) == named


@pytest.mark.parametrize(
    ("values", "advice", "named"),
    [
        ([MET, NOT_MET], Recommendation.APPROVE, ["A3.2"]),
        ([MET, NOT_MET], Recommendation.APPROVE_WITH_CONDITIONS, []),
        ([MET, PARTLY], Recommendation.APPROVE, []),
        ([MET, NOT_APPLICABLE], Recommendation.DECLINE, [""]),
        ([MET, NOT_MET], Recommendation.DECLINE, []),
        ([MET, MET], Recommendation.APPROVE, []),
    ],
)
def test_a_recommendation_that_does_not_fit(values, advice, named):
    verdicts = [judged(f"A3.{place}", value) for place, value in enumerate(values, start=1)]

    given = facts(*verdicts, advice={"me": advice})

    assert items_of(given, RuleId.ADVICE_AGAINST_VERDICTS) == named


# What goes on around them -----------------------------------------------------------------------

LATER = NOW + timedelta(hours=1)
EARLIER = NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("item", "answered_at", "named"),
    [
        ("A3.1", LATER, ["A3.1"]),
        ("A3.1", EARLIER, []),
        ("A3.1", None, []),
        ("A9.9", LATER, []),
        ("", LATER, [""]),
        ("", EARLIER, []),
    ],
)
def test_the_team_answered_after_the_verdict(item, answered_at, named):
    given = facts(judged("A3.1"), questions=[Question(item, answered_at)])

    assert items_of(given, RuleId.ANSWERED_LATER) == named


def test_who_judged_anything_after_a_general_answer_has_read_it():
    given = facts(
        judged("A3.1"),
        judged("A3.2", saved_at=LATER),
        questions=[Question("", NOW + timedelta(1) / 48)],
    )

    assert items_of(given, RuleId.ANSWERED_LATER) == []


def test_open_questions_and_threads():
    given = facts(questions=[Question("A3.1", None), Question("", LATER)], threads=["A3.2", ""])

    assert items_of(given, RuleId.QUESTION_OPEN) == ["A3.1"]
    assert items_of(given, RuleId.THREAD_OPEN) == ["A3.2", ""]


@pytest.mark.parametrize(
    ("state", "due_on", "overdue", "unproven"),
    [
        (ConditionState.OPEN, TODAY - timedelta(1), True, False),
        (ConditionState.OPEN, TODAY, False, True),
        (ConditionState.PROOF_GIVEN, TODAY - timedelta(1), True, False),
        (ConditionState.PROOF_GIVEN, TODAY, False, False),
        (ConditionState.MET, TODAY - timedelta(1), False, False),
        (ConditionState.RELEASED, TODAY - timedelta(1), False, False),
    ],
)
def test_conditions_of_the_earlier_decision(state, due_on, overdue, unproven):
    given = facts(promises=[Promise("one", state, due_on)])

    assert spots(given, RuleId.PROMISE_OVERDUE) == [Spot(promise="one")] * overdue
    assert spots(given, RuleId.PROMISE_UNPROVEN) == [Spot(promise="one")] * unproven


@pytest.mark.parametrize(
    ("before", "moved"),
    [("design", True), ("maintenance", False), ("retirement", False), ("", False), (None, False)],
)
def test_the_stage_has_moved(before, moved):
    """Only to a stage that asks for other items: retirement asks for what maintenance does."""
    old = None if before is None else said("system", "lifecycle_stage", before)
    given = facts(answers=said("system", "lifecycle_stage", "maintenance"), before=old)

    places = [Spot(answer=("system", "lifecycle_stage"))] if moved else []
    assert spots(given, RuleId.STAGE_MOVED) == places


# Together ---------------------------------------------------------------------------------------


def test_one_finding_for_each_rule_and_reviewer():
    given = facts(
        judged("A3.1", NOT_MET), judged("A3.2", NOT_MET), judged("A3.1", NOT_MET, by="you")
    )

    assert found(given, RuleId.MISSED_WITHOUT_PLAN) == [
        ("me", (Spot("A3.1"), Spot("A3.2"))),
        ("you", (Spot("A3.1"),)),
    ]
    assert {one.severity for one in findings(given)} == {Severity.MUST_LOOK}


def test_nothing_stands_out_in_a_review_that_fits():
    assert findings(facts(judged("A3.1"), judged("A4.5", files=(FRESH,)))) == []


def test_an_optional_answer_may_stay_empty():
    """The dates of a release serve A1.3, and nobody has to give one."""
    answers = merged(LOW_RISK, {"system": {"release_on": "", "lifecycle_stage": "design"}})

    assert items_of(facts(judged("A1.3"), answers=answers), RuleId.MET_ON_NOTHING) == []
    assert items_of(
        facts(judged("A1.3"), answers=said("system", "lifecycle_stage", "", answers)),
        RuleId.MET_ON_NOTHING,
    ) == ["A1.3"]


def test_an_item_that_rests_on_its_whole_goal_is_not_blamed_for_a_change():
    given = facts(
        judged("RS1.1"),
        answers=said("validity", "limitations", "None any more."),
        before=LOW_RISK,
        said_before={("me", "RS1.1"): ("met", "Seen.")},
    )

    assert items_of(given, RuleId.CHANGED_SAME_VERDICT) == []
