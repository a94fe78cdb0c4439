"""Bring the tables of catalogue, Standard and crosswalk up to date with the data files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Max

from reviews.domain.enums import AuditKind
from reviews.integrations.data_files import DATA
from reviews.models import User
from reviews.models.catalogue import Capability
from reviews.models.reference import StableEntry, VersionedEntry
from reviews.models.standard import Goal, Requirement, RequirementNeed, Standard
from reviews.services import audit
from reviews.services.catalogue_entries import Entry
from reviews.services.catalogue_files import KINDS, Entries, kind_of, load

_LOCK = 4_201_722
"""Key of the advisory lock that lets one sync run at a time."""

Rows = dict[str, dict[str, Any]]
"""Kind → code → the current row."""


@dataclass(frozen=True, slots=True)
class KindReport:
    """What happened to one kind of entry. ``moved`` counts entries that changed place only."""

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    unchanged: int = 0
    moved: int = 0

    def __bool__(self) -> bool:
        """Whether anything was written."""
        return bool(self.created or self.changed or self.retired or self.moved)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, per kind of entry, as named in the files."""

    kinds: Mapping[str, KindReport]

    def __bool__(self) -> bool:
        return any(self.kinds.values())

    def total(self, what: str) -> int:
        """Sum over all kinds; ``what`` is the name of a field of ``KindReport``."""
        counts = (getattr(report, what) for report in self.kinds.values())
        return sum(count if isinstance(count, int) else len(count) for count in counts)

    def as_data(self) -> dict[str, dict[str, Any]]:
        return {kind: asdict(report) for kind, report in self.kinds.items()}


@transaction.atomic
def sync(*, at: datetime, on: date, by: User | None = None, folder: Path = DATA) -> SyncReport:
    """Make the tables say what the files of ``folder`` say.

    A changed text becomes a new version and the old row stays, no longer current; an entry that
    left the files is no longer current, and never deleted. Run it twice: the second run writes
    nothing. A requirement stands on its goal, a crosswalk entry on its goal and clause: they get a
    new version with them. Writes one audit event if anything changed. Raises ``BadDataFile``, which
    names file, entry and field; then nothing was written.
    """
    entries = load(folder)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    rows: Rows = {}
    reports = {}
    for kind, model in KINDS.items():
        drafts = [_draft(entry, model, rows) for entry in entries[kind].values()]
        if issubclass(model, VersionedEntry):
            rows[kind], reports[kind] = _write_versions(model, drafts, at=at)
        else:
            rows[kind], reports[kind] = _write_identities(model, drafts)
    _write_needs(entries)
    report = SyncReport(reports)
    if report:
        newest = Standard.objects.current().order_by("-published_on", "-pk")[0]
        written = {kind: asdict(r) for kind, r in reports.items() if r}
        audit.record(
            AuditKind.CATALOGUE_SYNCED, subject=newest, by=by, at=at, on=on, written=written
        )
    return report


@dataclass(frozen=True, slots=True)
class _Draft:
    """A row as the files want it, not yet compared with the table."""

    entry: Entry
    digest: str
    columns: Mapping[str, Any]


def _draft(entry: Entry, model: type[models.Model], rows: Rows) -> _Draft:
    columns = dict(entry.values)
    parents = []
    for column in model._meta.concrete_fields:
        if isinstance(column, models.ForeignKey):
            parent = rows[kind_of(column.related_model)][columns[column.name]]
            columns[column.name] = parent
            parents += _versions_of(parent)
    if entry.kind == "policy":
        columns["capability_text"] = _text_of(columns["capability"])
    if any(column.name == "position" for column in model._meta.concrete_fields):
        columns["position"] = entry.position
    return _Draft(entry, entry.digest(*parents), columns)


def _versions_of(parent: models.Model) -> list[str]:
    """What a row's digest takes over from a row it points at: its words, if decisions cite them."""
    if isinstance(parent, VersionedEntry | Capability):
        return [parent.digest]
    return []


def _text_of(capability: Capability) -> dict[str, Any]:
    return {
        "name": capability.name,
        "summary": capability.summary,
        "family": capability.family,
        "alternatives": capability.alternatives,
    }


