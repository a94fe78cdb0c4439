"""From the data of a rules file to checked ``DetectionRules``."""

import re
from collections.abc import Mapping, Sequence

from reviews.domain.importing.detection import DetectionRule, DetectionRules
from reviews.domain.importing.phrases import any_of
from reviews.domain.importing.sections import Section


def read_detection(sources: Sequence[Section], *, fields: tuple[str, ...]) -> DetectionRules:
    """The rules of all sources in order; a later source may use the terms of an earlier one."""
    terms: dict[str, tuple[str, ...]] = {}
    denials: list[str] = []
    rules: list[DetectionRule] = []
    for source in sources:
        section = source.table("terms")
        for name in section.data:
            terms[name] = _phrases(section, name, terms)
        denials += _phrases(source, "denials", terms) if "denials" in source.data else ()
        source.get("denials")
        rules += [_rule(inner, terms) for inner in source.tables("rule")]
        source.text("title", "")
        source.finish()
    return DetectionRules(
        fields=fields, rules=tuple(rules), denial=any_of(denials) if denials else None
    )


def any_phrase(section: Section, key: str, terms: Mapping[str, tuple[str, ...]]) -> re.Pattern[str]:
    try:
        return any_of(_phrases(section, key, terms))
    except ValueError as error:
        raise section.fail(key, f"{error}.") from None


def _rule(section: Section, terms: Mapping[str, tuple[str, ...]]) -> DetectionRule:
    groups = [any_phrase(section, "any", terms)]
    groups += [
        any_phrase(section, key, terms)
        for key in ("with", "with_2", "with_3")
        if key in section.data
    ]
    rule = DetectionRule(
        capability=section.text("capability"),
        why=section.text("why"),
        groups=tuple(groups),
        none=any_phrase(section, "none", terms) if "none" in section.data else None,
        whole_row=section.one_of("within", ("sentence", "row"), "sentence") == "row",
        unless=section.texts("unless", ()),
    )
    section.finish()
    return rule


def _phrases(section: Section, key: str, terms: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A list of phrases; ``$name`` stands for the phrases of a term."""
    found: list[str] = []
    for phrase in section.texts(key):
        if not phrase.startswith("$"):
            found.append(phrase)
        elif phrase[1:] in terms:
            found += terms[phrase[1:]]
        else:
            raise section.fail(key, f"“{phrase}” is no term that is defined before.")
    return tuple(found)
