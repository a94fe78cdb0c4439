"""What the web server tells the process that writes an export. Standard library only."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from reviews.domain.exporting import Format, Heading, Kind


@dataclass(frozen=True, slots=True)
class Job:
    """One file. ``sql`` is a finished SELECT that gives the columns as ``form`` wants them.

    ``at_once``: how many may run in the whole portal; ``seconds``: the longest time for the query.
    ``title`` names the sheet of a workbook.
    """

    sql: str
    form: Format
    headings: tuple[Heading, ...]
    connection: Mapping[str, Any]
    at_once: int
    seconds: int
    title: str = ""
    bom: bool = False

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_json(cls, line: bytes) -> "Job":
        plain = json.loads(line)
        headings = tuple(Heading(one["name"], Kind(one["kind"])) for one in plain.pop("headings"))
        return cls(form=Format(plain.pop("form")), headings=headings, **plain)


BUSY, READY, DONE, FAILED, TOO_LONG, MISSING = (
    "busy",
    "ready",
    "done",
    "failed",
    "too_long",
    "missing",
)
"""What the process says of its work, one line of JSON each: ``{"is": …}``."""


def line(state: str, **more: object) -> bytes:
    return json.dumps({"is": state, **more}).encode() + b"\n"
