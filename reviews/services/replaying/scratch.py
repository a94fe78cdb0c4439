"""A schema of its own with empty tables of the same shape, dropped at the end whatever happens.

While it is open, this connection sees nothing else: the schema is the whole search path, and a
connection that is replaced meanwhile is refused.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

PREFIX = "replay_"


class ConnectionReplaced(Exception):
    """The connection was lost: a new one would see the real tables, so nothing more is done."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """``name``: of the schema that is open; ``source``: of the one with the real tables."""

    name: str
    source: str

    def copy(self, table: str, where: str = "TRUE") -> int:
        """Rows of the real table that hold; ids and sequences go on from there."""
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{table}" SELECT * FROM "{self.source}"."{table}" WHERE {where}'  # noqa: S608
            )
            copied = cursor.rowcount
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = %s"
                " AND table_name = %s AND is_identity = 'YES'",
                [self.name, table],
            )
            for (column,) in cursor.fetchall():
                cursor.execute(
                    f'SELECT setval(pg_get_serial_sequence(%s, %s), max("{column}"))'  # noqa: S608
                    f' FROM "{self.source}"."{table}"',
                    [f'"{self.name}"."{table}"', column],
                )
        return copied


@contextmanager
def schema() -> Iterator[Scratch]:
    """Empty tables like the real ones: columns, checks, indexes; no triggers, no foreign keys."""
    _sweep()
    name = f"{PREFIX}{uuid.uuid4().hex[:16]}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s)), current_schema()", [name])
        source = cursor.fetchone()[1]
        cursor.execute("SELECT current_setting('search_path')")
        path = cursor.fetchone()[0]
    try:
        _create(name, source)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', %s, false)", [name])
        with connection.execute_wrapper(_Only(connection.connection)):
            yield Scratch(name, source)
    finally:
        _leave(name, path)


def _create(name: str, source: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [source])
        tables = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            f'CREATE SCHEMA "{name}";'
            + "".join(
                f'CREATE TABLE "{name}"."{table}" (LIKE "{source}"."{table}" INCLUDING ALL);'
                for table in tables
            )
        )


def _leave(name: str, path: str) -> None:
    """Back to the real tables. Of a connection that is gone nothing is left but the schema, which
    the next one sweeps."""
    if connection.connection is None or connection.connection.closed:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, false)", [path])
        cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
        cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


def _sweep() -> None:
    """Drop what a crash left: nobody holds its lock any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", [f"{PREFIX}________________"]
        )
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
            if cursor.fetchone()[0]:
                cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])


class _Only:
    """Lets statements through on one connection alone."""

    def __init__(self, own: object) -> None:
        self.own = own

    def __call__(
        self, execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if context["connection"].connection is not self.own:
            raise ConnectionReplaced("The connection was lost; the real tables were not touched.")
        return execute(sql, params, many, context)
