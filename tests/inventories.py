"""The inventories that the import is tried on: our excerpt always, the real file where it is named.

``RAI_REAL_INVENTORY`` names the real file (data/README.md). Without it the same tests run on the
excerpt alone; none is skipped.
"""

import csv
import io
import os
from pathlib import Path

EXCERPT = Path(__file__).parent / "data" / "inventory_excerpt.csv"
REAL = os.environ.get("RAI_REAL_INVENTORY", "")
INVENTORIES = [EXCERPT, *([Path(REAL)] if REAL else [])]


def table_of(raw: bytes) -> list[list[str]]:
    """Every record of a Windows-1252 inventory, header first."""
    return list(csv.reader(io.StringIO(raw.decode("cp1252"), newline="")))


def bytes_of(table: list[list[str]], encoding: str = "cp1252") -> bytes:
    """The inverse of ``table_of``."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode(encoding)
