"""Import an inventory: one transaction, one audit event, a report that accounts for every row."""

import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath

from django.db import connection, transaction
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind, State
from reviews.domain.errors import BadDataFile, BadInput
from reviews.domain.importing.keys import assign_keys
from reviews.domain.importing.mapping import UNKNOWN, MappedRow, Problem
from reviews.domain.importing.profiles import FACTS, Profile
from reviews.domain.importing.report import ImportReport, count_capabilities, count_stated
from reviews.models import ImportedRow, ImportRun, UseCase, User
from reviews.permissions.importing import can_import
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.importing import gate, writing
from reviews.services.importing.contents import content_of, stored_content
from reviews.services.importing.reading import Inventory, read_inventory
from reviews.services.importing.writing import Planned

EDITED = "was changed in the portal since it was imported; the case is left as it is."
FILED = "has been filed since it was imported; the case is left as it is."


@transaction.atomic
def import_use_cases(
    raw: bytes,
    *,
    file_name: str,
    profile: Profile,
    by: User | None,
    at: datetime,
    on: date,
    dry_run: bool = False,
) -> ImportReport:
    """Bring every row in, or name it in the report. All or nothing; twice is the same as once.

    New rows become drafts with origin "imported"; the gate is asked for every row in which a
    capability is found, with the facts that the row or the profile states and "unknown" for the
    rest, as of the business day ``on``. A row that changed updates its case unless a person has
    changed it. ``by`` empty: the machine itself. ``dry_run`` does everything and takes it back.
    Nothing at all is written where nothing changed. Raises ``NotPermitted``, ``BadInput`` (the
    file), ``BadDataFile`` (the profile).
    """
    _one_import_at_a_time()
    if by is not None:
        require(can_import(by))
    ask = gate.Gate.of_the_catalogue(on)
    _check_capabilities(profile, ask.policies)
    inventory = read_inventory(raw, profile)
    known = _known(profile)
    planned = _plan(inventory.rows, known, ask)
    created = [one for one in planned if one.key not in known]
    changed = [(one, known[one.key]) for one in planned if _differs(one, known.get(one.key))]
    conflicts = _conflicts(changed)
    untouchable = {problem.row for problem in conflicts}
    updated = [pair for pair in changed if pair[0].row.number not in untouchable]
    teams, new_teams = writing.teams_for([*created, *(one for one, _ in updated)], at=at)
    report = ImportReport(
        profile=profile.name,
        file=PurePath(file_name).name,
        on=on,
        dry_run=dry_run,
        read=inventory.read,
        created=len(created),
        updated=len(updated),
        unchanged=len(planned) - len(created) - len(changed),
        rejected=tuple(sorted((*inventory.rejected, *conflicts), key=lambda one: one.row)),
        warnings=inventory.warnings,
        absent=len(known.keys() - {one.key for one in planned}),
        teams_created=new_teams,
        defaults={fact: profile.facts.defaults.get(fact, UNKNOWN) for fact in FACTS},
        stated=count_stated(inventory.rows),
        capabilities=count_capabilities(inventory.rows),
        answers=_count_answers(planned),
    )
    if report.changes:
        run = _record_run(inventory, profile, report, by=by, at=at)
        author = by or writing.import_account()
        writing.create_cases(created, run, teams=teams, author=author, at=at, on=on)
        writing.update_cases(updated, run, teams=teams, author=author, at=at)
        _record_event(run, by=by, at=at)
    if dry_run:
        transaction.set_rollback(True)
    return report


def _one_import_at_a_time() -> None:
    """Two imports of the same inventory would both find nothing and both create everything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(b"import_use_cases")])


def _check_capabilities(profile: Profile, known: Collection[str]) -> None:
    if not known:
        raise BadInput(gettext("The catalogue is empty. Run sync_catalogue first."))
    for rule in profile.detection.rules:
        if rule.capability not in known:
            raise BadDataFile(
                f"Profile {profile.name}: the catalogue has no capability “{rule.capability}”."
            )


def _known(profile: Profile) -> dict[str, ImportedRow]:
    rows = ImportedRow.objects.filter(profile=profile.name).select_related("use_case")
    return {row.key: row for row in rows.defer("cells", "gate")}


def _plan(
    rows: Sequence[MappedRow], known: Mapping[str, ImportedRow], ask: gate.Gate
) -> list[Planned]:
    keys = assign_keys(
        [(row.identity, row.digest) for row in rows],
        {key: row.digest for key, row in known.items()},
    )
    return [
        Planned(row, key, content_of(row), ask.answer(row))
        for row, key in zip(rows, keys, strict=True)
    ]


def _differs(one: Planned, raw: ImportedRow | None) -> bool:
    return raw is not None and (one.row.digest, one.content.digest) != (
        raw.digest,
        raw.content_digest,
    )


def _conflicts(changed: Sequence[tuple[Planned, ImportedRow]]) -> list[Problem]:
    """Rows whose case a person has filed or changed: they keep the people's words.

    The cases stay locked, so that nobody starts to edit one before it is updated.
    """
    keys = [raw.use_case_id for _, raw in changed]
    cases = {
        case.pk: case
        for case in UseCase.objects.filter(pk__in=keys)
        .select_for_update(of=("self",))
        .select_related("team")
        .prefetch_related("capabilities", "draft_pages")
        .order_by("pk")
    }
    found = []
    for one, raw in changed:
        case = cases[raw.use_case_id]
        if case.state != State.DRAFT:
            found.append(Problem(one.row.number, "", f"{case.reference} {FILED}"))
        elif stored_content(case).digest != raw.content_digest:
            found.append(Problem(one.row.number, "", f"{case.reference} {EDITED}"))
    return found


def _count_answers(planned: Iterable[Planned]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for one in planned:
        for line in one.answer.lines:
            counts.setdefault(str(line["capability"]), Counter())[str(line["answer"])] += 1
    return {slug: dict(sorted(answers.items())) for slug, answers in sorted(counts.items())}


def _record_run(
    inventory: Inventory, profile: Profile, report: ImportReport, *, by: User | None, at: datetime
) -> ImportRun:
    return ImportRun.objects.create(
        profile=profile.name,
        profile_digest=profile.digest,
        file_name=report.file[:255],
        file_digest=inventory.digest,
        encoding=inventory.encoding,
        header=list(inventory.header),
        at=at,
        on=report.on,
        by=by,
        read=report.read,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        rejected=report.rejected_rows,
        report=report.as_dict(),
    )


def _record_event(run: ImportRun, *, by: User | None, at: datetime) -> None:
    audit.record(
        AuditKind.USE_CASES_IMPORTED,
        subject=run,
        by=by,
        at=at,
        on=run.on,
        profile=run.profile,
        profile_digest=run.profile_digest,
        file_digest=run.file_digest,
        read=run.read,
        created=run.created,
        updated=run.updated,
        unchanged=run.unchanged,
        rejected=run.rejected,
    )
