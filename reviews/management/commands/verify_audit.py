"""``manage.py verify_audit``: walk the hash chain of the audit log."""

import json

from django.core.management.base import BaseCommand, CommandParser

from reviews.services import audit


class Command(BaseCommand):
    help = (
        "Check that no event of the audit log was changed, swapped or removed. Exit code 0: the"
        " chain holds; 1: it does not. Example: manage.py verify_audit --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: object, **options: object) -> None:
        found = audit.verify()
        if options["json"]:
            answer = {"events": found.events, "ok": found.ok, "first_bad": found.first_bad}
            self.stdout.write(json.dumps(answer))
        elif found.ok:
            self.stdout.write(f"Audit log: {found.events} events, the chain holds.")
        else:
            self.stdout.write(f"Audit log: event {found.first_bad} is wrong: {found.reason}.")
        if not found.ok:
            raise SystemExit(1)
