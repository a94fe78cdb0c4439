"""Sweeps that run twice at once, or not at all for days."""

from collections import Counter
from datetime import UTC, datetime

from chaos import register
from chaos.measures import Finding, at_least, at_most, exactly, finding, none
from chaos.timing import QUARTER
from chaos.world import World, world
from reviews.domain.enums import Channel, MailState, ReminderState
from reviews.models import Mail, Reminder

A_MONTH_BEFORE = datetime(2023, 5, 31, 12, tzinfo=UTC)
THREE_DAYS_BEFORE = datetime(2023, 6, 27, 12, tzinfo=UTC)
A_WEEK_BEFORE = datetime(2023, 6, 23, 12, tzinfo=UTC)
"""A step that speaks to contact, owner and manager."""
LAST_STEP = "T-0"


def together(made: World) -> Finding:
    """The same register twice: one sweep in one place; two beats and three sweeps in the other."""
    count, sweeps = made.size(400, 80), 3
    with world(made.ground, "alone", quick=made.quick) as lone:
        register.set_clock(A_WEEK_BEFORE)
        lone.begin()
        lone.registered(count)
        lone.stack.run("remind", "--json").popen.wait()
        alone = _sent()
    register.set_clock(A_WEEK_BEFORE)
    wanted = made.registered(count)
    made.hands(beats=2)
    made.stack.wait_for_workers()
    commands = [made.stack.run("remind", "--json") for _ in range(sweeps)]
    failed = sum(command.popen.wait() != 0 for command in commands)
    made.wait_for_arrivals(count)
    took = made.drained(60 + QUARTER)
    crowd, post = _sent(), made.mailbox.post()
    return finding(
        "two beats",
        f"two beats and {sweeps} sweeps at once, {count} deployments, a step with escalations",
        [
            at_least("mails of one sweep", alone.total(), count),
            exactly("mails of the crowd", crowd.total(), alone.total()),
            none("mails that differ", ((alone - crowd) + (crowd - alone)).total()),
            none("sweeps that failed", failed),
            none("sent twice", post.twice()),
            at_most("seconds until all were sent", took, 60 + QUARTER),
            *made.verdict(wanted, post),
        ],
    )


def _sent() -> Counter[tuple]:
    """What left: to whom, on which channel, of which kind, with which steps."""
    return Counter(
        (
            mail.contact.email if mail.contact else mail.user.username,
            mail.channel,
            mail.kind,
            mail.local_day,
            tuple(sorted(Counter(line.step.code for line in mail.reminders.all()).items())),
        )
        for mail in Mail.objects.filter(state=MailState.SENT)
        .select_related("contact", "user")
        .prefetch_related("reminders__step")
    )


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
    made.hands(beats=0)
    made.ring()
    before = made.drained(90)
    known = set(Reminder.objects.values_list("pk", flat=True))
    first = sum(to in wanted for to in made.mailbox.post().recipients())
    made.mailbox.forget()
    register.let_time_pass(days)
    made.hands(beats=1)
    made.wait_for_arrivals(count)
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
            *made.verdict(wanted, post),
        ],
    )


def _steps(known: set[int], state: ReminderState) -> Counter[str]:
    """Lines to contacts by mail, made since, by step."""
    rows = Reminder.objects.filter(
        state=state, channel=Channel.EMAIL, recipient_key__startswith="c"
    ).exclude(pk__in=known)
    return Counter(rows.values_list("step__code", flat=True))
