"""When a question is shown, as data. A rule sees all answers and the page that asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

SCENARIO = "scenario"
CATALOGUE = "catalogue"
TRIGGERS = ("consequential_impact", "physical_or_psychological_injury", "human_rights_threat")
WATCHED_FAMILIES = frozenset({"attribute_inference", "face_recognition", "voice"})
"""Capability families that always ask for the long form."""

_Answers = Mapping[str, Mapping[str, object]]


class Rule(Protocol):
    """``holds`` for the page ``key`` (``scenario:<hex>`` for a scenario) with these answers.

    ``could_hold``: it would hold for some other answers on the same page.
    """

    def holds(self, answers: _Answers, key: str) -> bool: ...

    def could_hold(self, answers: _Answers, key: str) -> bool: ...


def families(answers: _Answers) -> frozenset[str]:
    """Families of the capabilities asked for, as the catalogue says."""
    found = answers.get(CATALOGUE, {}).get("capabilities", {})
    return frozenset(found.values()) if isinstance(found, Mapping) else frozenset()


def scenario_keys(answers: _Answers) -> list[str]:
    """Page keys of the scenarios, in the order in which they were added."""
    return [key for key in answers if key.startswith(f"{SCENARIO}:")]


def is_probe(field: str) -> bool:
    """Whether the field is a critics' probe such as ``P13``."""
    return len(field) == 3 and field[0] == "P" and field[1:].isdigit()


@dataclass(frozen=True, slots=True)
class _FromElsewhere:
    """A rule that no answer of the asking page can change."""

    def holds(self, answers: _Answers, key: str) -> bool:
        raise NotImplementedError

    def could_hold(self, answers: _Answers, key: str) -> bool:
        return self.holds(answers, key)


@dataclass(frozen=True, slots=True)
class Always(_FromElsewhere):
    def holds(self, answers: _Answers, key: str) -> bool:
        return True


ALWAYS = Always()


@dataclass(frozen=True, slots=True)
class Answered:
    """``field`` of ``page`` (empty: the page that asks) is one of ``values``."""

    field: str
    values: tuple[str, ...]
    page: str = ""

    def holds(self, answers: _Answers, key: str) -> bool:
        return answers.get(self.page or key, {}).get(self.field, "") in self.values

    def could_hold(self, answers: _Answers, key: str) -> bool:
        return not self.page or self.page == key or self.holds(answers, key)


@dataclass(frozen=True, slots=True)
class AsksFor(_FromElsewhere):
    """A capability of one of these families is asked for; none named: any capability."""

    any_of: tuple[str, ...] = ()

    def holds(self, answers: _Answers, key: str) -> bool:
        asked = families(answers)
        return bool(asked & set(self.any_of)) if self.any_of else bool(asked)


@dataclass(frozen=True, slots=True)
class AsksForGated(_FromElsewhere):
    """A capability whose policy is not open is asked for."""

    def holds(self, answers: _Answers, key: str) -> bool:
        return bool(answers.get(CATALOGUE, {}).get("gated"))


@dataclass(frozen=True, slots=True)
class Elevated(_FromElsewhere):
    """The case needs the long form: a watched family, or a sensitive-use trigger or probe.

    "I do not know yet" asks for as much as "yes". A trigger that is not answered yet keeps the
    form short.
    """

    def holds(self, answers: _Answers, key: str) -> bool:
        if families(answers) & WATCHED_FAMILIES:
            return True
        page = answers.get("triggers", {})
        asked = [field for field in page if field in TRIGGERS or is_probe(field)]
        return any(page[field] in ("yes", "unknown") for field in asked)


@dataclass(frozen=True, slots=True)
class AllOf:
    rules: tuple[Rule, ...]

    def holds(self, answers: _Answers, key: str) -> bool:
        return all(rule.holds(answers, key) for rule in self.rules)

    def could_hold(self, answers: _Answers, key: str) -> bool:
        return all(rule.could_hold(answers, key) for rule in self.rules)


@dataclass(frozen=True, slots=True)
class AnyOf:
    rules: tuple[Rule, ...]

    def holds(self, answers: _Answers, key: str) -> bool:
        return any(rule.holds(answers, key) for rule in self.rules)

    def could_hold(self, answers: _Answers, key: str) -> bool:
        return any(rule.could_hold(answers, key) for rule in self.rules)
