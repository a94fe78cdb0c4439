"""The values with which a fact is tried that nobody said: one for each way a rule can take it."""

from datetime import date
from enum import StrEnum

from reviews.domain.gate.catalogue import Policy
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

ELSEWHERE = "US"
"""Any region that is not the European Union."""


def _members(enum: type[StrEnum]) -> tuple[StrEnum, ...]:
    return tuple(member for member in enum if member != UNKNOWN)


_VALUES: dict[str, tuple[object, ...]] = {
    "existing": (Said.NO, Said.YES),
    "managed": (Said.NO, Said.YES),
    "realtime_bodycam": (Said.YES, Said.NO),
    "medical_or_safety": (Said.YES, Said.NO),
    "exception_covers": (Said.NO, Said.YES),
    "purpose": _members(Purpose),
    "sector": _members(Sector),
    "setting": _members(Setting),
    "end_user": _members(EndUser),
    "application": _members(Application),
    "region": (ELSEWHERE, EU),
    "extension_until": (None, date.max),
}
"""Where several values give the same answer, the first one's reasons are shown: the one that
claims least about anybody stands first."""


def values_of(fact: str, facts: Facts, policy: Policy | None) -> tuple[object, ...]:
    """Every value that could change an answer; of the codes of a list, one for each sector."""
    if fact in ("use", "granted_use"):
        return (UNLISTED, *_listed(facts, policy))
    return _VALUES[fact]


def _listed(facts: Facts, policy: Policy | None) -> tuple[str, ...]:
    """One code of the list for each sector that it serves, and the codes that are said already."""
    uses = (policy.uses if policy else None) or {}
    by_sector = {rule.sector: code for code, rule in uses.items()}
    said = [
        str(getattr(facts, name))
        for name in ("use", "granted_use")
        if facts.known(name) and getattr(facts, name) != UNLISTED
    ]
    return tuple(dict.fromkeys([*by_sector.values(), *said]))
