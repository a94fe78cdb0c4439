"""One record in our words; what is doubtful is named, what is raw stays raw."""

import re
from datetime import date

import pytest

from reviews.domain.errors import BadInput
from reviews.domain.importing.mapping import (
    TEAM_LENGTH,
    TITLE_LENGTH,
    UNKNOWN,
    Problem,
    locate,
    map_record,
)
from reviews.domain.importing.profile_reading import read_profile
from reviews.domain.importing.profiles import Column
from reviews.domain.importing.records import Record

HEADER = ("System ", "Unit", "Note", "Note", "Status", "Live since", "Off since", "Impact")
PROFILE = read_profile(
    {
        "name": "small",
        "title": "A small register",
        "text": {"blanks": ["n/a", "-"]},
        "columns": {
            "name": "System",
            "unit": "Unit",
            "why": "Note",
            "risk": {"header": "Note", "occurrence": 2},
            "status": "Status",
            "live": "Live since",
            "off": "Off since",
            "impact": "Impact",
        },
        "use_case": {"title": "name", "purpose": "why"},
        "team": {"columns": ["unit"], "default": "No unit"},
        "key": {"columns": ["unit", "name"]},
        "stage": {"column": "status", "values": {"Live": "maintenance", "Off": "retirement"}},
        "dates": {
            "forms": ["%d.%m.%Y"],
            "earliest": date(1990, 1, 1),
            "columns": {"implemented": "live", "retired": "off"},
        },
        "answers": [
            {"page": "system", "field": "description", "columns": ["why", "risk"]},
            {"page": "system", "field": "notes", "columns": ["risk"], "labels": True},
            {"page": "system", "field": "country", "constant": "US"},
            {
                "page": "risk",
                "field": "level",
                "column": "impact",
                "values": {"High": "high", "None": ""},
                "other": "unclear",
            },
        ],
        "facts": {
            "sector": "public",
            "stated": [
                {"fact": "end_user", "value": "military", "fields": ["why"], "any": ["navy"]},
                {"fact": "end_user", "value": "other", "fields": ["why"], "any": ["teachers"]},
            ],
        },
        "detection": {
            "denials": ["not used"],
            "rule": [
                {"capability": "verify", "why": "A face is compared.", "any": ["face match*"]}
            ],
        },
    },
    source="small.toml",
    digest="0" * 64,
)
CELLS = ("Gate", "Harbor", "Face match at the gate", "none", "Live", "01.03.2019", "n/a", "High")


def mapped(*cells, number=2):
    record = Record(number, tuple(cells))
    return map_record(record, PROFILE, header=HEADER, places=locate(HEADER, PROFILE.columns))


def with_cell(place, text):
    return (*CELLS[:place], text, *CELLS[place + 1 :])


def test_map_record_puts_a_row_in_our_words():
    row, warnings = mapped(*CELLS)

    assert warnings == []
    assert (row.title, row.team, row.stage) == ("Gate", "Harbor", "maintenance")
    assert row.dates == {"implemented": date(2019, 3, 1)}
    assert row.answers == {
        "system": {
            "description": "Face match at the gate\n\nnone",
            "notes": "Note\nnone",
            "country": "US",
        },
        "risk": {"level": "high"},
    }
    assert [found.capability for found in row.capabilities] == ["verify"]
    assert row.capabilities[0].passage == "Face match at the gate"
    assert row.facts["sector"] == "public"
    assert {fact for fact, value in row.facts.items() if value == UNKNOWN} == set(row.facts) - {
        "sector"
    }


def test_map_record_trims_for_itself_and_keeps_the_raw_cells():
    raw = (" Gate\n", "\xa0Harbor", "", "-", "live ", " ", "N/A", "NONE")

    row, warnings = mapped(*raw)

    assert row.cells == raw
    assert (row.title, row.team, row.stage) == ("Gate", "Harbor", "maintenance")
    assert row.answers == {"system": {"country": "US"}}
    assert row.dates == {}
    assert warnings == []


