"""Word by word: nothing of either text is lost, and the marks read well."""

from hypothesis import given
from hypothesis import strategies as st

from reviews.domain.changes import Mark, Piece, pieces

TEXTS = st.text(alphabet="ab c.\nä", max_size=40)


def told(found) -> list[tuple[str, str]]:
    return [(one.mark.value, one.text) for one in found]


def test_a_word_put_in_is_marked_and_the_rest_stays():
    assert told(pieces("Guards open the gate.", "Guards open the main gate.")) == [
        ("same", "Guards open the "),
        ("added", "main "),
        ("same", "gate."),
    ]


def test_neighbouring_changes_read_as_one():
    old, new = "It keeps two pictures for a day.", "It keeps ten frames for a day."

    assert told(pieces(old, new)) == [
        ("same", "It keeps "),
        ("removed", "two pictures"),
        ("added", "ten frames"),
        ("same", " for a day."),
    ]


def test_texts_that_share_nothing_are_shown_whole():
    assert told(pieces("Blur only.", "We read faces")) == [
        ("removed", "Blur only."),
        ("added", "We read faces"),
    ]


def test_a_first_answer_is_added_and_a_taken_one_removed():
    assert pieces("", "Yes") == (Piece(Mark.ADDED, "Yes"),)
    assert pieces("Yes", "") == (Piece(Mark.REMOVED, "Yes"),)


def test_a_very_long_text_is_shown_whole():
    old = "word " * 3_000

    assert [one.mark for one in pieces(old, old + "end")] == [Mark.REMOVED, Mark.ADDED]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off_the_pieces(old, new):
    found = pieces(old, new)

    assert "".join(one.text for one in found if not one.is_added) == old
    assert "".join(one.text for one in found if not one.is_removed) == new
    assert all(one.text for one in found)
