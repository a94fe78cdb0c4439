"""``manage.py import_use_cases``: bring an inventory of AI use cases in."""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reviews.domain.errors import DomainError
from reviews.domain.importing.report import ImportReport
from reviews.selectors import clock
from reviews.services.importing.profiles import known_profiles, load_profile
from reviews.services.importing.use_cases import import_use_cases

SHOWN = 20
"""Rejected rows that are listed without --json; the rest is counted."""


class Command(BaseCommand):
    help = (
        "Import an inventory of AI use cases from a CSV or XLSX file, by a mapping profile. Every"
        " row is imported as a draft or named in the report; a second run changes nothing."
        " Exit code 0: done; 1: refused, or rows were rejected; 2: wrong usage."
        " Example: manage.py import_use_cases inventory.csv --profile omb-2024 --dry-run --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="The inventory.")
        parser.add_argument(
            "--profile",
            required=True,
            metavar="NAME_OR_PATH",
            help=f"One of {', '.join(known_profiles())}, or the path of a .toml file"
            " (docs/importing.md).",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Do everything, then take it back."
        )
        parser.add_argument(
            "--on",
            type=_day,
            metavar="DATE",
            help="Business day for which the gate answers, such as 2023-06-01. Default: today.",
        )
        parser.add_argument(
            "--json", action="store_true", help="Print the whole report as one JSON object."
        )

    def handle(self, *args: object, **options: Any) -> None:
        now = timezone.now() + clock.offset() if settings.DEMO else timezone.now()
        on = options["on"] or timezone.localdate(now)
        try:
            raw = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        try:
            report = import_use_cases(
                raw,
                file_name=options["file"].name,
                profile=load_profile(options["profile"]),
                by=None,
                at=now,
                on=on,
                dry_run=options["dry_run"],
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self._show(report, as_json=options["json"])
        if report.rejected:
            raise SystemExit(1)

    def _show(self, report: ImportReport, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
            return
        for problem in report.rejected[:SHOWN]:
            column = f", {problem.column}" if problem.column else ""
            self.stderr.write(f"Rejected: row {problem.row}{column}: {problem.reason}")
        if len(report.rejected) > SHOWN:
            self.stderr.write(f"Rejected: {len(report.rejected) - SHOWN} more; see --json.")
        found = ", ".join(f"{count} {slug}" for slug, count in report.capabilities.items())
        self.stdout.write(
            f"{'Dry run, nothing kept: ' if report.dry_run else ''}{report.file} as of {report.on}:"
            f" {report.read} rows read, {report.created} created, {report.updated} updated,"
            f" {report.unchanged} unchanged, {report.rejected_rows} rejected;"
            f" {len(report.warnings)} cells reported, not believed;"
            f" capabilities found: {found or 'none'}."
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day such as 2023-06-01") from None
