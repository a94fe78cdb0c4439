"""A workbook of one sheet, in constant memory. Loaded by the process that writes one."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import xlsxwriter

from reviews.domain.exporting import CUT, LONGEST_XLSX_CELL, MOST_XLSX_ROWS, Kind
from reviews.integrations.exporting.jobs import Job
from reviews.integrations.exporting.pipe import Pipe, TooManyRows


def write(connection: psycopg.Connection[Any], job: Job, pipe: Pipe) -> int:
    most = MOST_XLSX_ROWS + 1
    count = f"SELECT count(*) FROM (SELECT 1 FROM ({job.sql}) r LIMIT {most}) c"  # noqa: S608
    counted = connection.execute(count).fetchone()
    if counted is not None and counted[0] > MOST_XLSX_ROWS:
        raise TooManyRows
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "use_zip64": True,
    }
    book = xlsxwriter.Workbook(pipe, options)
    sheet = book.add_worksheet(job.title[:31] or None)
    sheet.freeze_panes(1, 0)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.set_column(0, max(len(job.headings) - 1, 0), 20)
    for column, heading in enumerate(job.headings):
        sheet.write_string(0, column, heading.name[:LONGEST_XLSX_CELL], bold)
    writers = [_cell(sheet, heading.kind, day) for heading in job.headings]
    number = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY ({job.sql}) TO STDOUT") as copied:
        copied.set_types(["text"] * len(job.headings))
        for number, row in enumerate(copied.rows(), start=1):
            for column, value in enumerate(row):
                if value is not None:
                    writers[column](number, column, value)
    sheet.autofilter(0, 0, number, max(len(job.headings) - 1, 0))
    book.close()
    return number


def _cell(sheet: Any, kind: Kind, day: Any) -> Callable[[int, int, str], object]:
    """How a value of this kind is written into a sheet."""
    if kind is Kind.WHOLE:
        return lambda row, column, value: sheet.write_number(row, column, int(value))
    if kind is Kind.YES_NO:
        return lambda row, column, value: sheet.write_boolean(row, column, value == "true")
    if kind is Kind.DAY:
        return lambda row, column, value: sheet.write_datetime(
            row, column, date.fromisoformat(value), day
        )
    if kind in (Kind.CODE, Kind.MOMENT):
        return sheet.write_string
    return lambda row, column, value: sheet.write_string(row, column, _fitting(value))


def _fitting(text: str) -> str:
    if len(text) <= LONGEST_XLSX_CELL:
        return text
    return text[: LONGEST_XLSX_CELL - len(CUT)] + CUT
