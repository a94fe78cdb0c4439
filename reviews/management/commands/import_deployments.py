"""``manage.py import_deployments``: bring a register of customers' deployments in."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reviews.domain.errors import DomainError
from reviews.domain.importing.deployment_report import DeploymentReport
from reviews.selectors import clock
from reviews.services.sunset.importing import import_deployments

SHOWN = 20
"""Problems that are listed without --json; the rest is counted."""


class Command(BaseCommand):
    help = (
        "Import a register of deployments from a CSV or XLSX file: every row or none. Rows that"
        " were changed in the register since are reported and left as they are; a second run"
        " changes nothing. The columns stand in docs/importing.md."
        " Exit code 0: done; 1: refused, or rows were reported; 2: wrong usage."
        " Example: manage.py import_deployments register.csv --dry-run --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="The register.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Do everything, then take it back."
        )
        parser.add_argument(
            "--json", action="store_true", help="Print the whole report as one JSON object."
        )

    def handle(self, *args: object, **options: Any) -> None:
        now = timezone.now() + clock.offset() if settings.DEMO else timezone.now()
        try:
            raw = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        try:
            report = import_deployments(
                raw,
                file_name=options["file"].name,
                by=None,
                at=now,
                on=timezone.localdate(now),
                dry_run=options["dry_run"],
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self._show(report, as_json=options["json"])
        if report.rejected or report.conflicts:
            raise SystemExit(1)

    def _show(self, report: DeploymentReport, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
            return
        for kind, problems in (("Rejected", report.rejected), ("Conflict", report.conflicts)):
            for problem in problems[:SHOWN]:
                column = f", {problem.column}" if problem.column else ""
                self.stderr.write(f"{kind}: row {problem.row}{column}: {problem.reason}")
            if len(problems) > SHOWN:
                self.stderr.write(f"{kind}: {len(problems) - SHOWN} more; see --json.")
        if report.rejected:
            self.stdout.write(
                f"{report.file}: {report.read} rows read, nothing written:"
                f" {len({one.row for one in report.rejected})} rows are rejected."
            )
            return
        self.stdout.write(
            f"{'Dry run, nothing kept: ' if report.dry_run else ''}{report.file} as of {report.on}:"
            f" {report.read} rows read, {report.created} created, {report.updated} updated,"
            f" {report.unchanged} unchanged, {len(report.conflicts)} in conflict;"
            f" {report.customers_created} customers and {report.contacts_created} contacts are new."
        )
