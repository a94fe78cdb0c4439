"""What holds for the gate whatever it is told."""

import itertools
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.domain.gate import Answer, Facts, Kind, decide, decide_each, text_of
from reviews.domain.gate.answers import BLOCKED, PERMITTED
from reviews.domain.gate.escalations import BY_ANSWER, MARKS_BY_ANSWER
from reviews.domain.gate.facts import (
    Application,
    EndUser,
    Purpose,
    Said,
    Sector,
    Setting,
)
from tests.gate_questions import CATALOGUE, TABLES, day

LISTED = ("UC-C1", "UC-C2", "UC-P2")
VALUES = {
    "existing": (Said.YES, Said.NO),
    "managed": (Said.YES, Said.NO),
    "purpose": (Purpose.GENERAL, Purpose.ACCESSIBILITY),
    "use": (*LISTED, "other"),
    "sector": (Sector.COMMERCIAL, Sector.PUBLIC),
    "end_user": (EndUser.US_POLICE, EndUser.FEDERAL, EndUser.MILITARY, EndUser.OTHER),
    "realtime_bodycam": (Said.YES, Said.NO),
    "setting": tuple(setting for setting in Setting if setting is not Setting.UNKNOWN),
    "region": ("EU", "DE", "US"),
    "medical_or_safety": (Said.YES, Said.NO),
    "application": tuple(state for state in Application if state is not Application.UNKNOWN),
    "granted_use": (*LISTED, "other"),
    "exception_covers": (Said.YES, Said.NO),
}
"""Facts and every value that they may have."""

DAYS = [
    day("2020-06-10"),
    day("2020-06-11"),
    day("2022-06-20"),
    day("2022-06-21"),
    day("2023-06-16"),
    day("2023-06-30"),
    day("2023-07-01"),
    day("2023-09-30"),
    day("2025-02-02"),
]
UNKNOWN = "unknown"
INTAKE = {field: answers[0] for field, answers, _code in (*BY_ANSWER, *MARKS_BY_ANSWER)}

slugs = st.sampled_from(sorted(CATALOGUE))
days = st.one_of(
    st.sampled_from(DAYS), st.dates(min_value=day("2020-01-01"), max_value=day("2026-12-31"))
)


@st.composite
def facts(draw, *, most_unknown=None, unsaid=False):
    """Any facts; at most so many of them unknown, and none unsaid unless asked for."""
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=most_unknown, unique=True))
    said = {
        name: UNKNOWN if name in names else draw(st.sampled_from(values))
        for name, values in VALUES.items()
    }
    if unsaid:
        for name in draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True)):
            said[name] = None
    ends = st.one_of(st.none(), st.sampled_from(DAYS))
    return Facts(
        **said,
        exception_until=draw(ends),
        granted_until=draw(ends),
        extension_until=draw(ends),
        marks=frozenset(draw(st.lists(st.sampled_from([u["code"] for u in TABLES["use"]])))),
        probes=frozenset(draw(st.lists(st.sampled_from([p["code"] for p in TABLES["probe"]])))),
        intake={name: INTAKE[name] for name in draw(st.sets(st.sampled_from(sorted(INTAKE))))},
    )


def completions(told):
    """The same facts with every unknown one set, in every way."""
    unknown = [name for name in VALUES if getattr(told, name) == UNKNOWN]
    for values in itertools.product(*(VALUES[name] for name in unknown)):
        yield told.given(**dict(zip(unknown, values, strict=True)))


def sure(answers):
    """What can be said if any of these answers may be the true one."""
    if len(answers) == 1:
        return next(iter(answers))
    if answers <= BLOCKED:
        return max(answers, key=lambda answer: answer.rank)
    if answers <= PERMITTED:
        return min(answers, key=lambda answer: answer.rank)
    return Answer.CANNOT_SAY


def sure_answer(slug, told, on):
    return sure({decide(CATALOGUE[slug], one, on).answer for one in completions(told)})


@settings(max_examples=400, deadline=None, derandomize=True)
@given(slugs, facts(most_unknown=3), days)
def test_decide_says_of_unknown_facts_what_holds_for_all_their_values(slug, told, on):
    assert decide(CATALOGUE[slug], told, on).answer is sure_answer(slug, told, on)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(slugs, facts(most_unknown=3), days)
