"""The gate's table: Limited Access, open capabilities, and the hard stops."""

import pytest

from reviews.domain.gate import Answer, text_of
from reviews.domain.gate.facts import Application, EndUser, Sector
from reviews.integrations.data_files import holidays
from tests.gate_questions import (
    ACCESSIBILITY,
    ANYONE_ELSE,
    CATALOGUE,
    COMMERCIAL,
    EXISTING,
    FACE_RECOGNITION,
    GENERAL,
    GRANTED,
    LISTED,
    MANAGED,
    NEW,
    NO,
    NOBODY_KNOWS,
    OPEN_FACE,
    POLICE,
    PUBLIC,
    RETIRED,
    UNLISTED,
    VOICE,
    YES,
    ask,
    day,
    rules,
    with_holidays,
)

BEFORE, FIRST_DAY, LAST_DAY, DAY_AFTER = "2022-06-20", "2022-06-21", "2023-06-30", "2023-07-01"
FROM_THE_FIRST_DAY = [FIRST_DAY, LAST_DAY, DAY_AFTER, "2024-03-01"]
every_recognition = pytest.mark.parametrize("slug", FACE_RECOGNITION)


def test_face_recognition_has_the_counterparts_of_the_other_services():
    assert set(FACE_RECOGNITION) >= {
        "verify",
        "identify",
        "face-id",
        "find-similar",
        "group",
        "celebrity-recognition",
        "video-indexer-identify",
        "video-indexer-custom-people",
        "video-indexer-celebrity",
    }


@every_recognition
def test_decide_is_open_to_others_than_police_before_the_policy(slug):
    assert ask(slug, BEFORE, **ANYONE_ELSE).answer is Answer.OPEN


@every_recognition
@pytest.mark.parametrize("end_user", [None, EndUser.UNKNOWN])
def test_decide_never_assumes_that_nobody_is_police(slug, end_user):
    result = ask(slug, BEFORE, end_user=end_user)

    assert (result.answer, result.missing) == (Answer.CANNOT_SAY, ("end_user",))


# New customers -----------------------------------------------------------------------------------


@every_recognition
@pytest.mark.parametrize(
    ("use", "sector"),
    [
        ("UC-C1", Sector.COMMERCIAL),
        ("UC-C2", Sector.COMMERCIAL),
        ("UC-C6", Sector.COMMERCIAL),
        ("UC-P1", Sector.PUBLIC),
        ("UC-P5", Sector.PUBLIC),
    ],
)
def test_decide_lets_a_managed_new_customer_apply_for_a_listed_use(slug, use, sector):
    for on in FROM_THE_FIRST_DAY:
        for state in (None, Application.NONE, Application.FILED):
            result = ask(slug, on, **NEW, **MANAGED, use=use, sector=sector, application=state)

            assert result.answer is Answer.APPLY_FIRST
            assert any("Face transparency note" in text_of(finding) for finding in result.findings)


@every_recognition
@pytest.mark.parametrize("managed", [None, NOBODY_KNOWS])
def test_decide_asks_whether_a_new_customer_is_managed(slug, managed):
    result = ask(slug, "2022-07-01", **NEW, **LISTED, managed=managed)

    assert (result.answer, result.missing) == (Answer.CANNOT_SAY, ("managed",))


@every_recognition
@pytest.mark.parametrize("use", [{}, LISTED, {"use": "unknown"}])
def test_decide_says_what_managed_means_to_a_customer_who_is_not(slug, use):
    for on in FROM_THE_FIRST_DAY:
        result = ask(slug, on, **NEW, managed=NO, **use)

        assert result.answer is Answer.NOT_ELIGIBLE
        assert "account team" in text_of(result.deciding)
        assert result.missing == ()


@every_recognition
@pytest.mark.parametrize(
    "use",
    [
        UNLISTED,
        {"use": "other"},
        {"use": "UC-P2", **COMMERCIAL},
        {"use": "UC-C2", **PUBLIC},
        {"use": "UC-C2", **COMMERCIAL, "end_user": EndUser.FEDERAL},
        {"use": "UC-C4", "end_user": EndUser.FEDERAL},
        {"use": "UC-C4", "end_user": EndUser.MILITARY},
    ],
)
def test_decide_refuses_a_use_that_is_not_listed_for_its_sector(slug, use):
    for on in FROM_THE_FIRST_DAY:
        managed = (YES, NO, None, NOBODY_KNOWS)
        results = [ask(slug, on, **NEW, managed=one, **use) for one in managed]

        assert {one.answer for one in results} == {Answer.REFUSED}
        assert {one.deciding.rule for one in results} == {"LA-USE-NOT-LISTED"}
        assert "feedback form" in text_of(results[0].deciding)


