"""Rows by COPY, with keys that follow those in the table."""

import random
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

TABLES: set[str] = set()
"""Tables that got rows, so that their counters can be moved on."""


def first_key(table: str) -> int:
    """The key of the next row."""
    TABLES.add(table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(max(id), 0) + 1 FROM {table}")  # noqa: S608
        return int(cursor.fetchone()[0])


def copy_rows(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns.split())
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def uid(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)
