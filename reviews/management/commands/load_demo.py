"""``manage.py load_demo``: people, customers and cases of our own to look around in."""

import json
import secrets
import string
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reviews.domain.errors import DomainError
from reviews.services.demo import loading
from reviews.services.demo.people import ACCOUNTS

_LETTERS = string.ascii_letters + string.digits


class Command(BaseCommand):
    help = (
        "Load the demo: accounts for every role, customers, deployments and use cases in every"
        " state, on a clock that starts at SCENARIO_DATE. A demo that is there is left alone."
        " Needs DEMO=1. Exit code 0: done; 1: refused; 2: wrong usage."
        " Example: manage.py load_demo --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: object, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO is off, so no demo is loaded. Set DEMO=1 to have one.")
        accounts = settings.VAR_DIR / "demo-accounts.txt"
        try:
            report = loading.report(is_new=False) if loading.is_loaded() else _load(accounts)
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
            return
        what = (
            f"{report.accounts} accounts, {report.customers} customers,"
            f" {report.deployments} deployments, {report.use_cases} use cases"
        )
        if report.is_new:
            self.stdout.write(f"Demo: loaded {what}; names and password in {accounts}.")
        else:
            self.stdout.write(f"Demo: here already ({what}), left as it is.")


def _load(accounts: Path) -> loading.DemoReport:
    """The password is kept before anything is written: an account that nobody knows is no use."""
    password = settings.DEMO_PASSWORD or "".join(secrets.choice(_LETTERS) for _ in range(16))
    with tempfile.NamedTemporaryFile("w", dir=accounts.parent, delete=False) as file:  # mode 0600
        draft = Path(file.name)
        file.writelines(f"{name}\t{password}\n" for name in ACCOUNTS)
    try:
        report = loading.load(
            password=password,
            scenario_date=settings.SCENARIO_DATE,
            at=timezone.now(),
        )
        if report.is_new:
            draft.replace(accounts)
    finally:
        draft.unlink(missing_ok=True)
    return report
