"""What a mapping profile says, once its file has been read and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reviews.domain.importing.dates import DateRules
from reviews.domain.importing.detection import DetectionRules

CSV, XLSX = "csv", "xlsx"

USE_CASE_FIELDS = ("title", "purpose", "outputs")
"""The texts of a use case that detection and stated facts may read, besides any column."""

DATES = ("initiated", "developed", "implemented", "retired")

FACTS: Mapping[str, frozenset[str] | None] = {
    "existing": frozenset({"yes", "no", "unknown"}),
    "managed": frozenset({"yes", "no", "unknown"}),
    "use": None,
    "purpose": frozenset({"general", "accessibility", "unknown"}),
    "setting": frozenset(
        {"workplace", "education", "healthcare", "public_space", "other", "unknown"}
    ),
    "region": None,
    "sector": frozenset({"commercial", "public", "unknown"}),
    "end_user": frozenset({"us_police", "federal_law_enforcement", "military", "other", "unknown"}),
    "realtime_bodycam": frozenset({"yes", "no", "unknown"}),
    "medical_or_safety": frozenset({"yes", "no", "unknown"}),
}
"""Facts that a profile may state for the gate, with their values; ``None``: a code or country."""


@dataclass(frozen=True, slots=True)
class FileShape:
    """How the file is written. ``sheet`` empty: the first one; ``header_row`` counts from 1."""

    format: str = CSV
    encodings: tuple[str, ...] = ("utf-8-sig",)
    delimiter: str = ","
    sheet: str = ""
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its header; ``occurrence`` (from 1) where a header stands more than once."""

    header: str
    occurrence: int = 1


@dataclass(frozen=True, slots=True)
class TextRules:
    """``blanks``: answers that say nothing, folded; they are kept in the raw row all the same.

    ``guarded``: the file is an export of ours, whose guard against formulas is taken away again.
    """

    trim: bool = True
    blanks: frozenset[str] = frozenset()
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class TeamRule:
    """The team's name: the parts that are not blank, joined; ``default`` when all are."""

    columns: tuple[str, ...]
    separator: str = " / "
    default: str = ""


@dataclass(frozen=True, slots=True)
class ValueMap:
    """One column's answers in our words, by folded text; ``other`` for answers not listed.

    ``silent``: answers not listed are no surprise and are not reported.
    """

    column: str
    values: Mapping[str, str]
    other: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """Where an answer of the form comes from: columns (joined by a blank line), or a value map."""

    page: str
    field: str
    columns: tuple[str, ...]
    labels: bool = False
    values: ValueMap | None = None
    constant: str = ""


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact that a row states: one of ``fields`` says ``pattern`` and does not deny it."""

    fact: str
    value: str
    fields: tuple[str, ...]
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class FactRules:
    """``defaults`` are assumed for every row and stand in the report; the rest is unknown."""

    defaults: Mapping[str, str] = field(default_factory=dict)
    stated: tuple[StatedFact, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyRule:
    """Columns that identify a row over the years. They need not be unique."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A checked mapping profile. Column names are the profile's own short names."""

    name: str
    title: str
    digest: str
    file: FileShape
    columns: Mapping[str, Column]
    text: TextRules
    use_case: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    team: TeamRule
    key: KeyRule
    dates: Mapping[str, str]
    date_rules: DateRules
    stage: ValueMap | None
    answers: tuple[AnswerRule, ...]
    facts: FactRules
    detection: DetectionRules


def fold(text: str) -> str:
    """For comparing answers: trimmed, blanks collapsed, case gone."""
    return " ".join(text.split()).casefold()
