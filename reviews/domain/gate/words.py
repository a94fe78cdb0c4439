"""Facts from words, as a link, a form or the API states them; results as plain data."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from reviews.domain.errors import BadInput
from reviews.domain.gate.answers import GateResult
from reviews.domain.gate.escalations import FIELDS
from reviews.domain.gate.facts import (
    EU,
    UNKNOWN,
    UNLISTED,
    Application,
    EndUser,
    Facts,
    Purpose,
    Said,
    Sector,
    Setting,
)
from reviews.domain.gate.messages import text_of

WORDS: Mapping[str, type[StrEnum]] = {
    "existing": Said,
    "managed": Said,
    "purpose": Purpose,
    "sector": Sector,
    "application": Application,
    "exception_covers": Said,
    "end_user": EndUser,
    "realtime_bodycam": Said,
    "setting": Setting,
    "medical_or_safety": Said,
}
"""Facts that take one of a few words."""

MARKS = frozenset({"UC-A", "UC-K", "UC-X"})
"""How codes begin that mark a use (avoid, extra care, prohibited); none is on a closed list."""

_USE = re.compile(r"UC-[A-Z]\d{1,2}")
_COUNTRY = re.compile(r"[A-Z]{2}")


class UnreadableFacts(BadInput):
    """Some facts were given in words that the gate does not know; ``errors`` by fact."""

    code = "unreadable_facts"

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


def facts_from(words: Mapping[str, Any], *, uses: Collection[str] | None = None) -> Facts:
    """Facts from words by name of the fact; an empty word is not said.

    ``use`` may name several codes with commas between: one use of the closed list, and uses to be
    avoided or with extra care. ``uses``: codes of the catalogue; others are then refused.
    ``intake``, ``marks`` and ``probes`` are taken as ``domain.intake`` gives them. Raises
    ``UnreadableFacts`` with one sentence for each fact, names of facts that do not exist included.
    """
    reader = _Reader(words, uses)
    facts = reader.facts()
    if reader.errors:
        raise UnreadableFacts(reader.errors)
    return facts


def listed_use(words: Mapping[str, Any]) -> str:
    """The code of the one use that is asked about; empty where it is not said, or on no list."""
    codes = [part.strip().upper() for part in str(words.get("use") or "").split(",")]
    uses = (code for code in codes if _USE.fullmatch(code) and code[:4] not in MARKS)
    return next(uses, "")


class _Reader:
    """Reads every word, and keeps what it cannot read by fact."""

    def __init__(self, words: Mapping[str, Any], uses: Collection[str] | None) -> None:
        self.words = words
        self.uses = uses
        self.errors: dict[str, str] = {}

    def facts(self) -> Facts:
        read: dict[str, Any] = {name: self._member(name) for name in WORDS}
        listed, marks = self._uses()
        read |= {
            "use": listed,
            "marks": marks | frozenset(self.words.get("marks", ())),
            "granted_use": self._code("granted_use"),
            "region": self._region(),
            "extension_until": self._day("extension_until", may_be_unknown=True),
            "granted_until": self._day("granted_until"),
            "exception_until": self._day("exception_until"),
            "exception_scope": str(self.words.get("exception_scope", "")),
            "intake": {
                field: str(answer)
                for field, answer in self.words.get("intake", {}).items()
                if field in FIELDS
            },
            "probes": frozenset(self.words.get("probes", ())),
        }
        for name in set(self.words) - set(read):
            self.errors[name] = f"“{name}” is no fact that the gate knows. Leave it out."
        return Facts(**read)

    def _word(self, name: str) -> str:
        return str(self.words.get(name) or "").strip()

    def _member(self, name: str) -> StrEnum | None:
        word = self._word(name)
        if not word:
            return None
        try:
            return WORDS[name](word.lower())
        except ValueError:
            choices = ", ".join(WORDS[name])
            self.errors[name] = f"“{word}” is no value of “{name}”. Write one of: {choices}."
            return None

    def _uses(self) -> tuple[str | None, frozenset[str]]:
        """The use of the closed list, and the further codes."""
        listed: list[str] = []
        marks = set()
        for part in filter(None, (part.strip() for part in self._word("use").split(","))):
            code = self._known_use("use", part)
            if code[:4] in MARKS:
                marks.add(code)
            elif code:
                listed.append(code)
        if len(listed) > 1:
            self.errors["use"] = "A grant is bound to one use: ask about one use at a time."
        return (listed[0] if listed else None), frozenset(marks)

    def _code(self, name: str) -> str | None:
        word = self._word(name)
        return self._known_use(name, word) or None if word else None

    def _known_use(self, name: str, word: str) -> str:
        if word.lower() in (UNLISTED, UNKNOWN):
            return word.lower()
        code = word.upper()
        if _USE.fullmatch(code) and (self.uses is None or code in self.uses):
            return code
        self.errors[name] = (
            f"“{word}” is no use that we know. Write a code such as UC-C2, “other” or “unknown”."
        )
        return ""

    def _region(self) -> str | None:
        word = self._word("region")
        if not word:
            return None
        if word.lower() == UNKNOWN:
            return UNKNOWN
        if word.upper() == EU or _COUNTRY.fullmatch(word.upper()):
            return word.upper()
        self.errors["region"] = (
            f"“{word}” is no region that we know. Write EU, a country code such as US, or unknown."
        )
        return None

    def _day(self, name: str, *, may_be_unknown: bool = False) -> date | str | None:
        value = self.words.get(name)
        if isinstance(value, date) or not value:
            return value or None
        word = self._word(name)
        if may_be_unknown and word.lower() in (UNKNOWN, "none", "no"):
            return UNKNOWN if word.lower() == UNKNOWN else None
        try:
            return date.fromisoformat(word)
        except ValueError:
            self.errors[name] = f"“{word}” is no day. Write it as 2023-09-30."
            return None


def as_data(result: GateResult, write: Callable[..., str] = text_of) -> dict[str, Any]:
    """The result as plain data (JSON). ``write`` gives a finding's words."""
    return {
        "capability": result.capability,
        "on": result.on.isoformat(),
        "answer": result.answer.value,
        "last_permitted_on": _iso(result.last_permitted_on),
        "days_left": result.days_left,
        "last_safe_filing_on": _iso(result.last_safe_filing_on),
        "missing": list(result.missing),
        "policy_version": result.policy_version,
        "escalations": list(result.escalations),
        "alternatives": list(result.alternatives),
        "findings": [
            {
                "rule": finding.rule,
                "kind": finding.kind.value,
                "answer": finding.answer.value,
                "message": write(finding),
                "source": finding.source,
                "policy_version": finding.policy_version,
                "last_permitted_on": _iso(finding.last_permitted_on),
                "must_show": list(finding.must_show),
                "goals": list(finding.goals),
            }
            for finding in result.findings
        ],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
