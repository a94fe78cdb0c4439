"""One entry of a data file: what it may say, and the complaint if it says something else."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from reviews.domain.enums import ExceptionKind
from reviews.domain.errors import BadDataFile
from reviews.models.catalogue import Family
from reviews.models.reference import VersionedEntry
from reviews.models.standard import Tag

DERIVED = {"id", "digest", "is_current", "recorded_at", "position", "source", "capability_text"}
"""Fields that no file gives: the sync fills them."""

COMPOSED: Mapping[str, tuple[str, str, str]] = {
    "policy": ("{}@{}", "capability", "effective_from"),
    "crosswalk": ("{}~{}", "goal", "clause"),
    "listed_value": ("{}.{}", "list_name", "value"),
}
"""Kinds whose code is made of two fields."""

LISTS: Mapping[str, Collection[str]] = {
    "families": Family.values,
    "permitted_exceptions": ExceptionKind.values,
    "tags": Tag.values,
}
"""Lists whose members are choices."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a file. ``values``: field → value, complete; ``extra``: what is no column."""

    kind: str
    code: str
    file: str
    position: int
    values: Mapping[str, Any]
    extra: Mapping[str, Any] = field(default_factory=dict)

    def bad(self, name: str, problem: str) -> BadDataFile:
        """The error that names file, entry and field."""
        return BadDataFile(f"{self.file}, {self.kind} “{self.code}”, field {name}: {problem}")

    def digest(self, *parents: str) -> str:
        """SHA-256 of the entry and of the digests of what it stands on. Its place is no part."""
        said = {"values": self.values, "extra": self.extra, "parents": parents}
        text = json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def complete(
    kind: str,
    model: type[models.Model],
    *,
    file: str,
    position: int,
    given: Mapping[str, Any],
    titles: Mapping[str, str],
) -> Entry:
    """Check ``given`` against the columns of ``model`` and fill in the defaults.

    ``titles`` are the sources' titles by code. Raises ``BadDataFile``.
    """
    entry = Entry(kind, code_of(kind, given), file, position, {})
    fields = _given_fields(kind, model)
    extra = _edges(entry, given) if kind == "requirement" else {}
    for name in given:
        if name not in fields and name not in extra:
            raise entry.bad(name, f"no such field. Known: {listed(sorted(fields))}.")
    values = {name: _value(entry, f, given) for name, f in fields.items()}
    if kind in COMPOSED:
        values["code"] = entry.code
    if "sources" in fields:
        values["source"] = _source(entry, values["sources"], titles)
    return Entry(kind, entry.code, file, position, values, extra)


def _given_fields(kind: str, model: type[models.Model]) -> dict[str, models.Field]:
    derived = set(DERIVED)
    if issubclass(model, VersionedEntry):
        derived.add("version")
    if kind in COMPOSED:
        derived.add("code")
    return {f.name: f for f in model._meta.concrete_fields if f.name not in derived}


def code_of(kind: str, given: Mapping[str, Any]) -> str:
    """What an entry is called, as far as it says so; ``?`` where it does not."""
    if kind not in COMPOSED:
        return str(given.get("code", given.get("slug", "?")))
    pattern, *names = COMPOSED[kind]
    return pattern.format(*(given.get(name, "?") for name in names))


def _edges(entry: Entry, given: Mapping[str, Any]) -> dict[str, Any]:
    needs = given.get("needs", [])
    if not isinstance(needs, list) or not all(isinstance(need, str) for need in needs):
        raise entry.bad("needs", "give a list of codes.")
    return {"needs": needs}


def _value(entry: Entry, f: models.Field, given: Mapping[str, Any]) -> Any:
    """The value for one column, or its default; raises ``BadDataFile`` with the field's name."""
    if f.name not in given:
        if f.has_default() or f.null:
            return f.get_default()
        if f.blank:
            return ""
        raise entry.bad(f.name, "it is missing.")
    value = given[f.name]
    wanted, words = _type_of(f)
    if not isinstance(value, wanted) or type(value) in {bool, datetime} - {wanted}:
        raise entry.bad(f.name, f"{value!r} is not {words}.")
    if isinstance(value, str):
        _check_text(entry, f, value)
    if isinstance(value, int) and value < 0:
        raise entry.bad(f.name, f"{value} is below zero.")
    if isinstance(f, ArrayField) and isinstance(value, list):
        _check_list(entry, f, value)
    return value


def _type_of(f: models.Field) -> tuple[type, str]:
    if isinstance(f, ArrayField | models.JSONField):
        return list, "a list"
    if isinstance(f, models.BooleanField):
        return bool, "true or false"
    if isinstance(f, models.IntegerField):
        return int, "a whole number"
    if isinstance(f, models.DateField):
        return date, "a day, as 2022-06-21"
    return str, "a text"


def _check_text(entry: Entry, f: models.Field, value: str) -> None:
    if not value.strip() and not f.blank:
        raise entry.bad(f.name, "it is empty.")
    if f.max_length and len(value) > f.max_length:
        raise entry.bad(f.name, f"longer than {f.max_length} characters.")
    if f.choices and value not in dict(f.flatchoices):
        raise entry.bad(f.name, f"“{value}” is not {listed(dict(f.flatchoices))}.")


def _check_list(entry: Entry, f: ArrayField, value: list[Any]) -> None:
    known = LISTS.get(f.name)
    for member in value:
        if not isinstance(member, str) or len(member) > (f.base_field.max_length or 0):
            raise entry.bad(f.name, f"{member!r} is not a short text.")
        if known is not None and member not in known:
            raise entry.bad(f.name, f"“{member}” is not {listed(known)}.")


def _source(entry: Entry, codes: list[str], titles: Mapping[str, str]) -> str:
    for code in codes:
        if code not in titles:
            raise entry.bad("sources", f"“{code}” is in no list of sources.")
    if not codes:
        raise entry.bad("sources", "it is missing.")
    return "; ".join(titles[code] for code in codes)


def listed(words: Iterable[str]) -> str:
    return ", ".join(words)
