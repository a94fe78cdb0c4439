"""One record of a foreign file in our words, with everything that could not be believed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from reviews.domain.enums import LifecycleStage
from reviews.domain.errors import BadInput
from reviews.domain.exporting import restored
from reviews.domain.importing.dates import read_date
from reviews.domain.importing.detection import Detected, detect, states
from reviews.domain.importing.keys import digest_of
from reviews.domain.importing.profiles import (
    FACTS,
    USE_CASE_FIELDS,
    AnswerRule,
    Column,
    Profile,
    TeamRule,
    ValueMap,
    fold,
)
from reviews.domain.importing.records import Record

TITLE_LENGTH = 500
TEAM_LENGTH = 300
"""Longest title and team name in characters, as the tables hold them."""

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one row. ``column`` is the header as it stands, empty: the whole row."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class MappedRow:
    """What a use case is made of. ``facts`` holds every fact, ``UNKNOWN`` where nothing is said."""

    number: int
    cells: tuple[str, ...]
    digest: str
    identity: tuple[str, ...]
    title: str
    team: str
    stage: str
    dates: Mapping[str, date]
    answers: Mapping[str, Mapping[str, str]]
    facts: Mapping[str, str]
    stated: Mapping[str, str]
    capabilities: tuple[Detected, ...]

    def existing_on(self, cutoff: date | None) -> str:
        """``yes`` if the dates say that it was in use on ``cutoff``, else unknown.

        A later start does not prove the contrary: the same customer may have used the
        capability elsewhere.
        """
        started, ended = self.dates.get("implemented"), self.dates.get("retired")
        if cutoff is None or started is None or started > cutoff:
            return UNKNOWN
        if ended is None and self.stage == LifecycleStage.RETIREMENT:
            return UNKNOWN
        return "yes" if ended is None or ended >= cutoff else UNKNOWN


def locate(header: Sequence[str], columns: Mapping[str, Column]) -> Mapping[str, int]:
    """Where each of the profile's columns stands; raises ``BadInput`` naming every missing one."""
    places: dict[Column, int] = {}
    seen: dict[str, int] = {}
    for place, cell in enumerate(header):
        title = cell.strip()
        seen[title] = seen.get(title, 0) + 1
        places[Column(title, seen[title])] = place
    missing = [column for column in columns.values() if column not in places]
    if missing:
        raise BadInput(
            "The header does not fit the profile. "
            + " ".join(_missing(column, seen) for column in missing)
        )
    return {name: places[column] for name, column in columns.items()}


def _missing(column: Column, seen: Mapping[str, int]) -> str:
    if column.header in seen:
        return (
            f"“{column.header}” stands {seen[column.header]} times, not {column.occurrence} times."
        )
    near = get_close_matches(column.header, seen, n=1, cutoff=0.8)
    hint = f" The nearest is “{near[0]}” (mind quotation marks)." if near else ""
    return f"There is no column “{column.header}”.{hint}"


@dataclass(slots=True)
class _Reader:
    """One record under one profile; collects what is doubtful."""

    record: Record
    profile: Profile
    places: Mapping[str, int]
    header: Sequence[str]
    warnings: list[Problem]

    def text(self, name: str) -> str:
        """The trimmed cell; empty where the answer says nothing."""
        cell = self.record.cells[self.places[name]]
        if self.profile.text.guarded:
            cell = restored(cell)
        text = cell.strip() if self.profile.text.trim else cell
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return "" if fold(text) in self.profile.text.blanks else text

    def joined(self, names: Iterable[str]) -> str:
        return "\n\n".join(text for name in names if (text := self.text(name)))

    def field(self, name: str) -> str:
        if name in USE_CASE_FIELDS:
            return self.joined(self.profile.use_case[name])
        return self.text(name)

    def warn(self, name: str, reason: str) -> None:
        self.warnings.append(Problem(self.record.number, self.heading(name), reason))

    def heading(self, name: str) -> str:
        return self.header[self.places[name]].strip() if name in self.places else ""

    def mapped(self, rule: ValueMap) -> str:
        text = self.text(rule.column)
        if not text:
            return ""
        if fold(text) not in rule.values:
            if not rule.silent:
                self.warn(rule.column, f"“{text[:80]}” is not in the profile's list of values.")
            return rule.other
        return rule.values[fold(text)]


