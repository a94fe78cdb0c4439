"""The gate's table: retired capabilities, every boundary day."""

import pytest

from reviews.domain.gate import Answer, text_of
from reviews.domain.gate.facts import EndUser, Said, Setting
from tests.gate_questions import (
    ACCESSIBILITY,
    ANYONE_ELSE,
    EXISTING,
    GENERAL,
    NEW,
    NO,
    NOBODY_KNOWS,
    POLICE,
    RETIRED,
    YES,
    ask,
    day,
    rules,
)

BEFORE, FIRST_DAY, LAST_DAY, DAY_AFTER = "2022-06-20", "2022-06-21", "2023-06-30", "2023-07-01"
LATER = "2024-03-01"


@pytest.mark.parametrize("slug", RETIRED)
@pytest.mark.parametrize("facts", [{}, NEW, EXISTING, GENERAL, NEW | ACCESSIBILITY, POLICE])
def test_decide_is_open_before_the_policy(slug, facts):
    result = ask(slug, BEFORE, **facts)

    assert result.answer is Answer.OPEN
    assert result.deciding.rule == "NO-POLICY"
    assert result.missing == ()


@pytest.mark.parametrize("slug", RETIRED)
@pytest.mark.parametrize("on", [FIRST_DAY, "2022-06-22", LAST_DAY, DAY_AFTER, LATER])
@pytest.mark.parametrize("end_user", [None, EndUser.UNKNOWN, EndUser.OTHER])
def test_decide_refuses_a_new_customer_for_general_use(slug, on, end_user):
    result = ask(slug, on, **NEW, **GENERAL, end_user=end_user)

    assert result.answer is Answer.REFUSED
    assert "RETIRED-NEW" in rules(result)
    assert "closed to new customers since 21 June 2022" in " ".join(
        text_of(finding) for finding in result.findings
    )
    assert result.missing == ()
    assert result.alternatives


@pytest.mark.parametrize("slug", RETIRED)
@pytest.mark.parametrize(
    ("on", "days_left"), [(FIRST_DAY, 374), ("2023-06-16", 14), ("2023-06-29", 1), (LAST_DAY, 0)]
)
def test_decide_lets_an_existing_customer_go_on_to_the_last_day(slug, on, days_left):
    result = ask(slug, on, **EXISTING, **GENERAL)

    assert result.answer is Answer.GO_ON
    assert result.last_permitted_on == day(LAST_DAY)
    assert result.days_left == days_left
    assert result.last_safe_filing_on == day("2023-06-16")
    assert result.deciding.rule == "RETIRED-GRACE"


@pytest.mark.parametrize("slug", RETIRED)
@pytest.mark.parametrize(("on", "overdue"), [(DAY_AFTER, "1 day"), ("2023-07-10", "10 days")])
def test_decide_refuses_an_existing_customer_after_the_last_day(slug, on, overdue):
    result = ask(slug, on, **EXISTING, **GENERAL)

    assert result.answer is Answer.REFUSED
    assert result.deciding.rule == "STOP-RETIRED"
    assert result.days_left == -int(overdue.split()[0])
    assert f"overdue by {overdue}." in text_of(result.deciding)


EXTENDED = {**EXISTING, "extension_until": day("2023-09-30")}


@pytest.mark.parametrize("slug", RETIRED)
@pytest.mark.parametrize(
    ("on", "days_left"), [("2023-06-30", 92), (DAY_AFTER, 91), ("2023-09-30", 0)]
)
def test_decide_lets_an_extended_use_go_on_to_the_extension(slug, on, days_left):
    result = ask(slug, on, **EXTENDED, **GENERAL)

    assert (result.answer, result.days_left) == (Answer.GO_ON, days_left)
    assert result.last_permitted_on == day("2023-09-30")
    assert result.deciding.rule == "EXTENSION-VALID"


@pytest.mark.parametrize("slug", RETIRED)
def test_decide_refuses_an_extended_use_after_the_extension(slug):
    result = ask(slug, "2023-10-01", **EXTENDED, **GENERAL)

    assert (result.answer, result.days_left) == (Answer.REFUSED, -1)
    assert "overdue by 1 day." in text_of(result.deciding)