@pytest.mark.parametrize("use", ["UC-P2", "UC-P4", "UC-P5"])
def test_decide_lets_federal_law_enforcement_apply_for_the_narrow_public_uses(use):
    result = ask("identify", "2022-07-01", **NEW, **MANAGED, use=use, end_user=EndUser.FEDERAL)

    assert result.answer is Answer.APPLY_FIRST


def test_decide_asks_for_the_sector_once_the_use_is_known():
    facts = {**NEW, **MANAGED}

    before, after = (
        ask("verify", FIRST_DAY, **facts),
        ask("verify", FIRST_DAY, **facts, use="UC-C2"),
    )

    assert (before.answer, before.missing) == (Answer.CANNOT_SAY, ("use",))
    assert (after.answer, after.missing) == (Answer.CANNOT_SAY, ("sector",))


@pytest.mark.parametrize("mark", ["UC-A2", "UC-A5", "UC-K1", "UC-K3"])
def test_decide_does_not_refuse_a_use_for_being_one_to_avoid_or_with_care(mark):
    result = ask("verify", FIRST_DAY, **NEW, **MANAGED, **LISTED, marks=frozenset({mark}))

    assert result.answer is Answer.APPLY_FIRST
    assert mark in rules(result)
    assert result.escalations


# Grants ------------------------------------------------------------------------------------------

UNTIL = {"granted_until": day("2023-12-31")}


@every_recognition
@pytest.mark.parametrize("on", [FIRST_DAY, LAST_DAY, DAY_AFTER, "2023-12-31"])
@pytest.mark.parametrize("who", [NEW, EXISTING])
def test_decide_allows_the_granted_use(slug, on, who):
    result = ask(slug, on, **who, **GRANTED, **UNTIL, **LISTED, granted_use="UC-C2")

    assert result.answer is Answer.ALLOWED
    assert result.last_permitted_on == day("2023-12-31")
    assert "this use only" in text_of(result.deciding)


@every_recognition
@pytest.mark.parametrize(
    ("who", "on"),
    [(NEW, FIRST_DAY), (NEW, DAY_AFTER), (NEW, "2023-12-31"), (EXISTING, DAY_AFTER)],
)
def test_decide_does_not_cover_another_use_than_the_granted_one(slug, who, on):
    result = ask(slug, on, **who, **GRANTED, **UNTIL, **LISTED, granted_use="UC-C3")

    assert result.answer is Answer.NOT_COVERED
    assert result.deciding.rule == "GRANT-OTHER-USE"


@every_recognition
def test_decide_lets_an_existing_customer_go_on_with_another_use_than_the_granted_one(slug):
    result = ask(slug, LAST_DAY, **EXISTING, **GRANTED, **LISTED, granted_use="UC-C3")

    assert result.answer is Answer.GO_ON


@every_recognition
@pytest.mark.parametrize("state", [Application.REVOKED, Application.LAPSED, Application.DENIED])
def test_decide_refuses_a_new_customer_whose_grant_or_application_failed(slug, state):
    for on in FROM_THE_FIRST_DAY:
        result = ask(slug, on, **NEW, **MANAGED, **LISTED, application=state)

        assert result.answer is Answer.REFUSED
        assert "again" in text_of(result.deciding)


@every_recognition
def test_decide_refuses_from_the_day_after_a_grant_must_be_re_verified(slug):
    result = ask(slug, "2024-01-01", **NEW, **GRANTED, **UNTIL, **LISTED, granted_use="UC-C2")

    assert (result.answer, result.deciding.rule) == (Answer.REFUSED, "GRANT-LAPSED")


@pytest.mark.parametrize(
    ("use", "granted_use", "missing"),
    [
        ("unknown", "UC-C2", "use"),
        (None, "UC-C2", "use"),
        ("UC-C2", "unknown", "granted_use"),
        ("UC-C2", None, "granted_use"),
    ],
)
def test_decide_asks_for_the_use_that_a_grant_is_compared_with(use, granted_use, missing):
    result = ask(
        "verify", DAY_AFTER, **NEW, **GRANTED, **COMMERCIAL, use=use, granted_use=granted_use
    )

    assert result.answer is Answer.CANNOT_SAY
    assert missing in result.missing


# Existing customers ------------------------------------------------------------------------------

UNDECIDED = [None, Application.NONE, Application.FILED, Application.DENIED]


