"""A profile says what it means, or the error says which file and which key is wrong."""

import copy
import re
from datetime import date

import pytest

from reviews.domain.errors import BadDataFile
from reviews.domain.importing.profile_reading import read_profile
from reviews.domain.importing.profiles import Column

SMALL = {
    "name": "small",
    "title": "A small register",
    "columns": {"name": "System", "unit": "Unit", "why": {"header": "Note", "occurrence": 2}},
    "use_case": {"title": "name", "purpose": ["why"]},
    "team": {"columns": ["unit"], "default": "No unit"},
    "key": {"columns": ["name", "unit"]},
}


def read(data, **keys):
    return read_profile(data, source="small.toml", digest="0" * 64, **keys)


def changed(path, value):
    """SMALL with one key, named by its dotted path, set to another value."""
    data = copy.deepcopy(SMALL)
    *tables, key = path.split(".")
    inner = data
    for name in tables:
        inner = inner.setdefault(name, {})
    inner[key] = value
    return data


def test_read_profile_fills_in_what_is_not_said():
    profile = read(SMALL)

    assert profile.columns["why"] == Column("Note", 2)
    assert profile.use_case == {"title": ("name",), "purpose": ("why",), "outputs": ()}
    assert profile.file.encodings == ("utf-8-sig",)
    assert profile.required == ("title",)
    assert profile.stage is None
    assert profile.detection.rules == ()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("name", 7, "name: write a text."),
        ("colums", {}, "colums: this key is not known here. Known keys:"),
        ("file.format", "ods", "file.format: “ods” is not known; write one of csv, xlsx."),
        ("file.encodings", ["klingon"], "file.encodings: “klingon” is no known encoding."),
        ("file.delimiter", ";;", "file.delimiter: write exactly one character."),
        ("file.header_row", 0, "file.header_row: write a whole number from 1 on."),
        ("text.trim", "yes", "text.trim: write true or false."),
        ("columns", {}, "columns: name at least one column of the file."),
        ("columns.again", "System", "columns.again: this column is “name” already."),
        ("columns.bad", {"header": "X", "nth": 2}, "columns.bad.nth: this key is not known here."),
        ("use_case.title", "nome", "use_case.title: “nome” is none of name, unit, why."),
        ("team.columns", ["team"], "team.columns: “team” is none of"),
        ("key.columns", [], "key.columns: a list of texts is needed here."),
        ("required", ["owner"], "required: “owner” is none of"),
        ("dates.earliest", "2001", "dates.earliest: write a day such as 2024-12-31"),
        ("dates.forms", ["%m/%Y"], "dates.forms: “%m/%Y” must name day, month and year"),
        ("dates.columns", {"begun": "name"}, "dates.columns.begun: this key is not known here."),
        ("stage", {"column": "unit"}, "stage.values: list the answers of the file"),
        (
            "stage",
            {"column": "unit", "values": {"Live": "running"}},
            "stage.values.live: “running” is none of",
        ),
        ("facts.sector", "private", "facts.sector: “private” is none of commercial, public"),
        ("facts.region", "Europe", "facts.region: “Europe” is neither EU nor a country code"),
        ("facts.use", "any", "facts.use: “any” is no code of a use"),
        (
            "facts.stated",
            [{"fact": "setting", "value": "office", "fields": ["why"], "any": ["desk"]}],
            "facts.stated[1].value: “office” is none of",
        ),
        (
            "facts.stated",
            [{"fact": "setting", "value": "other", "fields": ["why"], "any": ["de*sk"]}],
            "facts.stated[1].any: “de*sk”: a star stands at the start or the end of a word.",
        ),
        (
            "answers",
            [{"page": "system", "field": "x", "columns": ["nope"]}],
            "answers[1].columns: “nope” is none of",
        ),
        (
            "detection.rule",
            [{"capability": "verify", "why": "A face.", "any": ["$faces"]}],
            "detection.rule[1].any: “$faces” is no term that is defined before.",
        ),
    ],
)
def test_read_profile_names_file_key_and_remedy(path, value, message):
    with pytest.raises(BadDataFile, match=re.escape(f"small.toml, {message}")):
        read(changed(path, value))


def test_read_profile_needs_a_latest_day_after_the_earliest():
    data = changed("dates.earliest", date(2024, 1, 1))
    data["dates"]["latest"] = date(2023, 1, 1)

    with pytest.raises(BadDataFile, match=r"dates\.latest: the latest day lies before"):
        read(data)


def test_own_rules_may_use_the_terms_of_the_shared_ones():
    shared = {
        "terms": {"faces": ["face*"]},
        "rule": [{"capability": "identify", "why": "A search.", "any": ["search* ... faces"]}],
    }
    own = changed(
        "detection.rule", [{"capability": "verify", "why": "A check.", "any": ["$faces"]}]
    )

    profile = read(own, shared_detection=shared, shared_source="shared.toml")

    assert [rule.capability for rule in profile.detection.rules] == ["identify", "verify"]


def test_an_error_in_the_shared_rules_names_their_file():
    shared = {"rule": [{"capability": "identify", "any": ["face"]}]}

    with pytest.raises(BadDataFile, match=r"shared\.toml, rule\[1\]\.why: a text is needed"):
        read(SMALL, shared_detection=shared, shared_source="shared.toml")
