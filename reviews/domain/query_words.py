"""The words of the search box, and the filter's parameters that they stand for: both ways.

    state:in_review,referred capability:emotion -team:"Gate crew" mine due<7d "night shift" camera

A key with its value narrows; values with commas between are alternatives; a minus (or the word
``not``) leaves out; a flag stands alone; ``<`` and ``>`` compare days (``7d``, ``2w``) or dates;
every other word is searched for. Quotes keep spaces together, and make a key a plain word.
A ``Vocabulary`` says which keys a list knows; it is made of the list's own filters, so that the
words can say exactly what the form says.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum

TEXT = "q"
"""Name of the parameter that searches."""
LEFT_OUT = "_not"
"""Ending of the parameter that leaves out what the one without it keeps."""
NOT = "not"
_DAYS = {"d": 1, "w": 7}
_MOST_DAYS = 36_600

Parameters = dict[str, list[str]]


class Kind(StrEnum):
    """How a key is written."""

    CHOICE = "choice"
    FLAG = "flag"
    DAYS = "days"
    DAY = "day"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Choice:
    """``value`` is what the parameter holds, ``label`` what people read.

    ``word`` is what the search box writes: the label where the value says nothing to people.
    """

    value: str
    label: str
    word: str


@dataclass(frozen=True, slots=True)
class Key:
    """One word that a list knows. ``sign``: the comparison of a key of kind ``DAYS`` or ``DAY``.

    ``param`` is the name of the filter; several keys of kind ``DAY`` share a ``word``.
    """

    word: str
    param: str
    kind: Kind
    label: str = ""
    sign: str = ":"
    choices: tuple[Choice, ...] = ()
    is_many: bool = False
    may_be_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that one list understands, in the order in which words are written."""

    keys: tuple[Key, ...]

    def named(self, word: str, sign: str = "") -> Key | None:
        """The key of this word; where a word has two, the one with the same direction."""
        found = [key for key in self.keys if key.word == word]
        same = [key for key in found if sign and key.sign[0] == sign[0]]
        return next(iter(same or found), None)

    @property
    def words(self) -> list[str]:
        return list(dict.fromkeys(key.word for key in self.keys))


class Trouble(StrEnum):
    """Why a word cannot be read."""

    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_VALUE = "unknown_value"
    NOT_DAYS = "not_days"
    NOT_A_DAY = "not_a_day"
    WRONG_SIGN = "wrong_sign"
    NOT_LEFT_OUT = "not_left_out"
    NO_VALUE = "no_value"