@every_recognition
@pytest.mark.parametrize("state", UNDECIDED)
@pytest.mark.parametrize(("on", "days_left"), [(FIRST_DAY, 374), ("2023-06-16", 14), (LAST_DAY, 0)])
def test_decide_lets_an_existing_customer_go_on_whatever_the_use(slug, state, on, days_left):
    for use in (LISTED, UNLISTED, {}):
        result = ask(slug, on, **EXISTING, **use, application=state)

        assert (result.answer, result.days_left) == (Answer.GO_ON, days_left)
        assert result.last_permitted_on == day(LAST_DAY)
        assert result.last_safe_filing_on == day("2023-06-16")


@pytest.mark.parametrize(
    ("on", "use", "rule", "words"),
    [
        ("2023-06-16", LISTED, "LA-FILE-BY", "file an application by 16 June 2023"),
        ("2023-06-17", LISTED, "LA-FILE-BY", "The last safe day to file an application was"),
        (FIRST_DAY, UNLISTED, "LA-PLAN-WITHOUT", "Plan to be without"),
    ],
)
def test_decide_tells_an_existing_customer_what_to_do_by_when(on, use, rule, words):
    result = ask("identify", on, **EXISTING, **use)

    advice = next(finding for finding in result.findings if finding.rule == rule)
    assert words in text_of(advice)


@every_recognition
@pytest.mark.parametrize("state", UNDECIDED)
@pytest.mark.parametrize("use", [LISTED, UNLISTED])
@pytest.mark.parametrize(("on", "overdue"), [(DAY_AFTER, "1 day"), ("2023-07-30", "30 days")])
def test_decide_refuses_an_existing_customer_until_approved(slug, state, use, on, overdue):
    result = ask(slug, on, **EXISTING, **MANAGED, **use, application=state)

    assert result.answer is Answer.REFUSED
    ended = next(finding for finding in result.findings if finding.rule == "LA-ENDED")
    assert f"overdue by {overdue}." in text_of(ended)
    assert "until the application is approved" in text_of(ended)


def test_decide_lets_no_grace_outlive_a_revocation():
    result = ask("identify", LAST_DAY, **EXISTING, **LISTED, application=Application.REVOKED)

    assert (result.answer, result.deciding.rule) == (Answer.REFUSED, "GRANT-REVOKED")


def test_decide_moves_the_safe_filing_day_with_the_holidays():
    policies = with_holidays("identify", holidays("us_federal"))

    result = ask("identify", FIRST_DAY, policies, **EXISTING, **LISTED)

    assert result.last_safe_filing_on == day("2023-06-15")


# Voices: no list of uses -------------------------------------------------------------------------


@pytest.mark.parametrize("slug", VOICE)
@pytest.mark.parametrize("on", FROM_THE_FIRST_DAY)
@pytest.mark.parametrize("end_user", [None, EndUser.UNKNOWN, EndUser.US_POLICE])
def test_decide_says_that_no_list_of_uses_is_known(slug, on, end_user):
    result = ask(slug, on, **NEW, **MANAGED, end_user=end_user)

    assert result.answer is Answer.APPLY_FIRST
    assert any("The office judges the use" in text_of(finding) for finding in result.findings)


@pytest.mark.parametrize("slug", VOICE)
def test_decide_asks_of_a_voice_only_whether_the_customer_is_managed(slug):
    assert ask(slug, FIRST_DAY, **NEW).missing == ("managed",)
    assert ask(slug, FIRST_DAY, **NEW, managed=NO).answer is Answer.NOT_ELIGIBLE
    assert ask(slug, FIRST_DAY, **NEW, **GRANTED).answer is Answer.ALLOWED


# Open capabilities -------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", OPEN_FACE)
@pytest.mark.parametrize("on", ["2020-01-01", BEFORE, *FROM_THE_FIRST_DAY])
def test_decide_leaves_face_detection_open_to_anyone_else(slug, on):
    result = ask(slug, on, **ANYONE_ELSE)

    assert (result.answer, result.missing) == (Answer.OPEN, ())
    assert result.alternatives == ()


@pytest.mark.parametrize("slug", OPEN_FACE)
def test_decide_asks_for_the_end_user_before_it_says_open(slug):
    assert ask(slug, BEFORE).answer is Answer.OPEN
    assert ask(slug, FIRST_DAY).missing == ("end_user",)


@pytest.mark.parametrize("on", FROM_THE_FIRST_DAY)
def test_decide_opens_liveness_with_review(on):
    result = ask("liveness", on, **ANYONE_ELSE)

    assert result.answer is Answer.OPEN
    assert "OPEN-REVIEW" in rules(result)


