"""From the data of a profile's file to a checked ``Profile``."""

import codecs
import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from reviews.domain.enums import LifecycleStage
from reviews.domain.importing.dates import DateRules
from reviews.domain.importing.detection import DetectionRules
from reviews.domain.importing.detection_reading import any_phrase, read_detection
from reviews.domain.importing.profiles import (
    CSV,
    DATES,
    FACTS,
    USE_CASE_FIELDS,
    XLSX,
    AnswerRule,
    Column,
    FactRules,
    FileShape,
    KeyRule,
    Profile,
    StatedFact,
    TeamRule,
    TextRules,
    ValueMap,
    fold,
)
from reviews.domain.importing.sections import Section

_FACT_CODE = re.compile(r"UC-[A-Z]\d+|other|unknown")
_REGION = re.compile(r"EU|[A-Z]{2}|unknown")


def read_profile(
    data: Mapping[str, object],
    *,
    source: str,
    digest: str,
    shared_detection: Mapping[str, object] | None = None,
    shared_source: str = "",
) -> Profile:
    """Check everything; raises ``BadDataFile`` with file, key and what to write there.

    ``source`` is the file's name, for messages. ``shared_detection`` is the content of the
    rules file that ``detection.rules_from`` names.
    """
    top = Section(data, source)
    name, title = top.text("name"), top.text("title")
    columns = _columns(top)
    profile = Profile(
        name=name,
        title=title,
        digest=digest,
        file=_file(top.table("file")),
        columns=columns,
        text=_text(top.table("text")),
        use_case=_use_case(top.table("use_case"), columns),
        required=_names(top, "required", (*columns, *USE_CASE_FIELDS), default=("title",)),
        team=_team(top.table("team"), columns),
        key=_key(top.table("key"), columns),
        dates=_date_columns(top.table("dates"), columns),
        date_rules=_date_rules(top.table("dates")),
        stage=_stage(top, columns),
        answers=tuple(_answer(section, columns) for section in top.tables("answers")),
        facts=_facts(top, columns),
        detection=_detection(top, columns, shared_detection, shared_source),
    )
    top.finish()
    return profile


def _file(section: Section) -> FileShape:
    shape = FileShape(
        format=section.one_of("format", (CSV, XLSX), CSV),
        encodings=section.texts("encodings", ("utf-8-sig",)),
        delimiter=section.text("delimiter", ","),
        sheet=section.text("sheet", ""),
        header_row=section.number("header_row", 1),
    )
    for encoding in shape.encodings:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise section.fail("encodings", f"“{encoding}” is no known encoding.") from None
    if len(shape.delimiter) != 1:
        raise section.fail("delimiter", "write exactly one character.")
    section.finish()
    return shape


def _columns(top: Section) -> Mapping[str, Column]:
    section = top.table("columns")
    if not section.data:
        raise top.fail("columns", "name at least one column of the file.")
    columns: dict[str, Column] = {}
    taken: dict[Column, str] = {}
    for name, value in section.data.items():
        if isinstance(value, Mapping):
            inner = section.table(name)
            column = Column(inner.text("header").strip(), inner.number("occurrence", 1))
            inner.finish()
        else:
            column = Column(section.text(name).strip())
        if column in taken:
            raise section.fail(name, f"this column is “{taken[column]}” already.")
        taken[column] = name
        columns[name] = column
    return MappingProxyType(columns)


def _text(section: Section) -> TextRules:
    rules = TextRules(
        trim=section.flag("trim", default=True),
        blanks=frozenset(fold(text) for text in section.texts("blanks", ())),
        guarded=section.flag("guarded", default=False),
    )
    section.finish()
    return rules


