"""``manage.py replay_sunset``: a year of reminders, silent or with customers who answer."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.domain.course import Course
from reviews.domain.enums import RehearsalKind
from reviews.domain.errors import DomainError
from reviews.domain.forecast import CONFIDENCE, Coverage
from reviews.management.business_time import business_time, day
from reviews.models import Deployment
from reviews.selectors.sunset import pace
from reviews.services.replaying import answering, runs
from reviews.services.replaying.answering import Week
from reviews.services.replaying.ledger import SentLine

FIRST_SEED, YEARS = answering.REPORTED_ON[0], len(answering.REPORTED_ON)


class Command(BaseCommand):
    help = (
        "Replay the reminders of a time gone by on a copy of the register as it stood on its first"
        " day: the services and SQL of production, in a schema of its own that is dropped at the"
        " end; mails are written and go nowhere. Nobody answers, and it shows the ladder's day and"
        " the working day that it moved to. With --answering somebody does: “register”, what the"
        " register has on record; “customers”, invented ones who react to the mails they get"
        " (reviews/data/replay/customers.toml). Then it shows what the board would have foretold"
        " each week, and how often its interval held the day that came; beyond the walked year,"
        " --years are counted by the ladder's days. --keep shows the result on the page “A replayed"
        " year”. Exit code 0: done; 1: refused; 2: wrong usage."
        " Example: manage.py replay_sunset --from 2022-06-21 --to 2023-07-31 --answering customers"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=day, required=True, help="First day.")
        parser.add_argument("--to", dest="last", type=day, required=True, help="Last, inclusive.")
        parser.add_argument(
            "--answering", choices=["register", "customers"], help="Who answers; left out: nobody."
        )
        parser.add_argument(
            "--seed", type=int, default=FIRST_SEED, help="Of the walked year's customers."
        )
        parser.add_argument(
            "--years", type=int, default=YEARS, help="Of customers, the walked one among them."
        )
        parser.add_argument(
            "--course",
            action="store_true",
            help="Only learn the usual course anew, and print reviews/data/replay/course.toml.",
        )
        parser.add_argument("--keep", action="store_true", help="Show it on the page, too.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: object, **options: Any) -> None:
        first, last = options["first"], options["last"]
        if options["course"]:
            self._course(first, last - runs.AFTER)
            return
        try:
            if options["answering"]:
                self._answered(first, last, options)
            else:
                self._silent(first, last, options)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _course(self, first: date, last_day: date) -> None:
        self.stdout.write(_course_file(answering.chosen_course(first=first, last_day=last_day)))
        for words, seeds in (
            ("learnt from", answering.CHOSEN_ON),
            ("not learnt from", answering.REPORTED_ON),
        ):
            found = answering.canonical_weeks(seeds, first=first, last_day=last_day)
            said = _covered(answering.coverage(found))
            self.stdout.write(f"# Years {words} (seeds {seeds[0]} to {seeds[-1]}): {said}.")

    def _silent(self, first: date, last: date, options: dict[str, Any]) -> None:
        lines = runs.replay(first=first, last=last)
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

    def _answered(self, first: date, last: date, options: dict[str, Any]) -> None:
        at, on = business_time()
        found = runs.answered(
            options["answering"],
            first=first,
            last=last,
            on=on,
            seed=options["seed"],
            years=options["years"],
            foretell=lambda then: pace.foretell(Deployment.objects.all(), on=then),
        )
        if options["keep"]:
            answering.keep(found, first=first, last=last, at=at, on=on)
        walked = [week for week in found.weeks if week.is_walked]
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "days": [_json(line) for line in found.lines],
                        "answering": {
                            "who": options["answering"],
                            "stopped": [one.isoformat() for one in found.stopped],
                            "walked": [_week(week) for week in walked],
                            **_tested(found.weeks),
                            "years": [
                                {"seed": seed, **_tested(weeks)}
                                for seed, weeks in answering.by_year(found.weeks).items()
                            ],
                        },
                    }
                )
            )
            return
        self._say(found.weeks, walked, found, first, last)

    def _say(
        self,
        weeks: Sequence[Week],
        walked: Sequence[Week],
        found: answering.AnsweredYears,
        first: date,
        last: date,
    ) -> None:
        self.stdout.write("foretold on  running  between     and         middle      held")
        for week in walked:
            said = week.said
            low, high, middle = (str(one or "later") for one in (said.low, said.high, said.middle))
            held = {None: "not known yet", True: "yes", False: "no"}[week.held]
            self.stdout.write(
                f"{week.on}   {week.running:>7}  {low:<10}  {high:<10}  {middle:<10}  {held}"
            )
        if not walked:
            self.stdout.write("too few discontinuations: nothing was foretold")
        elif walked[0].came_on:
            self.stdout.write(f"The last one stopped on {walked[0].came_on}.")
        mails = len({line.mail for line in found.lines})
        self.stdout.write(
            f"Walked by the services: {first} to {last}, {mails} mails that went nowhere,"
            f" {sum(day <= last for day in found.stopped)} stopped."
        )
        years = answering.by_year(weeks)
        tested = answering.coverage(weeks)
        if not tested.made:
            return
        self.stdout.write(
            f"{len(years)} years, seeds {min(years)} to {max(years)}"
            f" ({len(years) - 1} of them counted by the ladder's days, not walked):"
            f" {_covered(tested)}. The register is as it was."
        )


def _covered(found: Coverage) -> str:
    return (
        f"of {found.made} weekly forecasts the {CONFIDENCE} % interval held the day that came in"
        f" {found.held} ({round(100 * (found.share or 0))} %)"
    )


def _tested(weeks: Sequence[Week]) -> dict[str, object]:
    found = answering.coverage(weeks)
    return {"made": found.made, "held": found.held, "share": found.share}


def _week(week: Week) -> dict[str, object]:
    days = {"on": week.on, "low": week.said.low, "middle": week.said.middle}
    days |= {"high": week.said.high, "came_on": week.came_on}
    said = {name: day.isoformat() if day else None for name, day in days.items()}
    return {**said, "running": week.running, "held": week.held}


def _course_file(course: Course) -> str:
    """As TOML, with how it was made."""
    seeds = answering.CHOSEN_ON
    lines = [
        "# The usual course of a way out: which share of what still runs stops in each week.",
        "# Week 0 begins on the last permitted day. Learnt from the replayed years of the seeds",
        f"# {seeds[0]} to {seeds[-1]} (customers.toml, the sunset's ladder) and printed by",
        "# manage.py replay_sunset --from 2022-06-21 --to 2023-07-31 --course",
        "# before: a week's share earlier than first_week; after: later than the last one.",
        f"first_week = {course.first_week}",
        f"before = {course.before}",
        f"after = {course.after}",
        "weekly = [",
        *(f"  {share}," for share in course.weekly),
        "]",
    ]
    return "\n".join(lines)


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
