"""What makes two use cases alike. Pure; how well it works: ``docs/precedents.md``.

A case is compared by its name, by what it says of itself, by *themes* (what it does, on what, what
for; told from its words by phrases that are data), by capabilities and by facts of its scenarios.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviews.domain import intake
from reviews.domain.importing.phrases import any_of
from reviews.domain.importing.sections import Section
from reviews.domain.intake import Answers

IN_TITLE, IN_TEXT = 2.0, 1.0
"""Weight of a word, or of a theme, by where it stands."""

LENGTH = 0.3
"""How much a text longer than the average is held back; 0 not at all, 1 in proportion."""

THEMES, TITLES, CAPABILITIES, FACT = 0.3, 0.6, 0.4, 0.05
"""Weights beside that of the words, which is 1: all themes shared, the same title (trigrams), all
capabilities shared, one fact shared."""

LONGEST = 20_000
"""Characters of text that are compared."""

_NOT_SAID = {"", "unknown", "other", "general"}


@dataclass(frozen=True, slots=True)
class Theme:
    """``words`` go on after "both:"."""

    name: str
    words: str
    phrases: tuple[tuple[str, re.Pattern[str]], ...]

    def is_in(self, text: str) -> bool:
        """``text`` in lower case. Each phrase is tried only where the stem it begins with is."""
        return any(stem in text and phrase.search(text) for stem, phrase in self.phrases)


@dataclass(frozen=True, slots=True)
class ThemeRules:
    """The themes, and the words that nearly every case uses and that make no two alike."""

    themes: tuple[Theme, ...]
    silent: tuple[str, ...]

    def words_of(self, name: str) -> str:
        return next((theme.words for theme in self.themes if theme.name == name), name)


@dataclass(frozen=True, slots=True)
class Description:
    """What of a case is compared. ``main_themes``: those that the title speaks of.

    ``facts`` reads ``setting:workplace``; what is unknown or says nothing is left out.
    """

    title: str
    text: str
    themes: tuple[str, ...]
    main_themes: tuple[str, ...]
    capabilities: tuple[str, ...]
    facts: tuple[str, ...]


def read_themes(data: Mapping[str, object], *, source: str) -> ThemeRules:
    """From the data of a rules file. Raises ``BadDataFile`` naming the key that is wrong."""
    file = Section(data, source)
    file.text("title")
    silent = file.texts("silent")
    themes = tuple(_theme(one) for one in file.tables("theme"))
    file.finish()
    return ThemeRules(themes, silent)


def _theme(table: Section) -> Theme:
    try:
        phrases = tuple((_stem(one), any_of([one])) for one in table.texts("any"))
    except ValueError as error:
        raise table.fail("any", f"{error}.") from None
    theme = Theme(table.text("name"), table.text("words"), phrases)
    table.finish()
    return theme


def _stem(phrase: str) -> str:
    return phrase.split()[0].strip("*").lower()


def describe(answers: Answers, rules: ThemeRules) -> Description:
    """By the answers as they stand. Nothing that names a person is read."""
    system = answers.get("system", {})
    scenarios = intake.scenarios(answers)
    title = _said(system.get("title"))
    parts = [_said(system.get("purpose")), _said(system.get("description"))]
    for one in scenarios:
        name = "" if one.name[: len(title)] == title else one.name
        parts += [name, one.description, _said(one.answers.get("fitness"))]
    text = "\n\n".join(dict.fromkeys(part for part in parts if part))[:LONGEST]
    main = tuple(theme.name for theme in rules.themes if theme.is_in(title.lower()))
    body = text.lower()
    rest = tuple(
        theme.name for theme in rules.themes if theme.name not in main and theme.is_in(body)
    )
    return Description(
        title,
        text,
        (*main, *rest),
        main,
        tuple(sorted(intake.capability_slugs(answers))),
        _facts(answers, [one.answers for one in scenarios]),
    )


_SCENARIO_FACTS = {"setting": "setting", "accessibility": "purpose", "use": "use"}
_DEPLOYMENT_FACTS = ("end_user",)


def _facts(answers: Answers, scenarios: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    deployment = answers.get("deployment", {})
    said = [(fact, _said(deployment.get(fact))) for fact in _DEPLOYMENT_FACTS]
    said += [
        (fact, _said(one.get(key))) for one in scenarios for key, fact in _SCENARIO_FACTS.items()
    ]
    return tuple(sorted({f"{fact}:{value}" for fact, value in said if value not in _NOT_SAID}))


def _said(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_MARKS_OF_STEM = 2
"""Letters that a stem may have changed at its end: ``studi`` stands for ``study``."""


def spelled(stems: Sequence[str], text: str) -> tuple[str, ...]:
    """Each stem as the text spells it first; one that is nowhere stays as it is."""
    words = [match.group().lower() for match in _WORD.finditer(text)]
    return tuple(dict.fromkeys(_spelling(stem, words) for stem in stems))


def _spelling(stem: str, words: Sequence[str]) -> str:
    short = stem[: max(3, len(stem) - 1)]
    fitting = (word for word in words if word.startswith(stem) or _nearly(word, short, len(stem)))
    return next(fitting, stem)


def _nearly(word: str, short: str, length: int) -> bool:
    return word.startswith(short) and len(word) <= length + _MARKS_OF_STEM
