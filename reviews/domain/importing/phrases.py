"""Phrases: the small pattern language of the profiles, for people who write no regular expressions.

``verif* ... identit*`` reads: a word that begins with "verif", up to six words, a word that begins
with "identit". A blank stands for any run of blanks, hyphens, brackets or slashes, but not for
the end of a sentence. Upper and lower case are the same.
"""

import re
from collections.abc import Iterable

_GAP = "..."
_BETWEEN = r"[^\w.!?]+"
_UP_TO_SIX_WORDS = r"[^\w.!?]+(?:[\w’']+[^\w.!?]+){0,6}?"
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\s*[\r\n]+(?!\s*[a-z])|[|•]+")
_CLAUSE_END = re.compile(r"[,;.!?]")


def phrase_source(phrase: str) -> str:
    """The regular expression of one phrase; raises ``ValueError`` with the reason."""
    tokens = phrase.split()
    if not tokens or tokens[0] == _GAP or tokens[-1] == _GAP:
        raise ValueError(f"“{phrase}” must begin and end with a word")
    source = _word(tokens[0], phrase)
    after_gap = False
    for token in tokens[1:]:
        if token == _GAP:
            after_gap = True
            continue
        source += (_UP_TO_SIX_WORDS if after_gap else _BETWEEN) + _word(token, phrase)
        after_gap = False
    return rf"(?<!\w){source}(?!\w)"


def _word(token: str, phrase: str) -> str:
    stem = token.strip("*")
    if not stem or "*" in stem:
        raise ValueError(f"“{phrase}”: a star stands at the start or the end of a word")
    source = re.escape(stem)
    if token.startswith("*"):
        source = r"\w*" + source
    if token.endswith("*"):
        source += r"\w*"
    return source


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern that finds any of the phrases; raises ``ValueError`` on a malformed phrase."""
    return re.compile("|".join(phrase_source(phrase) for phrase in phrases), re.IGNORECASE)


def sentences(text: str) -> list[str]:
    """The text in sentences, without empty ones. A line that goes on in lower case is the same."""
    return [part for part in _SENTENCE_END.split(text) if part.strip()]


def clause_around(sentence: str, start: int, end: int) -> str:
    """The part of the sentence between commas in which ``start`` to ``end`` lies."""
    ends = [0, *(mark.end() for mark in _CLAUSE_END.finditer(sentence)), len(sentence)]
    left = max(position for position in ends if position <= start)
    right = min(position for position in ends if position >= end)
    return sentence[left:right]