def test_decide_ignores_an_extension_that_ends_before_the_policy_does():
    result = ask("emotion", LAST_DAY, **EXISTING, **GENERAL, extension_until=day("2023-01-31"))

    assert (result.answer, result.days_left) == (Answer.GO_ON, 0)


@pytest.mark.parametrize("slug", RETIRED)
@pytest.mark.parametrize("on", [FIRST_DAY, LAST_DAY, DAY_AFTER, LATER])
def test_decide_sends_a_new_accessibility_scenario_to_an_exception(slug, on):
    result = ask(slug, on, **NEW, **ACCESSIBILITY)

    assert result.answer is Answer.EXCEPTION_REQUEST
    assert "ESC-SENSITIVE" in result.escalations
    assert result.is_sensitive


@pytest.mark.parametrize("slug", RETIRED)
@pytest.mark.parametrize(
    ("on", "words"),
    [
        (FIRST_DAY, "ask for the exception by 16 June 2023"),
        ("2023-06-16", "ask for the exception by 16 June 2023"),
        ("2023-06-17", "The last safe day to ask for the exception was 16 June 2023"),
        (LAST_DAY, "The last safe day to ask for the exception was 16 June 2023"),
    ],
)
def test_decide_tells_an_existing_accessibility_scenario_when_to_ask(slug, on, words):
    result = ask(slug, on, **EXISTING, **ACCESSIBILITY)

    assert result.answer is Answer.GO_ON
    assert any(words in text_of(finding) for finding in result.findings)


@pytest.mark.parametrize("slug", RETIRED)
@pytest.mark.parametrize("on", [DAY_AFTER, LATER])
def test_decide_sends_an_existing_accessibility_scenario_to_an_exception_after_the_last_day(
    slug, on
):
    assert ask(slug, on, **EXISTING, **ACCESSIBILITY).answer is Answer.EXCEPTION_REQUEST


HELD = {
    "exception_until": day("2024-01-31"),
    "exception_covers": YES,
    "exception_scope": "A reading aid for 40 people",
}


@pytest.mark.parametrize("slug", RETIRED)
@pytest.mark.parametrize("who", [NEW, EXISTING, {}])
@pytest.mark.parametrize(
    ("on", "days_left"), [("2023-02-01", 364), (DAY_AFTER, 214), ("2024-01-31", 0)]
)
def test_decide_allows_what_an_exception_covers(slug, who, on, days_left):
    result = ask(slug, on, **who, **ACCESSIBILITY, **HELD)

    assert (result.answer, result.days_left) == (Answer.ALLOWED, days_left)
    assert result.last_permitted_on == day("2024-01-31")
    assert "A reading aid for 40 people" in text_of(result.deciding)


@pytest.mark.parametrize(
    "who", [NEW | ACCESSIBILITY, EXISTING | ACCESSIBILITY, NEW | GENERAL, GENERAL]
)
@pytest.mark.parametrize(
    ("on", "covers"), [("2024-02-01", YES), ("2023-12-01", NO), ("2022-07-01", NO)]
)
def test_decide_answers_as_without_an_exception_that_ended_or_covers_another_scenario(
    who, on, covers
):
    held = {**HELD, "exception_covers": covers}

    with_exception, without = ask("emotion", on, **who, **held), ask("emotion", on, **who)

    assert with_exception.answer is without.answer
    assert with_exception.missing == without.missing


def test_decide_asks_whether_the_exception_covers_the_scenario():
    held = {**HELD, "exception_covers": NOBODY_KNOWS}

    result = ask("emotion", "2023-12-01", **NEW, **ACCESSIBILITY, **held)

    assert (result.answer, result.missing) == (Answer.CANNOT_SAY, ("exception_covers",))


@pytest.mark.parametrize("slug", RETIRED)
@pytest.mark.parametrize("existing", [None, NOBODY_KNOWS])
@pytest.mark.parametrize("on", ["2022-07-01", LAST_DAY])
def test_decide_asks_whether_the_customer_is_new_while_it_matters(slug, existing, on):
    result = ask(slug, on, **GENERAL, existing=existing)

    assert (result.answer, result.missing) == (Answer.CANNOT_SAY, ("existing",))