# Hard stops --------------------------------------------------------------------------------------

WHATEVER_ELSE = [
    {},
    {**NEW, **MANAGED, **LISTED},
    {**EXISTING, **LISTED},
    {**NEW, **GRANTED, **LISTED, "granted_use": "UC-C2"},
    {**NEW, **GENERAL},
    {**NEW, **ACCESSIBILITY, "exception_until": day("2030-01-01"), "exception_covers": YES},
    {**EXISTING, "extension_until": day("2030-01-01")},
]


@every_recognition
@pytest.mark.parametrize("on", ["2020-06-11", BEFORE, *FROM_THE_FIRST_DAY])
def test_decide_stops_face_recognition_for_us_police(slug, on):
    results = [ask(slug, on, **facts, **POLICE) for facts in WHATEVER_ELSE]

    assert {(one.answer, one.deciding.rule) for one in results} == {(Answer.STOP, "STOP-US-POLICE")}
    assert "No review, grant or exception lifts this." in text_of(results[0].deciding)


@every_recognition
def test_decide_does_not_stop_face_recognition_before_the_ban(slug):
    assert ask(slug, "2020-06-10", **POLICE).answer is Answer.OPEN


FACE_SERVICE = [slug for slug, policies in CATALOGUE.items() if policies.is_face_service]


@pytest.mark.parametrize("slug", FACE_SERVICE)
@pytest.mark.parametrize("on", FROM_THE_FIRST_DAY)
def test_decide_stops_the_whole_face_service_for_us_police(slug, on):
    answers = {ask(slug, on, **facts, **POLICE).answer for facts in WHATEVER_ELSE}

    assert answers == {Answer.STOP}


@pytest.mark.parametrize("slug", [*OPEN_FACE, *RETIRED, "liveness"])
def test_decide_does_not_stop_the_rest_of_the_face_service_before_its_declaration(slug):
    assert ask(slug, BEFORE, **POLICE).answer is Answer.OPEN


@every_recognition
def test_decide_stops_body_cameras_anywhere(slug):
    for on in FROM_THE_FIRST_DAY:
        results = [
            ask(slug, on, **facts, region=region, realtime_bodycam=YES)
            for facts in WHATEVER_ELSE
            for region in (None, "US", "DE", "unknown")
        ]

        assert {(one.answer, one.deciding.rule) for one in results} == {
            (Answer.STOP, "STOP-BODYCAM")
        }


@pytest.mark.parametrize(("mark", "rule"), [("UC-X1", "STOP-US-POLICE"), ("UC-X2", "STOP-BODYCAM")])
def test_decide_stops_a_use_that_is_named_as_prohibited(mark, rule):
    result = ask("verify", FIRST_DAY, **NEW, marks=frozenset({mark}))

    assert (result.answer, result.deciding.rule) == (Answer.STOP, rule)


@every_recognition
@pytest.mark.parametrize("facts", [{**NEW, **MANAGED, **LISTED}, {**EXISTING, **LISTED}])
def test_decide_gives_what_nobody_asked_yet_as_a_condition(slug, facts):
    result = ask(slug, FIRST_DAY, **facts)

    assert result.answer in {Answer.APPLY_FIRST, Answer.GO_ON}
    assert [f.asks for f in result.findings if f.asks] == ["end_user", "realtime_bodycam"]


@every_recognition
@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({"end_user": EndUser.UNKNOWN, "realtime_bodycam": NO}, ("end_user",)),
        ({"end_user": EndUser.OTHER, "realtime_bodycam": NOBODY_KNOWS}, ("realtime_bodycam",)),
    ],
)
@pytest.mark.parametrize("facts", [{**NEW, **MANAGED, **LISTED}, {**EXISTING, **LISTED}])
def test_decide_cannot_say_where_nobody_knows_whether_a_stop_holds(slug, said, missing, facts):
    result = ask(slug, FIRST_DAY, **facts, **said)

    assert (result.answer, result.missing) == (Answer.CANNOT_SAY, missing)


def test_decide_asks_who_the_police_body_is_that_a_probe_speaks_of():
    facts = {**NEW, **MANAGED, **LISTED, "realtime_bodycam": NO, "probes": frozenset({"P16"})}

    asked, stopped = ask("verify", FIRST_DAY, **facts), ask("verify", FIRST_DAY, **facts, **POLICE)

    assert (asked.answer, asked.missing) == (Answer.CANNOT_SAY, ("end_user",))
    assert (stopped.answer, stopped.deciding.rule) == (Answer.STOP, "STOP-US-POLICE")
