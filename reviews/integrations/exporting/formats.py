"""How each format is written: rows as COPY gives them in, bytes out."""

import csv
import importlib
import io
from collections.abc import Callable
from typing import Any

import psycopg

from reviews.domain.exporting import Format, Heading
from reviews.integrations.exporting.jobs import Job
from reviews.integrations.exporting.pipe import Missing, Pipe

BOM = b"\xef\xbb\xbf"

Connection = psycopg.Connection[Any]
Writer = Callable[[Connection, Job, Pipe], int]


def writer(form: Format) -> Writer:
    """Gives the number of rows. Raises ``Missing`` where its library is not installed.

    The libraries of workbooks and Parquet are loaded when one is written, and by nobody else.
    """
    if form is Format.CSV:
        return _csv
    if form is Format.NDJSON:
        return _ndjson
    try:
        found: Writer = importlib.import_module(
            f"reviews.integrations.exporting.{form.value}"
        ).write
    except ModuleNotFoundError:
        raise Missing from None
    return found


def _csv(connection: Connection, job: Job, pipe: Pipe) -> int:
    if job.bom:
        pipe.write(BOM)
    pipe.write(_header(job.headings))
    return _copied(connection, f"COPY ({job.sql}) TO STDOUT (FORMAT csv)", pipe)


def _header(headings: tuple[Heading, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow([one.name for one in headings])
    return text.getvalue().encode()


def _ndjson(connection: Connection, job: Job, pipe: Pipe) -> int:
    """JSON escapes control characters, so neither sign can occur in a row."""
    if job.bom:
        pipe.write(BOM)
    options = r"(FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')"
    return _copied(connection, f"COPY ({job.sql}) TO STDOUT {options}", pipe)


def _copied(connection: Connection, statement: str, pipe: Pipe) -> int:
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copied:
            pipe.rows(copied)
        return cursor.rowcount
