"""``manage.py reminder_plan``: every mail until a day, sent by nobody."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.domain.enums import RehearsalKind
from reviews.domain.errors import DomainError
from reviews.management.business_time import business_time, day
from reviews.services.replaying import runs
from reviews.services.replaying.ledger import SentLine


class Command(BaseCommand):
    help = (
        "Foresee every mail from now until a day, from today's register, if nobody answers until"
        " then: by the planner itself, on a copy. Nothing is sent. --keep shows the result on the"
        " page “What is still to come”. Exit code 0: done; 1: refused; 2: wrong usage."
        " Example: manage.py reminder_plan --until 2023-07-31 --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until", type=day, required=True, help="Last day, inclusive.")
        parser.add_argument("--keep", action="store_true", help="Show it on the page, too.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: object, **options: Any) -> None:
        at, on = business_time()
        try:
            lines = runs.plan(until=options["until"], at=at, on=on)
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["keep"]:
            runs.keep(RehearsalKind.PLAN, lines, first=on, last=options["until"], at=at, on=on)
        if options["json"]:
            self.stdout.write(json.dumps({"mails": [_json(line) for line in lines]}))
            return
        for line in lines:
            whom = f"{line.recipient} ({line.customer})" if line.customer else line.recipient
            self.stdout.write(
                f"{line.due_at.isoformat()}  {line.step:<7} {line.channel:<6} {whom}"
                f"  {line.lines} line(s)"
            )
        mails = len({line.mail for line in lines})
        self.stdout.write(f"{mails} mails from {on} to {options['until']}; nothing was sent.")


def _json(line: SentLine) -> dict[str, object]:
    return {
        "due_at": line.due_at.isoformat(),
        "day": line.local_day.isoformat(),
        "time_zone": line.time_zone,
        "nominal_day": line.nominal_on.isoformat() if line.nominal_on else None,
        "step": line.step,
        "kind": line.kind,
        "channel": line.channel,
        "recipient": line.recipient,
        "customer": line.customer,
        "lines": line.lines,
    }