def _names(
    section: Section, key: str, known: Sequence[str], default: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    names = section.texts(key, default)
    for name in names:
        if name not in known:
            raise section.fail(key, f"“{name}” is none of {', '.join(sorted(set(known)))}.")
    return names


def _use_case(section: Section, columns: Mapping[str, Column]) -> Mapping[str, tuple[str, ...]]:
    fields = {"title": _names(section, "title", tuple(columns))}
    for name in USE_CASE_FIELDS[1:]:
        fields[name] = _names(section, name, tuple(columns), default=())
    section.finish()
    return MappingProxyType(fields)


def _team(section: Section, columns: Mapping[str, Column]) -> TeamRule:
    rule = TeamRule(
        columns=_names(section, "columns", tuple(columns), default=()),
        separator=section.text("separator", " / "),
        default=section.text("default"),
    )
    section.finish()
    return rule


def _key(section: Section, columns: Mapping[str, Column]) -> KeyRule:
    rule = KeyRule(columns=_names(section, "columns", tuple(columns)))
    section.finish()
    return rule


def _date_columns(section: Section, columns: Mapping[str, Column]) -> Mapping[str, str]:
    inner = section.table("columns")
    found = {}
    for name in DATES:
        if name in inner.data:
            found[name] = inner.one_of(name, columns)
        inner.get(name)
    inner.finish()
    return MappingProxyType(found)


def _date_rules(section: Section) -> DateRules:
    rules = DateRules(
        forms=section.texts("forms", ("%Y-%m-%d",)),
        earliest=section.day("earliest", date(1980, 1, 1)),
        latest=section.day("latest", date(2100, 12, 31)),
    )
    section.get("columns")
    section.finish()
    for form in rules.forms:
        if not all(part in form for part in ("%d",)) or "%" not in form.replace("%d", ""):
            raise section.fail("forms", f"“{form}” must name day, month and year, as in %m/%d/%Y.")
    if rules.latest < rules.earliest:
        raise section.fail("latest", "the latest day lies before the earliest.")
    return rules


def _value_map(section: Section, columns: Mapping[str, Column]) -> ValueMap:
    inner = section.table("values")
    values = {fold(key): inner.text(key, "") for key in inner.data}
    if not values:
        raise section.fail("values", "list the answers of the file with our words for them.")
    return ValueMap(
        column=section.one_of("column", columns),
        values=values,
        other=section.text("other", ""),
        silent=section.flag("silent", default=False),
    )


def _stage(top: Section, columns: Mapping[str, Column]) -> ValueMap | None:
    section = top.table("stage")
    if not section.data:
        return None
    stage = _value_map(section, columns)
    section.finish()
    known = {stage.value for stage in LifecycleStage}
    for key, value in stage.values.items():
        if value and value not in known:
            raise section.fail(f"values.{key}", f"“{value}” is none of {', '.join(sorted(known))}.")
    return stage


def _answer(section: Section, columns: Mapping[str, Column]) -> AnswerRule:
    has_values = "values" in section.data
    constant = section.text("constant", "")
    names: tuple[str, ...] = ()
    if not has_values and not constant:
        names = _names(section, "columns", tuple(columns))
    rule = AnswerRule(
        page=section.text("page"),
        field=section.text("field"),
        columns=names,
        labels=section.flag("labels", default=False),
        values=_value_map(section, columns) if has_values else None,
        constant=constant,
    )
    section.finish()
    return rule


def _facts(top: Section, columns: Mapping[str, Column]) -> FactRules:
    section = top.table("facts")
    stated = []
    for inner in section.tables("stated"):
        fact = inner.one_of("fact", FACTS)
        value = inner.text("value")
        _check_fact(inner, "value", fact, value)
        fields = _names(inner, "fields", (*columns, *USE_CASE_FIELDS))
        stated.append(StatedFact(fact, value, fields, any_phrase(inner, "any", {})))
        inner.finish()
    defaults = {}
    for fact in FACTS:
        if fact in section.data:
            value = section.text(fact)
            _check_fact(section, fact, fact, value)
            defaults[fact] = value
        section.get(fact)
    section.finish()
    return FactRules(defaults=MappingProxyType(defaults), stated=tuple(stated))


def _check_fact(section: Section, key: str, fact: str, value: str) -> None:
    allowed = FACTS[fact]
    if allowed is not None and value not in allowed:
        raise section.fail(key, f"“{value}” is none of {', '.join(sorted(allowed))}.")
    if fact == "use" and not _FACT_CODE.fullmatch(value):
        raise section.fail(key, f"“{value}” is no code of a use, such as UC-P1.")
    if fact == "region" and not _REGION.fullmatch(value):
        raise section.fail(key, f"“{value}” is neither EU nor a country code such as US.")


def _detection(
    top: Section,
    columns: Mapping[str, Column],
    shared: Mapping[str, object] | None,
    shared_source: str,
) -> DetectionRules:
    section = top.table("detection")
    fields = _names(section, "fields", (*columns, *USE_CASE_FIELDS), default=USE_CASE_FIELDS)
    section.text("rules_from", "")
    sources = [section]
    if shared is not None:
        sources.insert(0, Section(shared, shared_source))
    return read_detection(sources, fields=fields)
