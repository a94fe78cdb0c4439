"""Statements that run for every single mail: prepared on the server, so that it plans them once.

To plan the last look at a mail takes the server ten times as long as to run it.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection


def rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What a statement with a result gives; inside the transaction that is open, if any.

    Errors are Django's, as everywhere.
    """
    connection.ensure_connection()
    link: psycopg.Connection[Any] = connection.connection
    link.prepare_threshold = 0  # Django's own cursors prepare nothing; ours is another kind
    with connection.wrap_database_errors, psycopg.Cursor(link) as cursor:
        cursor.execute(statement, values, prepare=True)
        return cursor.fetchall()
