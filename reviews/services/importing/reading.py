"""From a file's bytes to mapped rows: CSV or workbook, under one profile."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

import openpyxl
from django.utils.translation import gettext
from openpyxl.utils.exceptions import InvalidFileException

from reviews.domain.errors import BadInput
from reviews.domain.importing.mapping import MappedRow, Problem, locate, map_record
from reviews.domain.importing.profiles import XLSX, FileShape, Profile
from reviews.domain.importing.records import Record, decode, records


@dataclass(frozen=True, slots=True)
class Inventory:
    """A whole file as mapped rows. ``encoding`` is empty for a workbook."""

    digest: str
    encoding: str
    header: tuple[str, ...]
    read: int
    rows: tuple[MappedRow, ...]
    rejected: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read_inventory(raw: bytes, profile: Profile) -> Inventory:
    """Every record mapped or rejected. Raises ``BadInput`` if the file itself cannot be read."""
    if profile.file.format == XLSX:
        encoding, found = "", workbook_records(raw, profile.file)
    else:
        text, encoding = decode(raw, profile.file.encodings)
        found = _from_row(records(text, delimiter=profile.file.delimiter), profile.file.header_row)
    header = next(found, None)
    if header is None:
        raise BadInput(
            gettext("The file holds no header. Check “header_row” and “sheet” of the profile.")
        )
    places = locate(header.cells, profile.columns)
    rows, rejected, warnings, read = [], [], [], 0
    for record in found:
        read += 1
        row, problems = map_record(record, profile, header=header.cells, places=places)
        if row is None:
            rejected += problems
        else:
            rows.append(row)
            warnings += problems
    return Inventory(
        digest=hashlib.sha256(raw).hexdigest(),
        encoding=encoding,
        header=header.cells,
        read=read,
        rows=tuple(rows),
        rejected=tuple(rejected),
        warnings=tuple(warnings),
    )


def _from_row(found: Iterator[Record], header_row: int) -> Iterator[Record]:
    """Records from the header on; what stands above it is no data. The header becomes row 1."""
    for record in found:
        if record.number >= header_row:
            yield Record(record.number - header_row + 1, record.cells)


def workbook_records(raw: bytes, shape: FileShape) -> Iterator[Record]:
    """The rows of one sheet as text, wide as the header; empty rows are no records."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError):
        raise BadInput(
            gettext("The file is no XLSX workbook. Save it as .xlsx or use a CSV.")
        ) from None
    if shape.sheet and shape.sheet not in book.sheetnames:
        raise BadInput(
            gettext("There is no sheet “%(sheet)s”; found: %(sheetnames)s.")
            % {"sheet": shape.sheet, "sheetnames": ", ".join(book.sheetnames)}
        )
    sheet = book[shape.sheet] if shape.sheet else book[book.sheetnames[0]]
    width, number = 0, 0
    for values in sheet.iter_rows(min_row=shape.header_row, values_only=True):
        cells = [_cell_text(value) for value in values]
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if not any(cells):
            continue
        width = width or len(cells)
        number += 1
        yield Record(number, tuple(cells + [""] * (width - len(cells))))
    book.close()


def _cell_text(value: object) -> str:
    """A typed cell as text: days as 2024-12-31, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
