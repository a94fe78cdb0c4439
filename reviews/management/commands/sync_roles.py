"""``manage.py sync_roles``: write the roles table into the database's groups."""

import json

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from reviews.services import roles


class Command(BaseCommand):
    help = (
        "Make the groups in the database equal to the table of roles. Example: manage.py sync_roles"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: object, **options: object) -> None:
        changed = roles.sync(at=timezone.now(), on=timezone.localdate())
        if options["json"]:
            self.stdout.write(json.dumps({"changed": changed}))
        else:
            self.stdout.write(f"Roles: {changed} changed.")
