"""The TOML files under ``reviews/data``: reading them, and nothing else."""

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from reviews.domain.calendars import NO_HOLIDAYS
from reviews.domain.errors import BadDataFile

DATA = Path(__file__).resolve().parent.parent / "data"
"""The files that come with the portal."""


def tables(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every TOML file below ``folder`` in the order of names: its name there, and what it says.

    Raises ``BadDataFile`` for a file that cannot be read as TOML.
    """
    for path in sorted(folder.rglob("*.toml")):
        yield path.relative_to(folder).as_posix(), read(path, name=path.relative_to(folder))


def read(path: Path, *, name: Path) -> dict[str, Any]:
    """What one file says. ``name`` is what people call it in the message."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadDataFile(f"{name.as_posix()}: this file cannot be read: {error}") from error


@cache
def holidays(calendar: str) -> frozenset[date]:
    """The holidays of a named calendar; ``none`` has none. Raises ``BadDataFile`` if unknown."""
    if calendar == "none":
        return NO_HOLIDAYS
    name = Path("calendars", f"{calendar}.toml")
    return frozenset(holiday["on"] for holiday in read(DATA / name, name=name)["holidays"])
