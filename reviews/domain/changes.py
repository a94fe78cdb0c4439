"""Two texts, word by word: what stayed, what was taken out, what was put in. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_WORDS = 4_000
"""Longer texts are shown whole, before and after: nobody reads a puzzle of that size."""

LEAST_ALIKE = 0.3
"""Texts with less in common are shown whole: a patchwork of chance words misleads."""

_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with one fate."""

    mark: Mark
    text: str

    @property
    def is_removed(self) -> bool:
        return self.mark is Mark.REMOVED

    @property
    def is_added(self) -> bool:
        return self.mark is Mark.ADDED


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """What leads from ``old`` to ``new``, in reading order; a replaced run is removed, then added.

    The same and removed pieces put together are ``old``, the same and added ones ``new``.
    """
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        return _whole(old, new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return _whole(old, new)
    found: list[Piece] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            found.append(_piece(Mark.SAME, before[start:end]))
            continue
        found += [_piece(Mark.REMOVED, before[start:end]), _piece(Mark.ADDED, after[first:last])]
    return tuple(_joined([one for one in found if one.text]))


def _whole(old: str, new: str) -> tuple[Piece, ...]:
    if old == new:
        return (Piece(Mark.SAME, old),) if old else ()
    both = (Piece(Mark.REMOVED, old), Piece(Mark.ADDED, new))
    return tuple(one for one in both if one.text)


def _piece(mark: Mark, tokens: Sequence[str]) -> Piece:
    return Piece(mark, "".join(tokens))


def _joined(found: list[Piece]) -> list[Piece]:
    """Two changes with nothing but a space between them read as one."""
    merged: list[Piece] = []
    place = 0
    while place < len(found):
        removed, added = [], []
        while place < len(found) and (found[place].mark is not Mark.SAME or _is_gap(found, place)):
            one = found[place]
            if one.mark is not Mark.ADDED:
                removed.append(one.text)
            if one.mark is not Mark.REMOVED:
                added.append(one.text)
            place += 1
        merged += [_piece(Mark.REMOVED, removed), _piece(Mark.ADDED, added)]
        if place < len(found):
            merged.append(found[place])
            place += 1
    return [one for one in merged if one.text]


def _is_gap(found: list[Piece], place: int) -> bool:
    """A blank with a change before and after it."""
    return (
        found[place].text.isspace()
        and 0 < place < len(found) - 1
        and found[place - 1].mark is not Mark.SAME
        and found[place + 1].mark is not Mark.SAME
    )
