"""Bring the ladders up to date with their data files."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from reviews.domain.enums import Audience, AuditKind, DeploymentStatus, StepAnchor, SubjectKind
from reviews.domain.errors import BadDataFile
from reviews.integrations import data_files
from reviews.models import Ladder, LadderStep, User
from reviews.services import audit
from reviews.services.reminding import deadlines

FOLDER = data_files.DATA / "ladders"
_LOCK = 4_201_723
"""Key of the advisory lock that lets one sync run at a time."""


@dataclass(frozen=True, slots=True)
class LadderReport:
    """Codes of ladders that were made or changed, and how many stayed as they were.

    ``moved`` counts deadlines for which the plan now looks at another day.
    """

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: int = 0
    moved: int = 0

    def __bool__(self) -> bool:
        """Whether anything was written."""
        return bool(self.created or self.changed)


@transaction.atomic
def sync(*, at: datetime, on: date, by: User | None = None, folder: Path = FOLDER) -> LadderReport:
    """Make the tables say what the files of ``folder`` say; a second run writes nothing.

    A step that left its file is inactive: the ledger goes on naming it. Open deadlines look at the
    day of their next step under the changed ladder. Raises ``BadDataFile``, which names file, step
    and field; then nothing was written.
    """
    entries = [(name, _checked(name, table)) for name, table in data_files.tables(folder)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    known = {ladder.code: ladder for ladder in Ladder.objects.all()}
    created: list[str] = []
    changed: list[str] = []
    moved, newest = 0, None
    for name, table in entries:
        digest = _digest(table)
        code = table["ladder"]["code"]
        old = known.get(code)
        if old is not None and old.digest == digest:
            continue
        newest = _write(name, table, digest)
        moved += deadlines.refresh_steps(SubjectKind(newest.subject_kind), on=on)
        (created if old is None else changed).append(code)
    report = LadderReport(
        tuple(created), tuple(changed), len(entries) - len(created) - len(changed), moved
    )
    if newest is not None:
        audit.record(
            AuditKind.LADDERS_SYNCED,
            subject=newest,
            by=by,
            at=at,
            on=on,
            created=report.created,
            changed=report.changed,
            moved=moved,
        )
    return report


def _digest(table: Mapping[str, Any]) -> str:
    said = {"ladder": table["ladder"], "step": table["step"]}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _write(name: str, table: Mapping[str, Any], digest: str) -> Ladder:
    given = table["ladder"]
    other = Ladder.objects.filter(subject_kind=given["subject_kind"]).exclude(code=given["code"])
    if other.exists():
        raise BadDataFile(f"ladders/{name}, field subject_kind: another ladder leads there.")
    ladder, _ = Ladder.objects.update_or_create(
        code=given["code"], defaults={**given, "digest": digest}
    )
    for step in table["step"]:
        LadderStep.objects.update_or_create(
            ladder=ladder, code=step["code"], defaults={**_DEFAULTS, **step, "is_active": True}
        )
    kept = [step["code"] for step in table["step"]]
    LadderStep.objects.filter(ladder=ladder).exclude(code__in=kept).update(is_active=False)
    return ladder


# Checking -----------------------------------------------------------------------------------------

_LADDER: Mapping[str, type] = {"code": str, "name": str, "subject_kind": str, "summary": str}
_STEP: Mapping[str, type] = {
    "code": str,
    "anchor": str,
    "offset_days": int,
    "audiences": list,
    "ask": str,
    "silenced_by": list,
    "is_manual": bool,
}
_DEFAULTS: Mapping[str, Any] = {
    "anchor": StepAnchor.LAST_DAY.value,
    "silenced_by": [],
    "is_manual": False,
}
_CHOICES: Mapping[str, Collection[str]] = {
    "subject_kind": SubjectKind.values,
    "anchor": StepAnchor.values,
    "audiences": Audience.values,
    "silenced_by": DeploymentStatus.values,
}
_FURTHER = {"evaluation"}
"""Tables of these files that other services read."""


def _checked(name: str, table: dict[str, Any]) -> dict[str, Any]:
    """The table of one file. Raises ``BadDataFile``."""
    if not isinstance(table.get("ladder"), dict) or not isinstance(table.get("step"), list):
        raise BadDataFile(f"ladders/{name}: give one [ladder] and a [[step]] for each step.")
    unknown = set(table) - {"ladder", "step"} - _FURTHER
    if unknown:
        raise BadDataFile(f"ladders/{name}: “{min(unknown)}” is no kind of entry.")
    _check(f"ladders/{name}, ladder", table["ladder"], _LADDER, optional={"summary"})
    seen: set[str] = set()
    for step in table["step"]:
        place = f"ladders/{name}, step “{step.get('code', '?')}”"
        _check(place, step, _STEP, optional=set(_DEFAULTS))
        if step["code"] in seen:
            raise BadDataFile(f"{place}, field code: given twice.")
        if not step["audiences"]:
            raise BadDataFile(f"{place}, field audiences: name at least one.")
        seen.add(step["code"])
    return table


def _check(
    place: str, given: dict[str, Any], fields: Mapping[str, type], *, optional: Collection[str]
) -> None:
    for field in [*given, *fields]:
        if field not in fields:
            raise BadDataFile(f"{place}, field {field}: no such field. Known: {', '.join(fields)}.")
        if field not in given and field not in optional:
            raise BadDataFile(f"{place}, field {field}: it is missing.")
    for field, value in given.items():
        if type(value) is not fields[field]:
            raise BadDataFile(f"{place}, field {field}: {value!r} is not what belongs there.")
        for word in value if isinstance(value, list) else [value]:
            if field in _CHOICES and word not in _CHOICES[field]:
                raise BadDataFile(
                    f"{place}, field {field}: “{word}” is not {', '.join(_CHOICES[field])}."
                )
