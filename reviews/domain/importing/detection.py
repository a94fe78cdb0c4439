"""Which capabilities a text speaks of, by rules that are data and give their reason in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reviews.domain.importing.phrases import clause_around, sentences

PASSAGE_LENGTH = 300
"""Characters of the sentence that are kept beside a finding, for the people who check it."""


@dataclass(frozen=True, slots=True)
class DetectionRule:
    """One way to speak of a capability.

    Every pattern of ``groups`` must be found in the same sentence (or, with ``whole_row``, anywhere
    in the row), none of ``none`` in it. ``unless`` names capabilities that, once found, make this
    rule superfluous: "recognition, nothing said" is weaker than "one-to-one".
    """

    capability: str
    why: str
    groups: tuple[re.Pattern[str], ...]
    none: re.Pattern[str] | None = None
    whole_row: bool = False
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DetectionRules:
    """The rules in order, the fields they read and the words that deny a clause."""

    fields: tuple[str, ...]
    rules: tuple[DetectionRule, ...]
    denial: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Detected:
    capability: str
    why: str
    passage: str


def detect(texts: Sequence[str], rules: DetectionRules) -> tuple[Detected, ...]:
    """The capabilities that the texts speak of, each once, in the order of the rules."""
    parts = [sentence for text in texts for sentence in sentences(text)]
    whole = "\n".join(texts)
    found: dict[str, Detected] = {}
    for rule in rules.rules:
        if rule.capability in found or any(name in found for name in rule.unless):
            continue
        passage = _in_row(rule, parts, whole, rules.denial) if rule.whole_row else None
        if not rule.whole_row:
            passage = _in_one_sentence(rule, parts, rules.denial)
        if passage is not None:
            found[rule.capability] = Detected(
                rule.capability, rule.why, " ".join(passage.split())[:PASSAGE_LENGTH]
            )
    return tuple(found.values())


def states(
    texts: Sequence[str], pattern: re.Pattern[str], denial: re.Pattern[str] | None
) -> str | None:
    """The first sentence that says ``pattern`` and does not deny it, or ``None``."""
    for text in texts:
        for sentence in sentences(text):
            if _says(sentence, pattern, denial):
                return sentence
    return None


def _in_one_sentence(
    rule: DetectionRule, parts: Sequence[str], denial: re.Pattern[str] | None
) -> str | None:
    first, *others = rule.groups
    for sentence in parts:
        if not _says(sentence, first, denial):
            continue
        if not all(group.search(sentence) for group in others):
            continue
        if rule.none and rule.none.search(sentence):
            continue
        return sentence
    return None


def _in_row(
    rule: DetectionRule, parts: Sequence[str], whole: str, denial: re.Pattern[str] | None
) -> str | None:
    if not all(group.search(whole) for group in rule.groups):
        return None
    if rule.none and rule.none.search(whole):
        return None
    first, *others = rule.groups
    if not all(any(_says(part, group, denial) for part in parts) for group in others):
        return None
    said = [part for part in parts if _says(part, first, denial)]
    return max(said, key=len, default=None)


def _says(sentence: str, pattern: re.Pattern[str], denial: re.Pattern[str] | None) -> bool:
    """Whether the sentence has the pattern in a clause that is not denied."""
    for match in pattern.finditer(sentence):
        clause = clause_around(sentence, match.start(), match.end())
        if denial is None or not denial.search(clause):
            return True
    return False