@pytest.mark.parametrize(
    ("place", "text", "problem"),
    [
        (0, "", Problem(2, "System", "is needed and says nothing.")),
        (0, " n/a ", Problem(2, "System", "is needed and says nothing.")),
        (2, "a\x00b", Problem(2, "Note", "holds a NUL character, no text may.")),
    ],
)
def test_map_record_refuses_a_row_with_the_reason(place, text, problem):
    assert mapped(*with_cell(place, text)) == (None, [problem])


def test_map_record_refuses_a_row_of_another_width():
    assert mapped("Gate", "Harbor") == (
        None,
        [Problem(2, "", "has 2 cells, the header has 8.")],
    )


@pytest.mark.parametrize(
    ("place", "text", "column", "reason"),
    [
        (0, "Gate\nnorth", "System", "A title is one line"),
        (0, "x" * (TITLE_LENGTH + 1), "System", f"The title is cut after {TITLE_LENGTH}"),
        (1, "x" * (TEAM_LENGTH + 1), "Unit", f"name is cut after {TEAM_LENGTH}"),
        (4, "Sleeping", "Status", "“Sleeping” is not in the profile's list of values."),
        (5, "31.02.2019", "Live since", "is in none of the date forms"),
        (7, "Huge", "Impact", "“Huge” is not in the profile's list of values."),
    ],
)
def test_map_record_reports_what_it_does_not_believe(place, text, column, reason):
    row, warnings = mapped(*with_cell(place, text))

    assert [(warning.row, warning.column) for warning in warnings] == [(2, column)]
    assert reason in warnings[0].reason
    assert row.cells[place] == text


def test_an_answer_outside_the_list_becomes_the_other_value():
    row, _ = mapped(*with_cell(7, "Huge"))

    assert row.answers["risk"] == {"level": "unclear"}


def test_a_stated_fact_keeps_the_sentence_and_the_first_rule_wins():
    row, _ = mapped(*with_cell(2, "Planned by teachers. Run for the navy."))

    assert row.facts["end_user"] == "military"
    assert row.stated == {"end_user": "Run for the navy."}


def test_a_denied_fact_and_a_denied_capability_are_not_stated():
    row, _ = mapped(*with_cell(2, "Ships of the navy, face matching is not used by the navy"))

    assert row.capabilities == ()

    row, _ = mapped(*with_cell(2, "not used by the navy"))

    assert row.facts["end_user"] == UNKNOWN


CUTOFF = date(2022, 6, 21)


@pytest.mark.parametrize(
    ("live", "off", "status", "existing"),
    [
        ("01.03.2019", "", "Live", "yes"),
        ("21.06.2022", "", "Live", "yes"),
        ("21.06.2022", "21.06.2022", "Off", "yes"),
        ("01.03.2019", "20.06.2022", "Off", UNKNOWN),
        ("01.03.2019", "", "Off", UNKNOWN),
        ("22.06.2022", "", "Live", UNKNOWN),
        ("", "", "Live", UNKNOWN),
        ("16.07.1905", "", "Live", UNKNOWN),
    ],
)
def test_existing_on_says_yes_only_where_the_dates_do(live, off, status, existing):
    cells = list(CELLS)
    cells[4], cells[5], cells[6] = status, live, off
    row, _ = mapped(*cells)

    assert row.existing_on(CUTOFF) == existing
    assert row.existing_on(None) == UNKNOWN


def test_locate_counts_repeated_headers():
    assert locate(HEADER, PROFILE.columns)["risk"] == 3


def test_locate_names_every_missing_column_and_the_nearest_header():
    columns = {"a": Column("System’s output"), "b": Column("Note", 3), "c": Column("Sector")}

    with pytest.raises(BadInput) as refused:
        locate(("System's output", "Note", "Note"), columns)

    assert refused.value.message == (
        "The header does not fit the profile. There is no column “System’s output”."
        " The nearest is “System's output” (mind quotation marks)."
        " “Note” stands 2 times, not 3 times. There is no column “Sector”."
    )


def test_a_digest_changes_with_every_cell():
    digests = {mapped(*with_cell(place, "other"))[0].digest for place in range(8) if place != 5}

    assert len(digests) == 7
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in digests)
