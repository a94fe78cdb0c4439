"""``manage.py replay_sunset``: a year of reminders in which nobody answers."""

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
        "Replay the reminders of a time gone by on a copy of the register as it stood on its first"
        " day, with nobody ever answering: the services and SQL of production, in a schema of its"
        " own that is dropped at the end; mails are written and go nowhere. Shows the ladder's day"
        " and the working day that it moved to. --keep shows the result on the page “A silent"
        " year”. Exit code 0: done; 1: refused; 2: wrong usage."
        " Example: manage.py replay_sunset --from 2022-06-21 --to 2023-07-31 --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=day, required=True, help="First day.")
        parser.add_argument("--to", dest="last", type=day, required=True, help="Last, inclusive.")
        parser.add_argument("--keep", action="store_true", help="Show it on the page, too.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: object, **options: Any) -> None:
        first, last = options["first"], options["last"]
        try:
            lines = runs.replay(first=first, last=last)
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["keep"]:
            at, on = business_time()
            runs.keep(RehearsalKind.REPLAY, lines, first=first, last=last, at=at, on=on)
        if options["json"]:
            self.stdout.write(json.dumps({"days": [_json(line) for line in lines]}))
            return
        self.stdout.write("day         moved to    step    recipient")
        for line in lines:
            whom = f"{line.recipient} ({line.customer})" if line.customer else line.recipient
            self.stdout.write(f"{line.nominal_on}  {line.moved_on}  {line.step:<7} {whom}")
        mails = len({line.mail for line in lines})
        self.stdout.write(f"{mails} mails from {first} to {last}; the register is as it was.")


def _json(line: SentLine) -> dict[str, object]:
    return {
        "day": line.nominal_on.isoformat() if line.nominal_on else None,
        "moved_to": line.moved_on.isoformat(),
        "step": line.step,
        "recipient": line.recipient,
        "customer": line.customer,
        "channel": line.channel,
        "kind": line.kind,
        "subject": line.subject,
    }
