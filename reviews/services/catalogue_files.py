"""What the data files say, checked entry by entry before anything is written.

The tables are the schema: a file's entry has the fields of its model, under the same names, with
codes or slugs where the model has foreign keys. What the model alone cannot know stands here.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.db import models

from reviews.domain.errors import BadDataFile
from reviews.integrations import data_files
from reviews.models.catalogue import (
    Capability,
    CapabilityPolicy,
    Milestone,
    Operation,
    Service,
    Stance,
)
from reviews.models.gate_rules import GateRule, Probe, UseRule
from reviews.models.reference import StableEntry, VersionedEntry
from reviews.models.standard import (
    Clause,
    CrosswalkEntry,
    Framework,
    Goal,
    ListedValue,
    Requirement,
    Standard,
)
from reviews.services.catalogue_entries import Entry, code_of, complete, listed

FOLDERS = ("catalogue", "standard", "crosswalk")

KINDS: Mapping[str, type[StableEntry] | type[VersionedEntry]] = {
    "service": Service,
    "capability": Capability,
    "operation": Operation,
    "policy": CapabilityPolicy,
    "milestone": Milestone,
    "use": UseRule,
    "gate_rule": GateRule,
    "probe": Probe,
    "standard": Standard,
    "goal": Goal,
    "requirement": Requirement,
    "listed_value": ListedValue,
    "framework": Framework,
    "clause": Clause,
    "crosswalk": CrosswalkEntry,
}
"""Table name in the files → model, in the order of writing: what others point at comes first."""

CODES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("operation", "capability_slugs"): ("capability",),
    ("use", "sets"): ("gate_rule",),
    ("gate_rule", "capability_slugs"): ("capability",),
    ("gate_rule", "goals"): ("goal",),
    ("gate_rule", "clauses"): ("clause",),
    ("probe", "sets"): ("gate_rule",),
    ("probe", "goals"): ("goal", "requirement"),
    ("requirement", "near_twins"): ("requirement",),
    ("requirement", "needs"): ("goal", "requirement"),
}
"""Lists of codes → the kinds in which each code must exist."""

MANY: Mapping[str, tuple[str, str]] = {
    "policy": ("capabilities", "capability"),
    "crosswalk": ("clauses", "clause"),
}
"""Kinds that one entry of a file may give for several things at once."""

Entries = Mapping[str, Mapping[str, Entry]]
"""Kind → code → entry."""


def load(folder: Path) -> Entries:
    """Read and check all files of ``folder``; raises ``BadDataFile`` at the first wrong entry."""
    raw: dict[str, list[tuple[str, dict[str, Any]]]] = {kind: [] for kind in [*KINDS, "source"]}
    for name in FOLDERS:
        for file, table in data_files.tables(folder / name):
            _collect(f"{name}/{file}", table, raw)
    titles = _titles(raw["source"])
    entries: dict[str, dict[str, Entry]] = {}
    for kind, model in KINDS.items():
        entries[kind] = {}
        for file, given in raw[kind]:
            for single in _split(kind, file, given):
                position = len(entries[kind]) + 1
                entry = complete(
                    kind, model, file=file, position=position, given=single, titles=titles
                )
                if entry.code in entries[kind]:
                    raise entry.bad("code", f"also given in {entries[kind][entry.code].file}.")
                entries[kind][entry.code] = entry
    if not entries["standard"]:
        raise BadDataFile("standard/: no file names a standard. Add a [[standard]] entry.")
    _check_references(entries)
    return entries


def kind_of(model: object) -> str:
    """The name that entries of ``model`` have in the files."""
    return next(kind for kind, known in KINDS.items() if known is model)


def _collect(file: str, table: dict[str, Any], raw: dict[str, list[Any]]) -> None:
    for kind, entries in table.items():
        if kind not in raw:
            raise BadDataFile(f"{file}: “{kind}” is no kind of entry. Known: {listed(raw)}.")
        if not isinstance(entries, list):
            raise BadDataFile(f"{file}: write [[{kind}]], with two brackets, for each entry.")
        raw[kind] += [(file, entry) for entry in entries]


def _titles(sources: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for file, given in sources:
        code, title = given.get("code"), given.get("title")
        if (
            not isinstance(code, str)
            or not isinstance(title, str)
            or set(given) != {"code", "title"}
        ):
            raise BadDataFile(f"{file}, source “{code}”: give code and title, and nothing else.")
        if code in titles:
            raise BadDataFile(f"{file}, source “{code}”, field code: given twice.")
        titles[code] = title
    return titles


def _split(kind: str, file: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry per row: a policy may name several capabilities, a crosswalk several clauses."""
    if kind not in MANY:
        return [given]
    many, one = MANY[kind]
    names = given.get(many)
    if not isinstance(names, list) or not names:
        raise Entry(kind, code_of(kind, given), file, 0, {}).bad(many, "give a list.")
    rest = {name: value for name, value in given.items() if name != many}
    return [{one: name, **rest} for name in names]


def _check_references(entries: Entries) -> None:
    for kind, model in KINDS.items():
        for entry in entries[kind].values():
            for f in model._meta.concrete_fields:
                if isinstance(f, models.ForeignKey):
                    target = kind_of(f.related_model)
                    _must_exist(entry, f.name, [entry.values[f.name]], (target,), entries)
            for (owner, name), kinds in CODES.items():
                if owner == kind:
                    codes = entry.extra.get(name, entry.values.get(name, []))
                    _must_exist(entry, name, codes, kinds, entries)
    for entry in entries["policy"].values():
        _check_policy(entry, entries)
    for entry in entries["probe"].values():
        _check_probe(entry, entries)


def _must_exist(
    entry: Entry, name: str, codes: Iterable[str], kinds: tuple[str, ...], entries: Entries
) -> None:
    for code in codes:
        if not any(code in entries[kind] for kind in kinds):
            raise entry.bad(name, f"there is no {' or '.join(kinds)} “{code}”.")


def _check_policy(entry: Entry, entries: Entries) -> None:
    values = entry.values
    is_open = values["stance"] == Stance.OPEN
    for name in ("new_customer_cutoff_on", "last_permitted_on"):
        if (values[name] is None) != is_open:
            raise entry.bad(name, "closed policies have this day, open ones have none.")
    if not is_open and values["last_permitted_on"] < values["new_customer_cutoff_on"]:
        raise entry.bad("last_permitted_on", "it lies before the cut-off day.")
    lists = {use.values["use_list"] for use in entries["use"].values()}
    if values["use_list"] and values["use_list"] not in lists:
        raise entry.bad("use_list", f"no use is on a list “{values['use_list']}”.")


def _check_probe(entry: Entry, entries: Entries) -> None:
    for further in entry.values["sets_when"]:
        if not isinstance(further, dict) or set(further) != {"fact", "value", "sets"}:
            raise entry.bad("sets_when", "each needs fact, value and sets.")
        _must_exist(entry, "sets_when", further["sets"], ("gate_rule",), entries)
