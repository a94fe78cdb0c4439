"""The statement that an export copies: one column after the other, as its format wants it."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from reviews.domain.exporting import LIST_SIGN, STARTS, Format, Heading, Kind

_SQL_TYPES = {
    Kind.WHOLE: "bigint",
    Kind.YES_NO: "boolean",
    Kind.DAY: "date",
    Kind.MOMENT: "timestamptz",
    Kind.CODES: "text[]",
    Kind.TEXTS: "text[]",
    Kind.DATA: "jsonb",
}


def literal(text: str) -> str:
    """A text in a statement. For our own constants only."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\t", "\\t")
    return "E'" + escaped.replace("\r", "\\r").replace("\x1f", "\\x1f") + "'"


_FIRST = ", ".join(literal(sign) for sign in STARTS + "'\"")
_PATTERN = literal("^['\"]*[" + STARTS.replace("-", "\\-") + "]")


def guarded(text: str) -> str:
    """SQL: one quote before a text that a spreadsheet would run; ``domain.exporting.neutralised``.

    The first sign is looked at before the pattern: that is what most rows cost.
    """
    return (
        f"CASE WHEN left({text}, 1) IN ({_FIRST}) AND {text} ~ {_PATTERN}"
        f" THEN '''' || {text} ELSE {text} END"
    )


def statement(queryset: QuerySet[Any], headings: Sequence[Heading], form: Format) -> str:
    """A finished SELECT over rows whose ``values_list`` are the headings, in their order.

    The rows keep the order of the queryset. The values are in the statement: a COPY takes no
    parameters.
    """
    try:
        inner = connection.ops.compose_sql(*queryset.query.sql_with_params())  # type: ignore[attr-defined]
    except EmptyResultSet:
        inner = _no_rows(headings)
    names = [f"c{number}" for number in range(1, len(headings) + 1)]
    columns = ", ".join(
        f"{_shaped(name, heading.kind, form)} AS {_quoted(heading.name)}"
        for name, heading in zip(names, headings, strict=True)
    )
    # Not merged with the inner one, so that a value that is worked out is worked out once.
    outer = f"SELECT {columns} FROM ({inner} OFFSET 0) t ({', '.join(names)})"  # noqa: S608
    if form is Format.NDJSON:
        return f"SELECT row_to_json(r) FROM ({outer}) r"  # noqa: S608
    return outer


def _no_rows(headings: Sequence[Heading]) -> str:
    columns = ", ".join(f"NULL::{_SQL_TYPES.get(one.kind, 'text')}" for one in headings)
    return f"SELECT {columns} WHERE false"


def _shaped(value: str, kind: Kind, form: Format) -> str:
    if form is Format.NDJSON:
        return value
    if kind in (Kind.CODES, Kind.TEXTS):
        sign = LIST_SIGN if form is Format.PARQUET else "; "
        value = f"NULLIF(array_to_string({value}, {literal(sign)}), '')"
    if kind is Kind.YES_NO:
        return f"{value}::text"
    if form is Format.PARQUET:
        return value
    if kind is Kind.MOMENT:
        return f"replace({value}::text, ' ', 'T') || ':00'"
    return guarded(value) if kind.is_typed else value


def _quoted(name: str) -> str:
    """An alias; a longer one would be cut by the database, and the file has its header from us."""
    return '"' + name.replace('"', '""')[:63] + '"'
