"""``manage.py sync_catalogue``: bring the tables up to date with the data files."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reviews.domain.errors import DomainError
from reviews.integrations.data_files import DATA
from reviews.services import catalogue, precedents
from reviews.services.reminding import deadlines, ladders


class Command(BaseCommand):
    help = (
        "Bring catalogue, Standard and crosswalk up to date with the files under reviews/data. "
        "A changed text becomes a new version; nothing is deleted. "
        "Example: manage.py sync_catalogue --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")
        parser.add_argument(
            "--folder",
            type=Path,
            default=DATA,
            help="Read these files instead of the portal's own.",
        )

    def handle(self, *args: object, **options: Any) -> None:
        when: Any = {"at": timezone.now(), "on": timezone.localdate()}
        folder = options["folder"]
        try:
            report = catalogue.sync(folder=folder, **when)
            steps = ladders.sync(folder=folder / "ladders", **when)
        except DomainError as error:
            raise CommandError(error.message) from error
        if report or steps:
            deadlines.follow_all(**when)
        precedents.catch_up()
        if options["json"]:
            told = {"kinds": report.as_data(), "ladders": asdict(steps)}
            self.stdout.write(json.dumps(told))
            return
        words = ("created", "changed", "retired", "moved", "unchanged")
        self.stdout.write(
            "Catalogue: "
            + ", ".join(f"{report.total(word)} {word}" for word in words)
            + f". Ladders: {len(steps.created)} created, {len(steps.changed)} changed,"
            f" {steps.unchanged} unchanged."
        )
