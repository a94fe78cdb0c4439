"""``manage.py recount``: compare the boards' summary rows with the tables, and repair them."""

import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandParser

from reviews.services import tallies


class Command(BaseCommand):
    help = (
        "Count again what the boards' summary rows say, name each difference and repair it. Exit"
        " code 0: they agree, or were repaired; 1: they differ (with --check)."
        " Example: manage.py recount --check --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only compare; write nothing.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: object, **options: object) -> None:
        check = bool(options["check"])
        found = tallies.differences() if check else tallies.repair()
        folded = 0 if check else tallies.fold()
        if options["json"]:
            answer = {
                "ok": not found,
                "repaired": not check,
                "folded": folded,
                "differences": [asdict(one) for one in found],
            }
            self.stdout.write(json.dumps(answer, default=str))
        else:
            for one in found:
                self.stdout.write(
                    f"{one.measure} {one.scope} {one.key} {one.day} {one.number}:"
                    f" kept {one.kept}, counted {one.counted}"
                )
            self.stdout.write(f"Recount: {_said(len(found), check=check)}")
        if found and check:
            raise SystemExit(1)


def _said(count: int, *, check: bool) -> str:
    if not count:
        return "the summary rows say what the tables hold."
    return f"{count} differences {'found' if check else 'repaired'}."
