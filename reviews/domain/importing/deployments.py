"""A register of deployments as a table: its columns, and each row in our words or refused.

An empty cell says nothing: what the register holds stays, a new row gets the default.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from reviews.domain.enums import DeploymentStatus, Sector
from reviews.domain.errors import BadInput
from reviews.domain.importing.mapping import Problem
from reviews.domain.importing.records import Record
from reviews.domain.texts import gettext_noop

PROFILE = "deployments"
"""Name under which runs of this import are kept."""

REQUIRED = ("customer", "capability", "use")

LENGTHS = {
    "customer": 300,
    "use": 300,
    "region": 60,
    "tier": 40,
    "owner": 254,
    "attested_by": 200,
    "contact_name": 200,
    "contact_email": 254,
    "plan": 5_000,
    "note": 5_000,
}
"""Longest text of a cell in characters, as the tables hold them."""

COLUMNS = (
    *REQUIRED,
    "in_use_since",
    "status",
    "stopped_on",
    "attested_by",
    "time_zone",
    "plan",
    "note",
    "version",
    "sector",
    "country",
    "region",
    "tier",
    "owner",
    "contact_name",
    "contact_email",
)
"""Every column that is read, in the order of the documentation."""

OF_CUSTOMER = ("sector", "country", "region", "tier", "owner")
"""Columns that speak of the customer: its rows must agree."""

DEFAULTS = {"status": DeploymentStatus.DISCOVERED.value, "time_zone": "UTC"}
"""What a new row gets where the file says nothing."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a cell may name. ``owner``: lower-case user names and addresses of who may own."""

    capabilities: Collection[str]
    time_zones: Collection[str]
    countries: Collection[str]
    owners: Collection[str]
    is_address: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """One row; ``given`` holds the cells that say something, in our types."""

    number: int
    customer: str
    capability: str
    use: str
    given: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells a deployment from others; names of customers differ by more than case."""
        return (self.customer.lower(), self.capability, self.use)


@dataclass(frozen=True, slots=True)
class DeploymentTable:
    """A whole file. ``ignored``: headers that no column of ours is called."""

    read: int
    rows: tuple[DeploymentRow, ...]
    rejected: tuple[Problem, ...]
    ignored: tuple[str, ...]


def read_table(records: Iterator[Record], known: Known) -> DeploymentTable:
    """Every record read or rejected. Raises ``BadInput`` where the table itself cannot be read."""
    header = next(records, None)
    if header is None:
        raise BadInput(gettext_noop("The file is empty. Its first row names the columns."))
    places, ignored = _places(header)
    rows: list[DeploymentRow] = []
    rejected: list[Problem] = []
    read = 0
    for record in records:
        if not any(cell.strip() for cell in record.cells):
            continue
        read += 1
        if len(record.cells) != len(header.cells):
            reason = (
                f"has {len(record.cells)} cells, the header has {len(header.cells)}."
                " Check its delimiters and quotation marks."
            )
            rejected.append(Problem(record.number, "", reason))
            continue
        row, problems = _read_row(record, places, known)
        rejected += problems
        if row is not None:
            rows.append(row)
    if not read:
        raise BadInput(gettext_noop("The file holds a header and no rows."))
    rejected += _twice(rows)
    rejected += _disagreeing(rows)
    return DeploymentTable(
        read, tuple(rows), tuple(sorted(rejected, key=lambda one: one.row)), ignored
    )


def _places(header: Record) -> tuple[dict[str, int], tuple[str, ...]]:
    places: dict[str, int] = {}
    ignored = []
    for place, cell in enumerate(header.cells):
        name = _plain(cell)
        if name not in COLUMNS:
            ignored.append(cell.strip())
        elif name in places:
            raise BadInput(
                gettext_noop("The column “%(column)s” stands twice. Remove one of them."),
                column=cell.strip(),
            )
        else:
            places[name] = place
    missing = [name for name in REQUIRED if name not in places]
    if missing:
        near = get_close_matches(missing[0], [_plain(cell) for cell in ignored], n=1)
        hint = f" Do you mean “{near[0]}”?" if near else ""
        raise BadInput(
            gettext_noop(
                "The file has no column “%(missing)s”.%(hint)s It needs %(required)s; the header"
                " is the first row."
            ),
            missing=missing[0],
            hint=hint,
            required=", ".join(REQUIRED),
        )
    return places, tuple(one for one in ignored if one)


def _plain(cell: str) -> str:
    return "_".join(cell.strip().lower().replace("-", " ").replace("_", " ").split())


def _read_row(
    record: Record, places: Mapping[str, int], known: Known
) -> tuple[DeploymentRow | None, list[Problem]]:
    given: dict[str, Any] = {}
    problems = []
    for name, place in places.items():
        text = _text(name, record.cells[place])
        if not text:
            continue
        try:
            given[name] = _value(name, text, known)
        except ValueError as error:
            problems.append(Problem(record.number, name, str(error)))
    wrong = {problem.column for problem in problems}
    problems += [
        Problem(record.number, name, "is empty.")
        for name in REQUIRED
        if name not in given and name not in wrong
    ]
    problems += [Problem(record.number, *one) for one in _together(given, wrong)]
    if problems:
        return None, problems
    rest = {name: value for name, value in given.items() if name not in REQUIRED}
    return (
        DeploymentRow(record.number, given["customer"], given["capability"], given["use"], rest),
        [],
    )


def _text(name: str, cell: str) -> str:
    """Trimmed; what is one line in the register is one line here."""
    return cell.strip() if name in {"plan", "note"} else " ".join(cell.split())


def _value(name: str, text: str, known: Known) -> Any:
    """The cell in our type. Raises ``ValueError`` with the reason."""
    if "\0" in text:
        raise ValueError("holds a NUL character.")
    if len(text) > LENGTHS.get(name, 300):
        raise ValueError(f"is longer than {LENGTHS.get(name, 300)} characters.")
    if name in {"in_use_since", "stopped_on"}:
        return _day(text)
    if name == "version":
        return _number(text)
    if name in {"status", "sector"}:
        return _choice(text, DeploymentStatus if name == "status" else Sector)
    if name == "contact_email" and not known.is_address(text):
        raise ValueError(f"“{_cut(text)}” is no e-mail address.")
    listed = {
        "capability": known.capabilities,
        "time_zone": known.time_zones,
        "country": known.countries,
    }.get(name)
    if listed is not None:
        return _listed(text, listed, what=name)
    if name == "owner" and text.lower() not in known.owners:
        raise ValueError(
            f"“{_cut(text)}” is no user name or address of somebody who may own a customer."
        )
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10] if text[10:] in {"T00:00:00", " 00:00:00"} else text)
    except ValueError:
        raise ValueError(f"“{_cut(text)}” is no day such as 2023-06-30.") from None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise ValueError(f"“{_cut(text)}” is no version: a whole number from 1.")
    return int(text)


def _choice(text: str, choices: type[DeploymentStatus] | type[Sector]) -> Any:
    wanted = _plain(text)
    for one in choices:
        if wanted in {one.value, _plain(str(one.label))}:
            return one
    raise ValueError(f"“{_cut(text)}” is none of {', '.join(choices.values)}.")


def _listed(text: str, listed: Collection[str], *, what: str) -> str:
    for candidate in (text, text.lower(), text.upper()):
        if candidate in listed:
            return candidate
    near = get_close_matches(text, sorted(listed), n=1)
    hint = f" Do you mean “{near[0]}”?" if near else ""
    raise ValueError(f"“{_cut(text)}” is no {what.replace('_', ' ')} that is known.{hint}")


def _together(given: Mapping[str, Any], wrong: Collection[str]) -> Iterator[tuple[str, str]]:
    """Cells that need each other: column and reason."""
    if given.get("status") is DeploymentStatus.DISCONTINUED:
        for name in ("stopped_on", "attested_by"):
            if name not in given and name not in wrong:
                yield name, "is empty; “discontinued” needs who attests it and the last day of use."
    elif "stopped_on" in given and "status" not in wrong:
        yield "stopped_on", "is given, but the status is not “discontinued”."
    if "contact_name" in given and "contact_email" not in given and "contact_email" not in wrong:
        yield "contact_email", "is empty, but a contact is named."
    if "contact_email" in given and "contact_name" not in given and "contact_name" not in wrong:
        yield "contact_name", "is empty, but an address is given."


def _twice(rows: Sequence[DeploymentRow]) -> list[Problem]:
    seen: dict[tuple[str, str, str], int] = {}
    found = []
    for row in rows:
        first = seen.setdefault(row.key, row.number)
        if first != row.number:
            reason = f"is the same customer, capability and use as row {first}."
            found.append(Problem(row.number, "use", reason))
    return found


def _disagreeing(rows: Sequence[DeploymentRow]) -> list[Problem]:
    """Rows that say another thing of their customer than a row before."""
    seen: dict[tuple[str, str], tuple[Any, int]] = {}
    found = []
    for row in rows:
        for name in OF_CUSTOMER:
            if name not in row.given:
                continue
            value = row.given[name]
            plain = value.lower() if name == "owner" else value
            said, first = seen.setdefault((row.customer.lower(), name), (plain, row.number))
            if said != plain:
                reason = f"says “{_cut(str(value))}”, row {first} says “{_cut(str(said))}”."
                found.append(Problem(row.number, name, reason))
    return found


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