@dataclass(frozen=True, slots=True)
class Problem:
    """``word`` as it was typed; ``nearest``: what was perhaps meant; ``known``: what there is."""

    trouble: Trouble
    word: str
    key: str = ""
    value: str = ""
    nearest: str = ""
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What typed words mean. With ``problems`` nothing should be listed."""

    params: Parameters
    problems: tuple[Problem, ...]


# Reading ------------------------------------------------------------------------------------------

_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
PAIR = re.compile(r"(?P<key>[^\W\d][\w-]*)(?P<sign><=|>=|[:<>])(?P<value>.*)", re.DOTALL)
_PART = re.compile(r'(?:[^,"]|"[^"]*"?)+')
_GAP = r"[\s_-]+"
_SPAN = re.compile(r"(\d{1,5})([dw]?)")


def parse(text: str, known: Vocabulary) -> Parsed:
    """The parameters that these words stand for, and what could not be read, in typed order."""
    reading = _Reading(known)
    tokens = _TOKEN.findall(text)
    while tokens:
        token = tokens.pop(0)
        if token.casefold() == NOT and tokens:
            reading.take(tokens.pop(0), typed=token, is_left_out=True)
        elif token.startswith("-") and len(token) > 1:
            reading.take(token[1:], typed="-", is_left_out=True)
        else:
            reading.take(token, typed="", is_left_out=False)
    return reading.parsed()


def terms(text: str) -> list[str]:
    """The plain words and quoted phrases of a search text, without their quotes."""
    found = (bare(token).strip() for token in _TOKEN.findall(text))
    return [term for term in found if term]


def said(text: str) -> dict[str, list[str]]:
    """The values that were typed for each key, known or not, in any form."""
    found: dict[str, list[str]] = {}
    for token in _TOKEN.findall(text):
        if pair := PAIR.fullmatch(token.removeprefix("-")):
            values = (bare(part).strip() for part in _PART.findall(pair["value"]))
            found.setdefault(pair["key"].casefold(), []).extend(one for one in values if one)
    return found


def gaps_apart(text: str) -> str:
    """A regular expression for texts in which a word begins like this, as ``plain`` compares."""
    parts = [re.escape(part) for part in re.split(_GAP, text) if part]
    return rf"(^|{_GAP}){_GAP.join(parts)}"


class _Reading:
    """Words taken so far."""

    def __init__(self, known: Vocabulary) -> None:
        self._known = known
        self._params: Parameters = {}
        self._terms: list[str] = []
        self._problems: list[Problem] = []

    def parsed(self) -> Parsed:
        params = {TEXT: [_search_text(self._terms)]} if self._terms else {}
        return Parsed({**params, **self._params}, tuple(self._problems))

    def take(self, token: str, *, typed: str, is_left_out: bool) -> None:
        whole = f"{typed}{' ' if typed == NOT else ''}{token}"
        flag = self._known.named(token.casefold())
        pair = PAIR.fullmatch(token)
        if flag is not None and flag.kind is Kind.FLAG:
            self._flag(flag, whole, is_left_out=is_left_out)
        elif pair is not None:
            self._pair(pair, whole, is_left_out=is_left_out)
        elif is_left_out:
            self._refuse(Trouble.NOT_LEFT_OUT, whole)
        else:
            self._terms += terms(token)

    def _flag(self, key: Key, whole: str, *, is_left_out: bool) -> None:
        value = "no" if is_left_out else "yes"
        if value in {choice.value for choice in key.choices}:
            self._params[key.param] = [value]
        else:
            self._refuse(Trouble.NOT_LEFT_OUT, whole, key=key.word)

    def _pair(self, pair: re.Match[str], whole: str, *, is_left_out: bool) -> None:
        word, sign, value = pair["key"].casefold(), pair["sign"], pair["value"]
        key = self._known.named(word, sign)
        if key is None:
            words = self._known.words
            nearest = next(iter(get_close_matches(word, words, n=1, cutoff=0.5)), "")
            self._refuse(Trouble.UNKNOWN_KEY, whole, key=word, nearest=nearest, known=words)
        elif not bare(value).strip():
            self._refuse(Trouble.NO_VALUE, whole, key=word)
        elif is_left_out and not key.may_be_left_out:
            self._refuse(Trouble.NOT_LEFT_OUT, whole, key=word)
        elif sign != ":" and sign[0] != key.sign[0]:
            self._refuse(Trouble.WRONG_SIGN, whole, key=word, nearest=f"{word}{key.sign}")
        else:
            self._value(key, value, whole, is_left_out=is_left_out)

    def _value(self, key: Key, value: str, whole: str, *, is_left_out: bool) -> None:
        if key.kind is Kind.DAYS:
            span = _SPAN.fullmatch(bare(value).casefold())
            days = int(span[1]) * _DAYS[span[2] or "d"] if span else _MOST_DAYS + 1
            if days > _MOST_DAYS:
                self._refuse(Trouble.NOT_DAYS, whole, key=key.word, value=bare(value))
            else:
                self._params[key.param] = [str(days)]
        elif key.kind is Kind.DAY:
            self._day(key, bare(value), whole)
        elif key.kind is Kind.OTHER:
            self._params[key.param] = [bare(value)]
        else:
            param = f"{key.param}{LEFT_OUT}" if is_left_out else key.param
            self._choices(key, param, value, whole)

    def _day(self, key: Key, value: str, whole: str) -> None:
        try:
            self._params[key.param] = [date.fromisoformat(value).isoformat()]
        except ValueError:
            self._refuse(Trouble.NOT_A_DAY, whole, key=key.word, value=value)

    def _choices(self, key: Key, param: str, value: str, whole: str) -> None:
        for part in _PART.findall(value):
            said = bare(part).strip()
            found = _meant(key, said)
            if found is None:
                known = [choice.word for choice in key.choices]
                match = get_close_matches(plain(said), map(plain, known), n=1, cutoff=0.5)
                nearest = next((one for one in known if match and plain(one) == match[0]), "")
                self._refuse(
                    Trouble.UNKNOWN_VALUE,
                    whole,
                    key=key.word,
                    value=said,
                    nearest=nearest,
                    known=known,
                )
            elif not key.is_many:
                self._params[param] = [found.value]
            elif found.value not in self._params.setdefault(param, []):
                self._params[param].append(found.value)

    def _refuse(
        self,
        trouble: Trouble,
        whole: str,
        *,
        key: str = "",
        value: str = "",
        nearest: str = "",
        known: Sequence[str] = (),
    ) -> None:
        self._problems.append(Problem(trouble, whole, key, value, nearest, tuple(known)))


def _meant(key: Key, said: str) -> Choice | None:
    """By its value first, then by what people read."""
    wanted = plain(said)
    for choice in key.choices:
        if choice.value == said:
            return choice
    return next((one for one in key.choices if wanted in (plain(one.word), plain(one.label))), None)


def plain(text: str) -> str:
    """For comparing: neither case nor the kind of gap between words counts."""
    return re.sub(_GAP, " ", text).strip().casefold()


def bare(token: str) -> str:
    """Without its quotes."""
    return token.replace('"', "")


# Writing ------------------------------------------------------------------------------------------


def write(params: Mapping[str, Sequence[str]], known: Vocabulary) -> str:
    """The words that stand for these parameters; what the list does not know is left out.

    ``parse(write(params))`` gives the same parameters, with the search text in its plain form.
    """
    found: list[str] = []
    for key in known.keys:
        for param, mark in ((key.param, ""), (f"{key.param}{LEFT_OUT}", "-")):
            values = [value for value in params.get(param, ()) if value]
            if values and (not mark or key.may_be_left_out):
                found.append(mark + _written(key, values))
    found += [_term(term, known) for value in params.get(TEXT, ()) for term in terms(value)]
    return " ".join(found)


def _written(key: Key, values: Sequence[str]) -> str:
    if key.kind is Kind.FLAG:
        return key.word if values[-1] == "yes" else f"-{key.word}"
    if key.kind is Kind.DAYS:
        return f"{key.word}{key.sign}{values[-1]}d"
    if key.kind is Kind.DAY:
        return f"{key.word}{key.sign}{values[-1]}"
    words = {choice.value: choice.word for choice in key.choices}
    shown = values if key.is_many else values[-1:]
    return f"{key.word}:" + ",".join(quoted(words.get(value, value)) for value in shown)


def quoted(text: str) -> str:
    """As a value must be typed."""
    word = bare(text)
    return f'"{word}"' if re.search(r"[\s,]", word) or not word else word


def _term(term: str, known: Vocabulary) -> str:
    """A plain word as it must be typed to be searched for, and not to be read as a key."""
    folded = term.casefold()
    is_plain = (
        not re.search(r"\s", term)
        and not PAIR.fullmatch(term)
        and not term.startswith("-")
        and folded != NOT
        and folded not in known.words
    )
    return term if is_plain else f'"{term}"'


def _search_text(found: Sequence[str]) -> str:
    return " ".join(f'"{term}"' if re.search(r"\s", term) else term for term in found)