def test_decide_misses_exactly_the_facts_that_change_the_answer(slug, told, on):
    result = decide(CATALOGUE[slug], told, on)

    if result.answer is not Answer.CANNOT_SAY:
        assert result.missing == ()
        return
    settling = {
        name
        for name, values in VALUES.items()
        if getattr(told, name) == UNKNOWN
        and any(
            sure_answer(slug, told.given(**{name: value}), on) is not Answer.CANNOT_SAY
            for value in values
        )
    }
    if settling:
        assert set(result.missing) == settling
    else:  # only several facts together settle it: the first one is asked
        assert len(result.missing) == 1
        assert getattr(told, result.missing[0]) == UNKNOWN


@settings(max_examples=200, deadline=None, derandomize=True)
@given(slugs, facts(unsaid=True), days)
def test_decide_can_be_asked_until_it_says_something(slug, told, on):
    for _question in range(len(VALUES)):
        result = decide(CATALOGUE[slug], told, on)
        if result.answer is not Answer.CANNOT_SAY:
            break
        fact = result.missing[0]
        assert getattr(told, fact) in (None, UNKNOWN)
        told = told.given(**{fact: VALUES.get(fact, (None,))[0]})
    assert result.answer is not Answer.CANNOT_SAY


@settings(max_examples=300, deadline=None, derandomize=True)
@given(slugs, facts(unsaid=True), days)
def test_decide_gives_a_reason_in_words_for_every_answer(slug, told, on):
    result = decide(CATALOGUE[slug], told, on)

    assert result.deciding.answer is result.answer
    assert all(text_of(finding) for finding in result.findings)
    assert not any("%(" in text_of(finding) for finding in result.findings)
    assert min(finding.answer.rank for finding in result.findings) == result.answer.rank
    asked = {f.asks for f in result.findings if f.kind is Kind.QUESTION}
    assert asked == set(result.missing)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(slugs, facts(unsaid=True), days)
def test_decide_says_the_same_to_the_same(slug, told, on):
    assert decide(CATALOGUE[slug], told, on) == decide(CATALOGUE[slug], told, on)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    slugs,
    facts(unsaid=True),
    days,
    st.sampled_from(
        [
            {"end_user": EndUser.US_POLICE},
            {"realtime_bodycam": Said.YES},
            {"setting": Setting.WORKPLACE, "region": "EU", "medical_or_safety": Said.NO},
            {"marks": frozenset({"UC-X1"})},
            {"marks": frozenset({"UC-X2"})},
        ]
    ),
)
def test_decide_is_never_looser_for_a_fact_that_stops(slug, told, on, stop):
    def blocks_less(first, second):
        return first.rank > second.rank and not (first.blocks and second.blocks)

    if "end_user" in stop and told.sector is not Sector.PUBLIC:
        told = told.given(sector=Sector.PUBLIC)  # police is public: that alone may list a use

    if "marks" in stop:
        stop = {"marks": told.marks | stop["marks"]}

    with_stop = decide(CATALOGUE[slug], told.given(**stop), on)
    without = decide(CATALOGUE[slug], told, on)

    if without.answer is not Answer.CANNOT_SAY:
        assert not blocks_less(with_stop.answer, without.answer)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(slugs, facts(unsaid=True), days)
def test_decide_lifts_no_stop(slug, told, on):
    stopped = told.given(end_user=EndUser.US_POLICE, realtime_bodycam=Said.YES)
    lifted = stopped.given(
        exception_until=on,
        exception_covers=Said.YES,
        extension_until=on,
        application=Application.GRANTED,
        granted_use=stopped.use,
        existing=Said.YES,
    )

    if decide(CATALOGUE[slug], stopped, on).answer is Answer.STOP:
        assert decide(CATALOGUE[slug], lifted, on).answer is Answer.STOP


@settings(max_examples=200, deadline=None, derandomize=True)
@given(slugs, facts(unsaid=True), days)
def test_decide_counts_days_to_the_last_permitted_day(slug, told, on):
    result = decide(CATALOGUE[slug], told, on)

    if result.last_permitted_on is None:
        assert result.days_left is None
    else:
        assert on + timedelta(days=result.days_left) == result.last_permitted_on
        assert (result.days_left >= 0) == result.answer.permits


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(slugs, min_size=1, max_size=5, unique=True), facts(unsaid=True), days)
def test_decide_each_shows_the_strictest_first(several, told, on):
    results = decide_each([(CATALOGUE[slug], told) for slug in several], on)

    assert [one.answer.rank for one in results] == sorted(one.answer.rank for one in results)
    assert {one.capability: one for one in results} == {
        slug: decide(CATALOGUE[slug], told, on) for slug in several
    }
