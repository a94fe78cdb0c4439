"""The search box of a list: what was typed, what it means, what could not be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from reviews.domain import query_words
from reviews.domain.query_completion import complete
from reviews.domain.query_words import Problem, Trouble, Vocabulary
from reviews.selectors.list_filters import ListFilter, vocabulary

WORDS = "words"
"""Parameter that carries what was typed."""

_SAYS: dict[Trouble, str | Promise] = {
    Trouble.UNKNOWN_KEY: gettext_lazy("This list does not know “%(key)s:”."),
    Trouble.UNKNOWN_VALUE: gettext_lazy("“%(key)s:” does not know “%(value)s”."),
    Trouble.NOT_DAYS: gettext_lazy("“%(word)s” is no number of days. Write it as “%(key)s 7d”."),
    Trouble.NOT_A_DAY: gettext_lazy("“%(value)s” is no day. Write it as 2023-06-30."),
    Trouble.WRONG_SIGN: gettext_lazy("“%(word)s” looks the other way."),
    Trouble.NOT_LEFT_OUT: gettext_lazy("“%(word)s” cannot be left out."),
    Trouble.NO_VALUE: gettext_lazy("“%(word)s” lacks its value."),
}
_MOST_KNOWN = 12


@dataclass(frozen=True, slots=True)
class Said:
    """One problem in words; ``try_url`` leads to the list under ``try_words``, if there are any."""

    text: str
    hint: str
    try_words: str = ""
    try_url: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """What the search box shows. ``fixed``: parameters that belong to the list's own address."""

    list_name: str
    text: str
    problems: tuple[Said, ...]
    options: tuple[str, ...]
    fixed: tuple[tuple[str, str], ...]
    action: str


def address(path: str, fixed: Mapping[str, str], params: Mapping[str, Sequence[str]]) -> str:
    """A list under these parameters."""
    pairs = [*fixed.items(), *((name, one) for name, found in params.items() for one in found)]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def box(
    filters: ListFilter,
    *,
    list_name: str,
    path: str,
    fixed: Mapping[str, str],
    typed: str | None = None,
    problems: Sequence[Problem] = (),
) -> Box:
    """``typed``: as it was typed, where it could not be read; else the words of the filter."""
    known = vocabulary(filters)
    text = words_of(filters, known) if typed is None else typed
    said = tuple(_said(one, text, path, fixed) for one in problems)
    before = f"{text} " if text else ""
    options = tuple(f"{before}{one.word}" for one in complete("", known, most=40))
    return Box(list_name, text, said, options, tuple(fixed.items()), path)


def words_of(filters: ListFilter, known: Vocabulary | None = None) -> str:
    """The words that say what these filters say."""
    return query_words.write(dict(filters.data.lists()), known or vocabulary(filters))


def _said(problem: Problem, text: str, path: str, fixed: Mapping[str, str]) -> Said:
    values = {"key": problem.key, "value": problem.value, "word": problem.word}
    says = str(_SAYS[problem.trouble]) % values
    if problem.nearest:
        better = _better(problem)
        corrected = text.replace(problem.word, better, 1)
        url = address(path, fixed, {WORDS: [corrected]})
        hint = gettext("Did you mean “%(better)s”?") % {"better": better}
        return Said(says, hint, corrected, url)
    if problem.known:
        shown = ", ".join(problem.known[:_MOST_KNOWN])
        more = ", …" if len(problem.known) > _MOST_KNOWN else ""
        return Said(says, gettext("It knows: %(known)s.") % {"known": shown + more})
    quoted = gettext("To search for it as a word, put it in quotes: %(quoted)s")
    return Said(says, quoted % {"quoted": f'"{problem.word}"'})


def _better(problem: Problem) -> str:
    """The word as it was perhaps meant."""
    if problem.trouble is Trouble.UNKNOWN_VALUE:
        return problem.word.replace(problem.value, query_words.quoted(problem.nearest), 1)
    if problem.trouble is Trouble.WRONG_SIGN:
        return problem.word.replace(problem.word[: len(problem.key) + 1], problem.nearest, 1)
    return problem.word.casefold().replace(problem.key, problem.nearest, 1)
