"""``manage.py remind``: follow the deadlines, plan the reminders, send what is due."""

import argparse
import json
import signal
import sys
import zoneinfo
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from reviews.integrations.stopping import until_told
from reviews.selectors import clock
from reviews.services.reminding import deadlines, planning, sending, sweeps

A_DAY = 86_400.0  # seconds; it ends when nothing is due any more


class Command(BaseCommand):
    help = (
        "Bring the deadlines up to date, plan the reminders that are due, and send them: what the"
        " worker does all day, once. Run it as often as you like: nothing is planned or sent"
        " twice. Exit code 0: done; 1: mails were refused or given up, the mail server cannot be"
        " reached, or the reminders stopped to ask; 2: wrong usage."
        " Example: manage.py remind --as-of 2023-06-16 --dry-run"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of",
            type=_day,
            metavar="DATE",
            help="Go by the business clock at 23:59 of this day (YYYY-MM-DD) in the server's zone"
            f" ({settings.TIME_ZONE}), instead of now. Somebody asks for just this day: the guard"
            " holds nothing back, neither for a clock that jumps nor for many mails, and no"
            " heartbeat is left. What the guard has stopped already stays stopped.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be done, and change nothing."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: object, **options: Any) -> None:
        at = _business_moment(options["as_of"])
        on = at.astimezone(zoneinfo.ZoneInfo(settings.TIME_ZONE)).date()
        run = _tried if options["dry_run"] else _done
        answer = run(at, on, is_now=options["as_of"] is None)
        self.stdout.write(json.dumps(answer) if options["json"] else _sentence(answer))
        if any(answer[name] for name in ("failed", "dead", "unreachable", "held")):
            sys.exit(1)


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is no day; write YYYY-MM-DD") from None


def _business_moment(as_of: date | None) -> datetime:
    if as_of is not None:
        return datetime.combine(as_of, time(23, 59), tzinfo=zoneinfo.ZoneInfo(settings.TIME_ZONE))
    return timezone.now() + clock.offset() if settings.DEMO else timezone.now()


def _tried(at: datetime, on: date, *, is_now: bool) -> dict[str, Any]:
    """The same, taken back at the end; ``due`` counts the mails that would leave."""
    with transaction.atomic():
        answer = _planned(at, on, is_now=is_now)
        due = sending.due_count(at=at)
        transaction.set_rollback(True)
    return answer | {"dry_run": True, "due": due, "failed": 0, "dead": 0, "unreachable": []}


def _done(at: datetime, on: date, *, is_now: bool) -> dict[str, Any]:
    answer = _planned(at, on, is_now=is_now) | {"dry_run": False}
    send = sweeps.send if is_now else sending.send_due
    with until_told(signal.SIGTERM, signal.SIGINT, seconds=A_DAY, also=lambda: False) as go_on:
        result = send(at=at, on=on, go_on=go_on)
    if result.is_stopped and not answer["held"]:
        answer["held"] = "stopped"
    return answer | {
        "sent": result.sent,
        "empty": result.empty,
        "failed": result.failed,
        "dead": result.dead,
        "waiting": result.waiting,
        "unreachable": list(result.unreachable),
    }


def _planned(at: datetime, on: date, *, is_now: bool) -> dict[str, Any]:
    if is_now:
        followed, plan = sweeps.follow(at=at, on=on), sweeps.plan(at=at, on=on)
    else:
        followed = deadlines.follow_all(at=at, on=on)
        plan = planning.plan(at=at, on=on, guarded=False)
    return {
        "as_of": at.isoformat(),
        "followed": followed,
        "planned": plan.rows,
        "missed": plan.missed,
        "held": plan.hold.reason if plan.hold else "",
        "guarded": is_now,
    }


def _sentence(answer: dict[str, Any]) -> str:
    done = (
        f"{answer['due']} mails would leave"
        if answer["dry_run"]
        else ", ".join(f"{answer[name]} {name}" for name in ("sent", "failed", "dead", "waiting"))
    )
    stopped = " The reminders have stopped to ask: see the outbox." if answer["held"] else ""
    if not answer["guarded"]:
        stopped += " For a day that was asked for nothing was held, and no heartbeat is left."
    return (
        f"Reminders as of {answer['as_of']}: {answer['followed']} deadlines changed,"
        f" {answer['planned']} reminders planned, {answer['missed']} missed; {done}.{stopped}"
    )
