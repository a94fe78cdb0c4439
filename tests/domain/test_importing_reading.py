"""Bytes, records, dates, phrases and keys: the parts that know no profile."""

from datetime import date

import pytest

from reviews.domain.errors import BadInput
from reviews.domain.importing.dates import DateReading, DateRules, read_date
from reviews.domain.importing.keys import assign_keys, digest_of, key_of
from reviews.domain.importing.phrases import any_of, clause_around, phrase_source, sentences
from reviews.domain.importing.records import Record, decode, records

RULES = DateRules(("%m/%d/%Y", "%Y-%m-%d"), date(1985, 1, 1), date(2035, 12, 31))


def test_decode_takes_the_first_encoding_that_knows_every_byte():
    assert decode(b"it\x92s", ["utf-8", "cp1252"]) == ("it’s", "cp1252")
    assert decode("it’s".encode(), ["utf-8", "cp1252"]) == ("it’s", "utf-8")


def test_decode_names_the_encodings_it_tried():
    with pytest.raises(BadInput, match=r"none of the encodings ascii, utf-8"):
        decode(b"\x92", ["ascii", "utf-8"])


def test_records_keep_line_feeds_blanks_and_empty_cells_and_count_records():
    text = 'a,b\r\n"one\ntwo ",\r\n\r\n" x""y",-\r\n'

    assert list(records(text, delimiter=",")) == [
        Record(1, ("a", "b")),
        Record(2, ("one\ntwo ", "")),
        Record(3, (' x"y', "-")),
    ]


def test_records_name_the_row_that_cannot_be_read():
    with pytest.raises(BadInput, match="Row 2 cannot be read"):
        list(records('a,b\r\n"x"y,2\r\n', delimiter=","))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3/1/2019", date(2019, 3, 1)),
        ("12/31/2035", date(2035, 12, 31)),
        ("2024-10-16", date(2024, 10, 16)),
    ],
)
def test_read_date_believes_the_forms_of_the_profile(text, day):
    assert read_date(text, RULES) == DateReading(day=day)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("7/16/1905", "the number 2024: the year 2024 may be meant"),
        ("7/2/1905", "the number 2010: the year 2010 may be meant"),
        ("1/1/1950", "lies outside 1985-01-01 to 2035-12-31"),
        ("1/1/2036", "lies outside"),
        ("24-Nov", "“24-Nov” is in none of the date forms"),
        ("13/45/2023", "is in none of the date forms"),
        ("10/12023", "is in none of the date forms"),
        ("Pre-2021", "is in none of the date forms"),
    ],
)
def test_read_date_reports_what_it_does_not_believe(text, doubt):
    reading = read_date(text, RULES)

    assert reading.day is None
    assert doubt in reading.doubt


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("verif* ... identit*", "verifies a passenger’s claimed identity", True),
        ("verif* ... identit*", "verifies one two three four five six identities", True),
        ("verif* ... identit*", "verifies one two three four five six seven identities", False),
        ("verif* ... identit*", "verifies the fare. The identity is not asked", False),
        ("one to one", "One-to-one", True),
        ("match no match", "a match/no-match answer", True),
        ("face id", "surface ideas", False),
        ("*spoof*", "antispoofing", True),
        ("vocal identif*", "(fingerprints and vocal) identification", True),
        ("voice", "invoices", False),
    ],
)
def test_a_phrase_finds_words_and_not_parts_of_words(phrase, text, found):
    assert bool(any_of([phrase]).search(text)) is found


@pytest.mark.parametrize("phrase", ["", "... face", "face ...", "fa*ce", "*"])
def test_a_malformed_phrase_is_refused(phrase):
    with pytest.raises(ValueError, match="”"):
        phrase_source(phrase)


def test_sentences_go_on_over_a_wrapped_line():
    assert sentences("It reads signs\nand faces. Then it stops.\n- Alarm") == [
        "It reads signs\nand faces.",
        "Then it stops.",
        "- Alarm",
    ]


def test_clause_around_ends_at_commas():
    sentence = "plates, face detection (not used), text"
    start = sentence.index("face")

    assert clause_around(sentence, start, start + 4).strip() == "face detection (not used),"


def test_a_digest_keeps_the_borders_of_cells():
    assert digest_of(["ab", "c"]) != digest_of(["a", "bc"])
    assert digest_of(["a", ""]) != digest_of(["a"])


def test_assign_keys_counts_equal_rows():
    keys = assign_keys([(["A", "x"], "d"), (["A", "x"], "d"), (["B", "x"], "d")], {})

    assert keys == [key_of(["A", "x"], 1), key_of(["A", "x"], 2), key_of(["B", "x"], 1)]


def test_assign_keys_gives_a_moved_row_its_own_key_back():
    first = [(["A"], "red"), (["A"], "green"), (["A"], "blue")]
    keys = assign_keys(first, {})
    known = dict(zip(keys, ["red", "green", "blue"], strict=True))

    again = assign_keys([(["A"], "blue"), (["A"], "yellow"), (["A"], "red")], known)

    assert again == [keys[2], keys[1], keys[0]]


def test_assign_keys_of_the_same_rows_are_the_same_keys():
    rows = [(["A"], "red"), (["A"], "red"), (["A"], "blue")]
    keys = assign_keys(rows, {})

    assert assign_keys(rows, dict(zip(keys, ["red", "red", "blue"], strict=True))) == keys
    assert len(set(keys)) == 3