def map_record(
    record: Record, profile: Profile, *, header: Sequence[str], places: Mapping[str, int]
) -> tuple[MappedRow | None, list[Problem]]:
    """The row in our words and its warnings; or ``None`` and the reasons why it is refused."""
    refused = _shape_problems(record, header)
    if refused:
        return None, refused
    reader = _Reader(record, profile, places, header, [])
    refused = [
        Problem(record.number, _heading_of(reader, name), "is needed and says nothing.")
        for name in profile.required
        if not reader.field(name)
    ]
    if refused:
        return None, refused
    texts = [reader.field(name) for name in profile.detection.fields]
    facts, stated = _facts(reader)
    row = MappedRow(
        number=record.number,
        cells=record.cells,
        digest=digest_of(record.cells),
        identity=tuple(reader.text(name) for name in profile.key.columns),
        title=_title(reader),
        team=_team(reader, profile.team),
        stage=reader.mapped(profile.stage) if profile.stage else "",
        dates=_dates(reader),
        answers=_answers(reader),
        facts=facts,
        stated=stated,
        capabilities=detect(texts, profile.detection),
    )
    return row, reader.warnings


def _shape_problems(record: Record, header: Sequence[str]) -> list[Problem]:
    if len(record.cells) != len(header):
        reason = f"has {len(record.cells)} cells, the header has {len(header)}."
        return [Problem(record.number, "", reason)]
    return [
        Problem(record.number, header[place].strip(), "holds a NUL character, no text may.")
        for place, cell in enumerate(record.cells)
        if "\x00" in cell
    ]


def _heading_of(reader: _Reader, name: str) -> str:
    if name in reader.profile.use_case:
        name = reader.profile.use_case[name][0]
    return reader.heading(name)


def _title(reader: _Reader) -> str:
    column = reader.profile.use_case["title"][0]
    text = reader.field("title")
    title = " ".join(text.split())
    if title != text:
        reader.warn(column, "A title is one line with single blanks; the raw cell is kept.")
    if len(title) > TITLE_LENGTH:
        reader.warn(column, f"The title is cut after {TITLE_LENGTH} characters.")
    return title[:TITLE_LENGTH]


def _team(reader: _Reader, rule: TeamRule) -> str:
    parts = [" ".join(reader.text(name).split()) for name in rule.columns]
    team = rule.separator.join(part for part in parts if part) or rule.default
    if len(team) > TEAM_LENGTH:
        reader.warn(rule.columns[0], f"The team's name is cut after {TEAM_LENGTH} characters.")
    return team[:TEAM_LENGTH]


def _dates(reader: _Reader) -> Mapping[str, date]:
    dates = {}
    for name, column in reader.profile.dates.items():
        text = reader.text(column)
        if not text:
            continue
        reading = read_date(text, reader.profile.date_rules)
        if reading.day is None:
            reader.warn(column, reading.doubt)
        else:
            dates[name] = reading.day
    return dates


def _answers(reader: _Reader) -> Mapping[str, Mapping[str, str]]:
    answers: dict[str, dict[str, str]] = {}
    for rule in reader.profile.answers:
        value = _answer(reader, rule)
        if value:
            answers.setdefault(rule.page, {})[rule.field] = value
    return answers


def _answer(reader: _Reader, rule: AnswerRule) -> str:
    if rule.constant:
        return rule.constant
    if rule.values:
        return reader.mapped(rule.values)
    if not rule.labels:
        return reader.joined(rule.columns)
    return "\n\n".join(
        f"{reader.heading(name)}\n{text}" for name in rule.columns if (text := reader.text(name))
    )


def _facts(reader: _Reader) -> tuple[Mapping[str, str], Mapping[str, str]]:
    rules = reader.profile.facts
    facts = {fact: rules.defaults.get(fact, UNKNOWN) for fact in FACTS}
    stated: dict[str, str] = {}
    for rule in rules.stated:
        if rule.fact in stated:
            continue
        texts = [reader.field(name) for name in rule.fields]
        passage = states(texts, rule.pattern, reader.profile.detection.denial)
        if passage is not None:
            facts[rule.fact] = rule.value
            stated[rule.fact] = " ".join(passage.split())[:300]
    return facts, stated
