"""Import a register of deployments: one transaction, one audit event, all rows or none."""

import hashlib
import io
import zlib
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Max, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind, ChangedPart, Role, SubjectKind
from reviews.domain.errors import BadInput
from reviews.domain.importing.deployment_report import DeploymentReport
from reviews.domain.importing.deployments import (
    PROFILE,
    DeploymentRow,
    DeploymentTable,
    Known,
    read_table,
)
from reviews.domain.importing.mapping import Problem
from reviews.domain.importing.profiles import XLSX, FileShape
from reviews.domain.importing.records import Record, decode, records
from reviews.domain.vetting_fields import COUNTRIES
from reviews.integrations import uploads
from reviews.models import (
    Capability,
    Customer,
    CustomerContact,
    Deployment,
    ImportRun,
    RegisterChange,
    User,
)
from reviews.permissions.rulings import require
from reviews.permissions.sunset import can_keep
from reviews.services import audit
from reviews.services.importing.reading import workbook_records
from reviews.services.reminding import deadlines
from reviews.services.sunset import import_writing as writing
from reviews.services.sunset.import_planning import Plan, Register, plan_of

DELIMITERS = (",", ";", "\t")


@transaction.atomic
def import_deployments(
    raw: bytes,
    *,
    file_name: str,
    by: User | None,
    at: datetime,
    on: date,
    dry_run: bool = False,
) -> DeploymentReport:
    """Bring every row in, or none: one row that cannot be read refuses the file.

    A row that somebody changed in the register since stays as it is there, and is reported as a
    conflict. A second run of the same file writes nothing. ``by`` empty: the machine itself.
    ``dry_run`` does everything and takes it back. Raises ``NotPermitted`` or ``BadInput``.
    """
    _one_import_at_a_time()
    if by is not None:
        require(can_keep(by))
    name = PurePath(file_name).name
    owners = _owners()
    table = read_table(_records(raw, name), _known(owners))
    if table.rejected:
        return DeploymentReport(
            file=name,
            on=on,
            dry_run=dry_run,
            read=table.read,
            rejected=table.rejected,
            ignored=table.ignored,
        )
    planned = plan_of(table.rows, _register(table.rows, owners), at=at, on=on)
    report = _report(name, table, planned, on=on, dry_run=dry_run)
    if planned.impossible:
        return DeploymentReport(
            file=name,
            on=on,
            dry_run=dry_run,
            read=table.read,
            rejected=tuple(planned.impossible),
            ignored=table.ignored,
        )
    if report.changes:
        run = _run(raw, report, by=by, at=at)
        keys = writing.write(planned, run, by=by, at=at)
        deadlines.follow(SubjectKind.DEPLOYMENT, keys, at=at, on=on)
        audit.record(
            AuditKind.DEPLOYMENTS_IMPORTED,
            subject=run,
            by=by,
            at=at,
            on=on,
            file_digest=run.file_digest,
            read=report.read,
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            conflicts=len(report.conflicts),
        )
    if dry_run:
        transaction.set_rollback(True)
    return report


def _one_import_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(b"import_deployments")])


# Reading ------------------------------------------------------------------------------------------


