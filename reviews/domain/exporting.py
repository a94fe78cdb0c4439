"""What leaves the portal as a table: columns, formats, and the guard against formulas."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reviews.domain.errors import DomainError


class Kind(StrEnum):
    """What a column holds. ``TEXT`` and ``TEXTS`` were typed by people, so they are guarded."""

    TEXT = "text"
    TEXTS = "list of texts"
    CODE = "code"
    CODES = "list of codes"
    WHOLE = "whole number"
    YES_NO = "yes or no"
    DAY = "day"
    MOMENT = "moment"
    DATA = "data"

    @property
    def is_typed(self) -> bool:
        return self in (Kind.TEXT, Kind.TEXTS)


class Format(StrEnum):
    """In which an export leaves; the value is the ending of the file's name."""

    CSV = "csv"
    NDJSON = "ndjson"
    XLSX = "xlsx"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def is_spreadsheet(self) -> bool:
        """Opened by a program that would run a formula."""
        return self in (Format.CSV, Format.XLSX)


_MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.NDJSON: "application/x-ndjson",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
}

MOST_XLSX_ROWS = 1_048_575
"""Rows that a sheet holds below its header."""
LONGEST_XLSX_CELL = 32_767
"""Characters; a longer text is cut, and ends with ``CUT``."""
CUT = "…"

LIST_SIGN = "\x1f"
"""Between the values of a list on their way from the database into Parquet."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as the file has it: ``name`` in the header, ``kind`` for its values."""

    name: str
    kind: Kind


class TooManyExports(DomainError):
    """Every place is taken; ``retry_after`` seconds are a good time to wait."""

    code = "too_many_exports"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooLong(DomainError):
    """More rows than this format holds."""

    code = "too_long"


class NotInstalled(DomainError):
    """The format needs an extra that is not here."""

    code = "not_installed"


class ExportFailed(DomainError):
    """The database or the process gave up."""

    code = "export_failed"


# Formulas -----------------------------------------------------------------------------------------

STARTS = "=+-@\t\r"
"""A cell that begins with one of these is a formula to a spreadsheet."""
_DANGEROUS = re.compile(rf"['\"]*[{re.escape(STARTS)}]")
_GUARDED = re.compile(rf"'['\"]*[{re.escape(STARTS)}]")


def neutralised(text: str) -> str:
    """One quote before a text that a spreadsheet would run, quotes before it or not.

    The pair of ``selectors.exporting.sql.guarded`` and the inverse of ``restored``.
    """
    return f"'{text}" if _DANGEROUS.match(text) else text


def restored(text: str) -> str:
    """A cell of one of our own exports as it was before."""
    return text[1:] if _GUARDED.match(text) else text


def file_name(resource: str, form: Format, *, on: date) -> str:
    return f"{resource}-{on.isoformat()}.{form.value}"
