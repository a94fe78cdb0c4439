"""The words of the search box: read, written, completed; the form and back is the identity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain.query_completion import complete
from reviews.domain.query_words import (
    Choice,
    Key,
    Kind,
    Trouble,
    Vocabulary,
    parse,
    terms,
    write,
)

TEAM = "6f1c2a3e-0000-4000-8000-000000000001"


def _choices(*values):
    return tuple(Choice(one, one.replace("_", " ").capitalize(), one) for one in values)


YES_NO = (Choice("yes", "Yes", "yes"), Choice("no", "No", "no"))
KNOWN = Vocabulary(
    (
        Key(
            "state",
            "state",
            Kind.CHOICE,
            "State",
            choices=_choices("draft", "in_review", "declined"),
            is_many=True,
            may_be_left_out=True,
        ),
        Key(
            "capability",
            "capability",
            Kind.CHOICE,
            "Capability",
            choices=_choices("emotion", "facial-hair"),
            is_many=True,
            may_be_left_out=True,
        ),
        Key(
            "team",
            "team",
            Kind.CHOICE,
            "Team",
            choices=(Choice(TEAM, "Gate crew, night", "Gate crew, night"), *_choices("ops")),
            is_many=True,
            may_be_left_out=True,
        ),
        Key("origin", "origin", Kind.CHOICE, "Came from", choices=_choices("filed", "imported")),
        Key("mine", "mine", Kind.FLAG, "Mine", choices=YES_NO[:1]),
        Key("sensitive", "sensitive", Kind.FLAG, "Sensitive", choices=YES_NO),
        Key("due", "due_in", Kind.DAYS, "Due", sign="<"),
        Key("age", "age", Kind.DAYS, "Days in the state", sign=">"),
        Key("submitted", "submitted_from", Kind.DAY, "Submitted from", sign=">="),
        Key("submitted", "submitted_to", Kind.DAY, "Submitted to", sign="<="),
    )
)


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("", {}),
        ("camera", {"q": ["camera"]}),
        ('gate "night shift"', {"q": ['gate "night shift"']}),
        ("state:in_review", {"state": ["in_review"]}),
        ("State:In_Review", {"state": ["in_review"]}),
        ('state:"in review",draft', {"state": ["in_review", "draft"]}),
        ("state:draft state:declined", {"state": ["draft", "declined"]}),
        ("-state:draft", {"state_not": ["draft"]}),
        ("not state:draft", {"state_not": ["draft"]}),
        ("capability:facial_hair", {"capability": ["facial-hair"]}),
        ('team:"gate crew, NIGHT"', {"team": [TEAM]}),
        (f"team:{TEAM}", {"team": [TEAM]}),
        ("origin:filed origin:imported", {"origin": ["imported"]}),
        ("mine", {"mine": ["yes"]}),
        ("sensitive", {"sensitive": ["yes"]}),
        ("-sensitive", {"sensitive": ["no"]}),
        ("not sensitive", {"sensitive": ["no"]}),
        ("due<7d", {"due_in": ["7"]}),
        ("due<=2w", {"due_in": ["14"]}),
        ("due:7", {"due_in": ["7"]}),
        ("age>30d", {"age": ["30"]}),
        ("submitted>=2023-01-01", {"submitted_from": ["2023-01-01"]}),
        ("submitted<=2023-06-30", {"submitted_to": ["2023-06-30"]}),
        ('"state:draft"', {"q": ["state:draft"]}),
        ('"mine"', {"q": ["mine"]}),
        ("not", {"q": ["not"]}),
        ("RAI-2023-000042", {"q": ["RAI-2023-000042"]}),
        ('an "unfinished phrase', {"q": ['an "unfinished phrase"']}),
    ],
)
def test_parse_gives_the_parameters_of_the_filter(text, params):
    parsed = parse(text, KNOWN)

    assert parsed.problems == ()
    assert parsed.params == params


@pytest.mark.parametrize(
    ("text", "trouble", "nearest"),
    [
        ("capabilty:emotion", Trouble.UNKNOWN_KEY, "capability"),
        ("zzz:emotion", Trouble.UNKNOWN_KEY, ""),
        ("state:in_reviw", Trouble.UNKNOWN_VALUE, "in_review"),
        ("state:", Trouble.NO_VALUE, ""),
        ("-camera", Trouble.NOT_LEFT_OUT, ""),
        ("-mine", Trouble.NOT_LEFT_OUT, ""),
        ("-origin:filed", Trouble.NOT_LEFT_OUT, ""),
        ("due<soon", Trouble.NOT_DAYS, ""),
        ("due<99999d", Trouble.NOT_DAYS, ""),
        ("due>7d", Trouble.WRONG_SIGN, "due<"),
        ("submitted>=2023-02-30", Trouble.NOT_A_DAY, ""),
    ],
)
def test_parse_says_what_it_cannot_read_and_what_is_near(text, trouble, nearest):
    (problem,) = parse(f"camera {text}", KNOWN).problems

    assert (problem.trouble, problem.nearest, problem.word) == (trouble, nearest, text)


def test_parse_goes_on_after_a_problem():
    parsed = parse("colour:blue state:draft", KNOWN)

    assert parsed.params == {"state": ["draft"]}


def test_write_names_a_choice_by_what_people_read():
    assert write({"team": [TEAM]}, KNOWN) == 'team:"Gate crew, night"'


def test_write_keeps_a_searched_word_from_being_read_as_a_key():
    assert write({"q": ["mine -x state:draft"]}, KNOWN) == '"mine" "-x" "state:draft"'


# Form to words to form ----------------------------------------------------------------------------

_TERM = (
    st.text(st.characters(blacklist_characters='"', blacklist_categories=("Cs", "Cc")), min_size=1)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


def _quote(term):
    return f'"{term}"' if any(sign.isspace() for sign in term) else term


def _some(key):
    values = st.sampled_from([choice.value for choice in key.choices] or [""])
    if key.kind is Kind.DAYS:
        return st.integers(0, 36_600).map(lambda days: [str(days)])
    if key.kind is Kind.DAY:
        return st.dates().map(lambda day: [day.isoformat()])
    if key.is_many:
        return st.lists(values, min_size=1, unique=True)
    return values.map(lambda value: [value])


_FORM = st.fixed_dictionaries(
    {},
    optional={
        "q": st.lists(_TERM, min_size=1).map(lambda found: [" ".join(map(_quote, found))]),
        **{key.param: _some(key) for key in KNOWN.keys},
        **{f"{key.param}_not": _some(key) for key in KNOWN.keys if key.may_be_left_out},
    },
)


@given(_FORM)
def test_form_to_words_to_form_is_the_identity(params):
    parsed = parse(write(params, KNOWN), KNOWN)

    assert parsed.problems == ()
    assert parsed.params == params


@given(st.text())
def test_any_text_can_be_typed_and_what_it_means_is_stable(text):
    once = parse(text, KNOWN)

    again = parse(write(once.params, KNOWN), KNOWN)

    assert again.params == once.params


def test_terms_keep_phrases_together():
    assert terms('gate "night shift" x""') == ["gate", "night shift", "x"]


# Completion ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("s", ["state:", "sensitive", "submitted>=", "submitted<="]),
        ("-st", ["-state:"]),
        ("state:", ["state:draft", "state:in_review", "state:declined"]),
        ("state:draft,in", ["state:draft,in_review"]),
        ("-state:rev", ["-state:in_review"]),
        ("team:night", ['team:"Gate crew, night"']),
        ("due<", ["due<7d", "due<14d", "due<30d", "due<90d"]),
        ("colour:", []),
    ],
)
def test_complete_offers_what_may_come_next(typed, words):
    assert [one.word for one in complete(typed, KNOWN)] == words
