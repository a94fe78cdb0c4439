"""Catalogue, gate rules, probes and holidays in the data files, counted and spot-checked."""

import re
from collections import Counter
from datetime import date

import pytest

from reviews.domain.calendars import is_business_day, last_safe_filing_on
from reviews.integrations.data_files import DATA, holidays, tables
from reviews.services.catalogue_files import FOLDERS
from tests.reference_data import ENTRIES, codes_where, values

RETIRED = {"emotion", "gender", "age", "smile", "facial-hair", "hair", "makeup"}
FACE_RECOGNITION = {
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
VOICE = {"custom-neural-voice", "speaker-recognition"}
STAY_OPEN = {
    "bounding-box",
    "landmarks",
    "head-pose",
    "blur",
    "exposure",
    "noise",
    "occlusion",
    "glasses",
    "accessories",
    "mask",
    "quality-for-recognition",
    "redaction",
    "liveness",
}


def test_capabilities_by_family():
    assert codes_where("capability", family="attribute_inference") == RETIRED
    assert codes_where("capability", family="face_recognition") == FACE_RECOGNITION
    assert codes_where("capability", family="voice") == VOICE
    assert codes_where("capability", family="face_detection") == STAY_OPEN


def test_face_service_holds_what_the_declaration_covers():
    elsewhere = {
        "celebrity-recognition",
        "video-indexer-identify",
        "video-indexer-custom-people",
        "video-indexer-celebrity",
    } | VOICE

    assert codes_where("capability", is_face_service=True) == set(ENTRIES["capability"]) - elsewhere


def test_every_capability_has_one_policy_from_the_announcement_on():
    assert set(ENTRIES["policy"]) == {f"{slug}@2022-06-21" for slug in ENTRIES["capability"]}


def test_stances():
    def slugs(stance):
        return {code.split("@")[0] for code in codes_where("policy", stance=stance)}

    assert slugs("retired") == RETIRED
    assert slugs("limited_access") == FACE_RECOGNITION | VOICE
    assert slugs("open") == STAY_OPEN


@pytest.mark.parametrize("slug", sorted(RETIRED | FACE_RECOGNITION | VOICE))
def test_days_of_a_closed_capability(slug):
    policy = values("policy", f"{slug}@2022-06-21")

    assert policy["new_customer_cutoff_on"] == date(2022, 6, 21)
    assert policy["last_permitted_on"] == date(2023, 6, 30)
    assert policy["review_business_days"] == 10
    assert policy["holiday_calendar"] == "none"
    assert policy["permitted_exceptions"] == (["accessibility"] if slug in RETIRED else [])
    assert policy["requires_managed_customer"] is (slug not in RETIRED)
    assert bool(policy["use_list"]) is (slug in FACE_RECOGNITION)


def test_only_liveness_is_open_with_review():
    assert codes_where("policy", stance="open", requires_review=True) == {"liveness@2022-06-21"}


def test_every_gated_capability_names_alternatives():
    for slug in codes_where("capability", sensitivity="gated"):
        assert values("capability", slug)["alternatives"], slug


def test_operations():
    assert len(ENTRIES["operation"]) == 14
    assert codes_where("operation", is_gated=False) == {"detect"}
    assert codes_where("operation", tiers=["S0", "E0"]) == {"verify", "identify"}
    assert codes_where("operation", is_gated=True, gated_since=None) == {
        "custom-avatar",
        "azure-openai",
    }


def test_uses_by_kind():
    kinds = Counter(entry.values["kind"] for entry in ENTRIES["use"].values())

    assert kinds == {"approved": 11, "prohibited": 2, "avoid": 6, "extra_care": 3}
    assert codes_where("use", kind="approved", sector="commercial") == {
        f"UC-C{number}" for number in range(1, 7)
    }
    assert codes_where("use", kind="approved", sector="public") == {
        f"UC-P{number}" for number in range(1, 6)
    }


def test_uses_to_avoid_or_with_care_escalate_and_prohibited_ones_stop():
    for code, entry in ENTRIES["use"].items():
        starts = {"prohibited": "STOP-", "avoid": "ESC-", "extra_care": "ESC-"}
        if entry.values["kind"] in starts:
            assert entry.values["sets"], code
            assert all(s.startswith(starts[entry.values["kind"]]) for s in entry.values["sets"])
        else:
            assert entry.values["sets"] == [], code


def test_gate_rules():
    assert codes_where("gate_rule", result="stop") == {
        "STOP-EU-EMO",
        "STOP-US-POLICE",
        "STOP-BODYCAM",
        "STOP-RETIRED",
    }
    assert codes_where("gate_rule", result="escalate") == {
        f"ESC-{word}"
        for word in ("SENSITIVE", "TRACK", "COERCED", "CHILD", "HEALTH", "PUBLIC", "BIPA")
    }
    assert codes_where("gate_rule", can_be_lifted=True) == {"STOP-RETIRED"}
    assert codes_where("gate_rule", needs_senior_decision=True) == {"ESC-TRACK"}


@pytest.mark.parametrize(
    ("rule", "in_force_from", "face_service_from"),
    [
        ("STOP-EU-EMO", date(2025, 2, 2), None),
        ("STOP-US-POLICE", date(2020, 6, 11), date(2022, 6, 21)),
        ("STOP-BODYCAM", date(2022, 6, 21), None),
    ],
)
def test_first_days_of_a_stop(rule, in_force_from, face_service_from):
    assert values("gate_rule", rule)["in_force_from"] == in_force_from
    assert values("gate_rule", rule)["face_service_from"] == face_service_from


@pytest.mark.parametrize(("rule", "goals"), [("ESC-CHILD", ["F1"]), ("ESC-BIPA", ["PS1"])])
def test_evidence_that_an_escalation_asks_for(rule, goals):
    assert values("gate_rule", rule)["goals"] == goals
    assert values("gate_rule", rule)["needs_sensitive_review"] is False


def test_probes_by_kind():
    kinds = {
        "trigger": {"P06", "P09", "P10", "P11", "P12", "P13", "P14", "P16", "P17"},
        "both": {"P01", "P05", "P08", "P20"},
        "question": {"P02", "P03", "P04", "P07", "P15", "P18", "P19"},
    }

    assert list(ENTRIES["probe"]) == [f"P{number:02}" for number in range(1, 21)]
    assert {kind: codes_where("probe", kind=kind) for kind in kinds} == kinds


@pytest.mark.parametrize("code", sorted(ENTRIES["probe"]))
def test_what_a_probe_sets(code):
    probe = values("probe", code)
    expected = {"P13": ["ESC-SENSITIVE", "ESC-COERCED"]}.get(code, ["ESC-SENSITIVE"])
    police = [{"fact": "end_user", "value": "us_police", "sets": ["STOP-US-POLICE"]}]

    assert probe["sets"] == ([] if probe["kind"] == "question" else expected)
    assert probe["sets_when"] == (police if code == "P16" else [])
    assert probe["families"], "a probe appears somewhere"
    assert bool(probe["intake_question"]) is (probe["kind"] != "question")


def test_milestones():
    days = [entry.values["on"] for entry in ENTRIES["milestone"].values()]

    assert len(days) == 9
    assert days == sorted(days)
    assert values("milestone", "retired-attributes-last-day")["on"].strftime("%A") == "Friday"


def every_table():
    for folder in FOLDERS:
        for file, table in tables(DATA / folder):
            yield f"{folder}/{file}", table


def test_every_source_is_cited():
    listed = {source["code"] for _, table in every_table() for source in table.get("source", [])}
    cited = {
        code
        for by_code in ENTRIES.values()
        for entry in by_code.values()
        for code in entry.values.get("sources", [])
    }

    assert listed == cited


def test_texts_carry_no_marks_of_the_notes_they_came_from():
    for by_code in ENTRIES.values():
        for entry in by_code.values():
            for name, value in entry.values.items():
                if isinstance(value, str):
                    assert not re.search(r"\*\*|\[S\d+\]|  |\bTODO\b", value), (entry.code, name)
                    assert value == value.strip(), (entry.code, name)


def test_us_federal_holidays_fall_on_weekdays_in_the_listed_years():
    days = holidays("us_federal")
    by_year = Counter(day.year for day in days)

    assert all(day.weekday() < 5 for day in days)
    # New Year's Day of 2022 and of 2028 fell on a Saturday: observed in the year before.
    assert by_year == {
        2022: 10, 2023: 11, 2024: 11, 2025: 11, 2026: 11, 2027: 12, 2028: 10, 2029: 11, 2030: 11,
    }  # fmt: skip


@pytest.mark.parametrize(
    "day",
    [
        date(2022, 6, 20),  # Juneteenth, from a Sunday
        date(2023, 1, 2),  # New Year's Day, from a Sunday
        date(2023, 6, 19),
        date(2023, 11, 10),  # Veterans Day, from a Saturday
        date(2024, 11, 28),  # Thanksgiving, the fourth Thursday
        date(2025, 9, 1),
        date(2026, 7, 3),  # Independence Day, from a Saturday
        date(2027, 12, 31),  # New Year's Day of 2028, from a Saturday
        date(2030, 5, 27),
    ],
)
def test_us_federal_holiday(day):
    assert not is_business_day(day, holidays("us_federal"))


def test_last_safe_filing_day_by_calendar():
    deadline = date(2023, 6, 30)

    assert last_safe_filing_on(deadline, 10, holidays("none")) == date(2023, 6, 16)
    assert last_safe_filing_on(deadline, 10, holidays("us_federal")) == date(2023, 6, 15)
