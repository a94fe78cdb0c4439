"""What happens in the demo, read from the data files and put into order of time."""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from reviews.integrations.data_files import DATA, read, tables

_FIRST_HOUR = 7
"""Hour (UTC) from which people work; every step of a day lies on the same civil day in Europe."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does. ``story`` is the table of the case, customer or application.

    ``given`` holds what the step itself says; its words are those of ``reviews/data/demo``.
    """

    at: datetime
    key: str
    do: str
    by: str
    given: Mapping[str, Any]
    story: Mapping[str, Any]

    @property
    def on(self) -> date:
        return self.at.date()

    @property
    def when(self) -> dict[str, Any]:
        """Moment and day, as every service wants them."""
        return {"at": self.at, "on": self.on}

    def later(self, minutes: int) -> dict[str, Any]:
        """The same, some minutes on; still on the same day."""
        return {"at": self.at + timedelta(minutes=minutes), "on": self.on}


@cache
def entries(kind: str) -> tuple[dict[str, Any], ...]:
    """Every ``[[kind]]`` of the demo's files, in the order of files and lines."""
    return tuple(entry for _, table in tables(DATA / "demo") for entry in table.get(kind, ()))


@cache
def table(file: str) -> dict[str, Any]:
    """One file of the demo by name."""
    name = Path("demo", f"{file}.toml")
    return read(DATA / name, name=name)


def steps(*, until: date) -> list[Step]:
    """Every step that lies before ``until``, the earliest first."""
    found = [step for step in _all_steps() if step.on < until]
    return sorted(found, key=lambda step: step.at)


def _all_steps() -> Iterator[Step]:
    for reviewer in entries("reviewer"):
        yield from _steps_of(reviewer["name"], "know", reviewer, reviewer["name"])
    for customer in entries("customer"):
        yield from _steps_of(customer["name"], "register", customer, "sunset_owner")
    for sheet in entries("sheet"):
        yield from _steps_of(sheet["name"], "take_over", sheet, sheet["by"])
    for application in entries("application"):
        yield from _steps_of(application["key"], "apply", application, application["by"])
    for case in entries("case"):
        yield from _steps_of(case["key"], "begin", case, case["by"])


def _steps_of(key: str, first: str, story: Mapping[str, Any], by: str) -> Iterator[Step]:
    """The story's own first step, then those it lists; several on one day follow each other."""
    taken: Counter[date] = Counter()
    for given in ({"on": story["on"], "do": first}, *story.get("steps", ())):
        on = given["on"]
        yield Step(_moment(key, on, taken[on]), key, given["do"], given.get("by", by), given, story)
        taken[on] += 1


def _moment(key: str, on: date, nth: int) -> datetime:
    """A time of day that looks like work and is the same at every load."""
    seed = zlib.crc32(f"{key}{on}".encode())
    minutes = seed % 180 + nth * (61 + seed % 23)
    return datetime.combine(on, time(_FIRST_HOUR), tzinfo=UTC) + timedelta(
        minutes=minutes, seconds=seed % 60
    )
