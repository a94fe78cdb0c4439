"""The guard against formulas, and its inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain.exporting import Format, file_name, neutralised, restored

SIGNS = st.text(alphabet="='\"+-@\t\r \nab1", max_size=8)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\rx", "'\rx"),
        ("'=1+1", "''=1+1"),
        ("'''-1", "''''-1"),
        ('"=1', "'\"=1"),
        ("a=1", "a=1"),
        ("'quoted'", "'quoted'"),
        (" =1", " =1"),
        ("", ""),
    ],
)
def test_a_formula_gets_one_quote_in_front(text, safe):
    assert neutralised(text) == safe


@given(SIGNS)
def test_the_guard_can_always_be_taken_away_again(text):
    assert restored(neutralised(text)) == text


@given(SIGNS)
def test_nothing_that_is_guarded_begins_like_a_formula(text):
    assert neutralised(text)[:1] not in set("=+-@\t\r")


def test_the_name_of_a_file_sorts_by_day(today):
    assert file_name("use-cases", Format.CSV, on=today) == "use-cases-2023-06-01.csv"
