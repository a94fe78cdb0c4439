"""Sweeps that run twice at once, or not at all for days."""

from collections import Counter
from datetime import UTC, datetime

from chaos import register
from chaos.ground import Ground
from chaos.measures import Finding, Measure, at_least, at_most, exactly, finding, none
from chaos.timing import QUARTER, until
from chaos.world import World, world
from reviews.domain.enums import Channel, MailState, ReminderState
from reviews.models import Mail, Reminder

THREE_DAYS_BEFORE = datetime(2023, 6, 27, 12, tzinfo=UTC)
A_MONTH_BEFORE = datetime(2023, 5, 31, 12, tzinfo=UTC)
LAST_STEP = "T-0"


def together(ground: Ground, *, quick: bool) -> Finding:
    """The same register twice: once with one beat, once with two beats and three sweeps at once."""
    alone = _sent(ground, "alone", quick=quick, beats=1, sweeps=0)
    crowd = _sent(ground, "crowd", quick=quick, beats=2, sweeps=3)
    difference = (alone.mails - crowd.mails) + (crowd.mails - alone.mails)
    return finding(
        "two beats",
        f"two beats and three sweeps at once, {len(alone.wanted)} deployments",
        [
            at_least("mails of one beat", alone.mails.total(), len(alone.wanted)),
            exactly("mails of the crowd", crowd.mails.total(), alone.mails.total()),
            none("mails that differ", difference.total()),
            *crowd.measures,
        ],
    )


class _Run:
    def __init__(self, made: World, wanted: set[str], took: float | None) -> None:
        post = made.mailbox.post()
        self.wanted = wanted
        self.mails = Counter((a.to, a.subject) for a in post.arrivals)
        self.measures: list[Measure] = [
            none("sent twice", post.twice()),
            at_most("seconds until all were sent", took, 90 + QUARTER),
            *made.verdict(wanted, post),
        ]


def _sent(ground: Ground, name: str, *, quick: bool, beats: int, sweeps: int) -> _Run:
    with world(ground, name, quick=quick) as made:
        count = made.size(400, 80)
        register.deployments(count, made.people)
        wanted = {register.address(number) for number in range(1, count + 1)}
        made.stack.start_worker()
        made.stack.start_sender(hands=2)
        if beats > 1:
            made.stack.start_worker()
        for _ in range(beats):
            made.stack.start_beat()
        commands = [made.stack.run("remind", "--json", wait=False) for _ in range(sweeps)]
        until(lambda: Mail.objects.filter(state=MailState.SENT).count() >= count, 90)
        for command in commands:
            command.popen.wait()
        return _Run(made, wanted, made.drained(90 + QUARTER))


def three_days(made: World) -> Finding:
    """From the step three days before the last day to the last day itself."""
    return _away(made, THREE_DAYS_BEFORE, days=3)


def a_month(made: World) -> Finding:
    """From thirty days before the last day to the last day itself."""
    return _away(made, A_MONTH_BEFORE, days=30)


def _away(made: World, start: datetime, *, days: int) -> Finding:
    count = made.size(200, 50)
    register.set_clock(start)
    wanted = made.planned(count)
    made.stack.start_worker()
    made.stack.start_sender(hands=2)
    made.ring()
    before = made.drained(90)
    known = set(Reminder.objects.values_list("pk", flat=True))
    first = sum(to in wanted for to in made.mailbox.post().recipients())
    made.mailbox.forget()
    register.let_time_pass(days)
    made.stack.start_beat()
    until(lambda: made.mailbox.count() >= count, 60)
    took = made.drained(60 + QUARTER)
    made.check_no_hold()
    post = made.mailbox.post()
    steps = _steps(known, ReminderState.SENT)
    missed = _steps(known, ReminderState.MISSED)
    contacts = sum(to in wanted for to in post.recipients())
    return finding(
        f"beat away {days} days",
        f"nothing runs for {days} days of business time, {count} deployments, then beat comes back",
        [
            at_most("seconds to send the first step", before, 90),
            exactly("contacts with a mail before", first, count),
            exactly("contacts with a mail after", contacts, count),
            exactly("their lines of the nearest step", steps[LAST_STEP], count),
            none("their lines of other steps", steps.total() - steps[LAST_STEP]),
            at_least("lines visible as missed", missed.total(), count),
            none("missed lines of the nearest step", missed[LAST_STEP]),
            none("sent twice", post.twice()),
            at_most("seconds until all were sent", took, 60 + QUARTER),
            *made.verdict(wanted, made.mailbox.post(all_of_it=True)),
        ],
    )


def _steps(known: set[int], state: ReminderState) -> Counter[str]:
    """Lines to contacts by mail, made since, by step."""
    rows = Reminder.objects.filter(
        state=state, channel=Channel.EMAIL, recipient_key__startswith="c"
    ).exclude(pk__in=known)
    return Counter(rows.values_list("step__code", flat=True))