def _records(raw: bytes, name: str) -> Iterator[Record]:
    """CSV or workbook, told by the name and proved by the bytes. Raises ``BadInput``."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in {".csv", ".xlsx"}:
        raise BadInput(
            gettext("“%(name)s” is neither CSV nor XLSX. Save the table as one of these.")
            % {"name": name}
        )
    if not raw.removeprefix(b"\xef\xbb\xbf").strip():
        raise BadInput(
            gettext("“%(name)s” is empty. Its first row names the columns.") % {"name": name}
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(
            gettext("“%(name)s” is written in UTF-16. Save it as CSV in UTF-8.") % {"name": name}
        )
    uploads.check(name, "", io.BytesIO(raw))
    if suffix == ".xlsx":
        return _workbook(raw, name)
    text, _ = decode(raw, ("utf-8-sig", "cp1252"))
    return records(text, delimiter=_delimiter(text))


def _workbook(raw: bytes, name: str) -> Iterator[Record]:
    try:
        yield from workbook_records(raw, FileShape(format=XLSX))
    except (BadZipFile, ParseError, KeyError, ValueError, IndexError, EOFError):
        raise BadInput(
            gettext("“%(name)s” is damaged and cannot be read. Save it again.") % {"name": name}
        ) from None


def _delimiter(text: str) -> str:
    """The one that the header uses most; a comma where it uses none."""
    header = text.lstrip().split("\n", 1)[0]
    return max(DELIMITERS, key=lambda mark: (header.count(mark), mark == ","))


def _owners() -> dict[str, User]:
    """Who may own a customer, by lower-case user name and address. One query."""
    keeping = [Role.SUNSET_OWNER.value, Role.LEAD.value, Role.ADMIN.value]
    found: dict[str, User] = {}
    for user in User.objects.filter(is_active=True, groups__name__in=keeping).distinct():
        found[user.username.lower()] = user
        if user.email:
            found.setdefault(user.email.lower(), user)
    return found


def _known(owners: Mapping[str, User]) -> Known:
    return Known(
        capabilities=frozenset(Capability.objects.current().values_list("slug", flat=True)),
        time_zones=zoneinfo.available_timezones(),
        countries=COUNTRIES.keys(),
        owners=owners.keys(),
        is_address=_is_address,
    )


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


# What the register holds --------------------------------------------------------------------------


def _register(rows: Sequence[DeploymentRow], owners: Mapping[str, User]) -> Register:
    """The customers of the file and everything of theirs, locked. Six queries for any file."""
    exact = {row.customer for row in rows}
    found = Customer.objects.annotate(lower=Lower("name")).filter(
        Q(lower__in={name.lower() for name in exact}) | Q(name__in=exact)
    )
    customers: dict[str, Customer] = {
        one.name.lower(): one
        for one in found.select_related("owner").order_by("pk").select_for_update(of=("self",))
    }
    ids = [one.pk for one in customers.values()]
    deployments = {
        (one.customer_id, one.capability.slug, one.use): one
        for one in Deployment.objects.filter(customer__in=ids)
        .select_related("capability")
        .order_by("pk")
        .select_for_update(of=("self",))
    }
    by_key = {one.pk: name for name, one in customers.items()}
    contacts: dict[str, list[CustomerContact]] = {}
    for contact in CustomerContact.objects.filter(customer__in=ids, departed_at__isnull=True):
        contacts.setdefault(by_key[contact.customer_id], []).append(contact)
    changes = RegisterChange.objects.filter(customer__in=ids)
    imported = dict(
        changes.filter(run__isnull=False, deployment__isnull=False)
        .order_by()
        .values_list("deployment")
        .annotate(Max("at"))
    )
    handed: dict[int, bool] = {}
    owner_changes = changes.filter(part=ChangedPart.OWNER).order_by("at", "pk")
    for key, run in owner_changes.values_list("customer", "run"):
        handed[key] = run is None
    return Register(
        customers=customers,
        deployments=deployments,
        contacts=contacts,
        imported_at=imported,
        handed_by_a_person={key for key, by_person in handed.items() if by_person},
        capabilities={one.slug: one for one in Capability.objects.current()},
        owners=owners,
    )


# The report ---------------------------------------------------------------------------------------


def _report(
    name: str, table: DeploymentTable, planned: Plan, *, on: date, dry_run: bool
) -> DeploymentReport:
    return DeploymentReport(
        file=name,
        on=on,
        dry_run=dry_run,
        read=table.read,
        created=len(planned.created),
        updated=planned.updated,
        unchanged=planned.unchanged,
        conflicts=tuple(sorted(planned.conflicts, key=_by_row)),
        customers_created=len(planned.new_customers),
        customers_updated=len(planned.changed_customers),
        contacts_created=len(planned.contacts),
        ignored=table.ignored,
        assumed=planned.assumed,
    )


def _by_row(problem: Problem) -> int:
    return problem.row


def _run(raw: bytes, report: DeploymentReport, *, by: User | None, at: datetime) -> ImportRun:
    return ImportRun.objects.create(
        profile=PROFILE,
        file_name=report.file[:255],
        file_digest=hashlib.sha256(raw).hexdigest(),
        at=at,
        on=report.on,
        by=by,
        read=report.read,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        rejected=0,
        report=report.as_dict(),
    )