@dataclass(slots=True)
class _Tally:
    """A kind's report in the making."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    unchanged: int = 0
    moved: int = 0

    def report(self) -> KindReport:
        return KindReport(
            tuple(self.created),
            tuple(self.changed),
            tuple(sorted(self.retired)),
            self.unchanged,
            self.moved,
        )


def _write_identities(
    model: type[StableEntry], drafts: list[_Draft]
) -> tuple[dict[str, Any], KindReport]:
    """Services, capabilities, standards, frameworks: one row per slug, corrected in place."""
    old = {row.slug: row for row in model.objects.all()}
    new, corrected, tally = [], [], _Tally()
    for draft in drafts:
        slug = draft.entry.code
        row = old.pop(slug, None)
        if row is None:
            new.append(model(digest=draft.digest, **draft.columns))
            tally.created.append(slug)
        elif row.digest != draft.digest or not row.is_current:
            corrected.append(_corrected(row, draft))
            tally.changed.append(slug)
        elif _has_moved(row, draft):
            corrected.append(_corrected(row, draft))
            tally.moved += 1
        else:
            tally.unchanged += 1
    gone = [row for row in old.values() if row.is_current]
    for row in gone:
        row.is_current = False
    tally.retired = [row.slug for row in gone]
    _insert(model, new, drafts)
    columns = [f.name for f in model._meta.concrete_fields if not f.primary_key]
    model.objects.bulk_update([*corrected, *gone], columns)
    return {row.slug: row for row in model.objects.current()}, tally.report()


def _corrected(row: Any, draft: _Draft) -> Any:
    for name, value in draft.columns.items():
        setattr(row, name, value)
    row.digest, row.is_current = draft.digest, True
    return row


def _has_moved(row: Any, draft: _Draft) -> bool:
    return getattr(row, "position", None) != draft.columns.get("position")


def _write_versions(
    model: type[Any], drafts: list[_Draft], *, at: datetime
) -> tuple[dict[str, Any], KindReport]:
    """Texts that decisions cite: a change is a new row, and the old one is only set aside."""
    old = {row.code: row for row in model.objects.current()}
    last = dict(model.objects.order_by().values_list("code").annotate(Max("version")))
    new, set_aside, moved, tally = [], [], [], _Tally()
    for draft in drafts:
        code = draft.entry.code
        row = old.pop(code, None)
        if row is not None and row.digest == draft.digest:
            if _has_moved(row, draft):
                moved.append(_corrected(row, draft))
            else:
                tally.unchanged += 1
            continue
        if row is not None:
            set_aside.append(row)
        version = last.get(code, 0) + 1
        new.append(model(version=version, digest=draft.digest, recorded_at=at, **draft.columns))
        (tally.created if version == 1 else tally.changed).append(code)
    tally.retired, tally.moved = list(old), len(moved)
    gone = [row.pk for row in [*set_aside, *old.values()]]
    model.objects.filter(pk__in=gone).update(is_current=False)
    _insert(model, new, drafts)
    if moved:
        model.objects.bulk_update(moved, ["position"])
    return {row.code: row for row in model.objects.current()}, tally.report()


def _insert(model: type[Any], new: list[Any], drafts: list[_Draft]) -> None:
    """Write new rows; what the table refuses is told as a fault of the entry in its file."""
    if not new:
        return
    try:
        with transaction.atomic():
            model.objects.bulk_create(new)
    except IntegrityError as error:
        entries = {draft.entry.code: draft.entry for draft in drafts}
        for row in new:
            try:
                row.validate_constraints()
            except ValidationError as refused:
                entry = entries[getattr(row, "code", None) or row.slug]
                raise entry.bad("values", " ".join(refused.messages)) from error
        raise


def _write_needs(entries: Entries) -> None:
    """The edges of requirements that were written just now; those of older ones never change."""
    fresh = Requirement.objects.current().filter(needs=None)
    goals = set(Goal.objects.current().values_list("code", flat=True))
    RequirementNeed.objects.bulk_create(
        RequirementNeed(requirement=row, needs_code=code, needs_goal=code in goals)
        for row in fresh
        for code in entries["requirement"][row.code].extra["needs"]
    )