@pytest.mark.parametrize("slug", RETIRED)
@pytest.mark.parametrize("existing", [None, NOBODY_KNOWS])
def test_decide_does_not_ask_whether_the_customer_is_new_once_it_is_over(slug, existing):
    result = ask(slug, DAY_AFTER, **GENERAL, existing=existing)

    assert (result.answer, result.missing) == (Answer.REFUSED, ())


def test_decide_asks_a_new_customer_for_the_purpose():
    result = ask("emotion", "2022-07-01", **NEW)

    assert (result.answer, result.missing) == (Answer.CANNOT_SAY, ("purpose",))


def test_decide_does_not_ask_an_existing_customer_for_the_purpose_before_the_last_day():
    result = ask("emotion", LAST_DAY, **EXISTING)

    assert (result.answer, result.missing) == (Answer.GO_ON, ())


# The ban of the European Union ------------------------------------------------------------------

EU_WORK = {
    "setting": Setting.WORKPLACE,
    "region": "EU",
    "medical_or_safety": NO,
    "end_user": EndUser.OTHER,
}
BAN_DAY = "2025-02-02"


@pytest.mark.parametrize("setting", [Setting.WORKPLACE, Setting.EDUCATION])
@pytest.mark.parametrize("region", ["EU", "DE", "FR", "RE"])
@pytest.mark.parametrize(
    "facts", [NEW | GENERAL, EXISTING | GENERAL, NEW | ACCESSIBILITY, HELD, {}]
)
@pytest.mark.parametrize("on", [BAN_DAY, "2026-01-01"])
def test_decide_stops_emotion_at_work_and_in_education_in_the_eu(setting, region, facts, on):
    result = ask("emotion", on, **EU_WORK | {"setting": setting, "region": region} | facts)

    assert result.answer is Answer.STOP
    assert result.deciding.rule == "STOP-EU-EMO"
    assert "Article 5(1)(f)" in text_of(result.deciding)


@pytest.mark.parametrize(
    ("on", "other"),
    [
        ("2025-02-01", {}),
        (BAN_DAY, {"setting": Setting.HEALTHCARE}),
        (BAN_DAY, {"setting": Setting.OTHER}),
        (BAN_DAY, {"region": "US"}),
        (BAN_DAY, {"region": "CH"}),
        (BAN_DAY, {"medical_or_safety": YES}),
    ],
)
def test_decide_does_not_stop_outside_the_ban(on, other):
    result = ask("emotion", on, **NEW, **ACCESSIBILITY, **EU_WORK | other)

    assert result.answer is Answer.EXCEPTION_REQUEST


@pytest.mark.parametrize("slug", [slug for slug in RETIRED if slug != "emotion"])
def test_decide_bans_nothing_but_emotion_in_the_eu(slug):
    result = ask(slug, BAN_DAY, **NEW, **ACCESSIBILITY, **EU_WORK)

    assert result.answer is Answer.EXCEPTION_REQUEST


@pytest.mark.parametrize("fact", ["setting", "region", "medical_or_safety"])
def test_decide_asks_for_what_the_ban_depends_on_where_nobody_knows(fact):
    words = {**EU_WORK, fact: Said.UNKNOWN if fact == "medical_or_safety" else "unknown"}

    result = ask("emotion", BAN_DAY, **NEW, **ACCESSIBILITY, **words)

    assert (result.answer, result.missing) == (Answer.CANNOT_SAY, (fact,))


def test_decide_gives_the_ban_as_a_condition_where_nobody_asked_yet():
    result = ask("emotion", BAN_DAY, **NEW, **ACCESSIBILITY, **ANYONE_ELSE)

    assert result.answer is Answer.EXCEPTION_REQUEST
    assert [f.asks for f in result.findings if f.asks] == ["setting"]


def test_decide_does_not_ask_about_the_ban_where_the_use_is_refused_anyway():
    result = ask("emotion", BAN_DAY, **NEW, **GENERAL, setting="unknown", region="unknown")

    assert (result.answer, result.missing) == (Answer.REFUSED, ())
