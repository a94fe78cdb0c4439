"""A mail server that is away, busy, strict, forgetful or slow."""

import time

from chaos import waits
from chaos.measures import Finding, at_least, at_most, exactly, finding, none, shown
from chaos.timing import QUARTER, until
from chaos.visitors import Visits
from chaos.world import World
from reviews.domain.enums import MailState
from reviews.models import Breaker

HOUR = 3600  # seconds
FIRST_LOOK = 30  # seconds that a sender may take to look again


def refuses(world: World) -> Finding:
    """Nobody listens for a weekend; every wait of it is lived through, at a jump."""
    mails, away = world.size(200, 60), world.size(60, 3) * HOUR
    world.crew()
    visitor = world.visit(4)
    world.mailbox.refuse()
    wanted = world.planned(mails)
    passed, longest = _live_through(world, away)
    attempts = sum(_attempts(world))
    last_wait = waits.left()
    world.mailbox.welcome()
    took, skipped = world.drained_skipping(60)
    visits, post = visitor.leave(), world.mailbox.post()
    return finding(
        "mail server refuses",
        f"nobody listens for {away // HOUR} hours of waiting, {mails} mails due",
        [
            shown("hours passed", round(passed / HOUR, 1)),
            none("attempts spent on it", attempts),
            at_most("longest pause between two looks, in minutes", _minutes(longest), 15),
            at_most("minutes of waiting after it came back", _minutes(max(skipped, last_wait)), 15),
            at_most("seconds of sending after it came back", took, 60),
            none("channel still closed", Breaker.objects.exclude(opened_at=None).count()),
            none("sent twice", post.twice()),
            *_pages(visits),
            *world.verdict(wanted, post, visits=visits),
        ],
    )


def busy(world: World) -> Finding:
    """Half of the recipients hear 421 twice."""
    mails = world.size(200, 60)
    world.crew()
    visitor = world.visit(4)
    world.mailbox.behave(busy_turns=2)
    wanted = world.planned(mails)
    took, skipped = world.drained_skipping(120)
    visits, post = visitor.leave(), world.mailbox.post()
    turned_away = world.mailbox.refusals()[421]
    spent = _attempts(world)
    return finding(
        "mail server busy",
        f"421 for half of {mails} recipients, twice each",
        [
            exactly("answers 421", turned_away, mails // 2 * 2),
            exactly("mails with one attempt", spent.count(1), mails - mails // 2),
            exactly("mails with three attempts", spent.count(3), mails // 2),
            none("sent twice", post.twice()),
            at_most("seconds until all were sent", took, 120),
            shown("minutes of waiting skipped", _minutes(skipped)),
            *_pages(visits),
            *world.verdict(wanted, post, visits=visits),
        ],
    )


def strict(world: World) -> Finding:
    """550 for three addresses."""
    mails = world.size(200, 60)
    world.crew()
    visitor = world.visit(4)
    unknown = [world.address(number) for number in (3, 14, 15)]
    world.mailbox.behave(unknown=unknown)
    wanted = world.planned(mails) - set(unknown)
    took, _ = world.drained_skipping(60)
    visits, post = visitor.leave(), world.mailbox.post()
    failed = world.mails().filter(state=MailState.FAILED)
    return finding(
        "mail server strict",
        f"550 for 3 of {mails} addresses",
        [
            exactly("mails failed", failed.filter(contact__email__in=unknown).count(), 3),
            exactly("mails failed in all", failed.count(), 3),
            exactly("answers 550", world.mailbox.refusals()[550], 3),
            none("failed without a reason", failed.filter(last_error="").count()),
            none("sent twice", post.twice()),
            at_most("seconds until all were sent", took, 60),
            *_pages(visits),
            *world.verdict(wanted, post, visits=visits),
        ],
    )


def forgetful(world: World) -> Finding:
    """It takes the contents, hangs up, and never says 250."""
    mails, dropped = world.size(200, 60), world.size(20, 6)
    world.crew()
    visitor = world.visit(4)
    drops = [world.address(number) for number in range(1, dropped + 1)]
    world.mailbox.behave(drops=drops)
    wanted = world.planned(mails)
    took, skipped = world.drained_skipping(120)
    visits, post = visitor.leave(), world.mailbox.post()
    return finding(
        "mail server silent after the contents",
        f"taken, then the line goes dead, for {dropped} of {mails} mails",
        [
            exactly("lines gone dead", sum(a.dropped for a in post.arrivals), dropped),
            at_most("sent twice", post.twice(), dropped),
            at_most("seconds until all were sent", took, 120),
            shown("minutes of waiting skipped", _minutes(skipped)),
            *_pages(visits),
            *world.verdict(wanted, post, kills=dropped, visits=visits),
        ],
    )


def slow(world: World) -> Finding:
    """Ten seconds a mail, with the lease and the time limit of real life."""
    mails, think = world.size(8, 2), 10
    world.crew()
    visitor = world.visit(4)
    time.sleep(world.size(10, 5))
    before = visitor.mark()
    world.mailbox.behave(think=think)
    wanted = world.planned(mails)
    begun = visitor.mark()
    took = world.drained(mails * think + 2 * think + QUARTER)
    during = visitor.since(begun)
    usual = visitor.since(0, before).p95()
    visits, post = visitor.leave(), world.mailbox.post()
    return finding(
        "mail server slow",
        f"{think} s a mail, {mails} mails, 2 senders",
        [
            at_least("seconds until all were sent", took, mails / 2 * think),
            none("sent twice", post.twice()),
            shown("usual p95 of pages in ms", usual),
            at_most("p95 of pages meanwhile in ms", during.p95(), 2 * usual + 100),
            *_pages(visits),
            *world.verdict(wanted, post, visits=visits),
        ],
    )


def _live_through(world: World, seconds: float) -> tuple[float, float]:
    """Jumps from wait to wait until so much time has passed. What passed, and the longest wait.

    After each jump somebody has to look, and to begin the next wait.
    """
    passed = longest = 0.0
    until(waits.left, FIRST_LOOK)
    while passed < seconds:
        wait = waits.skip_nearest()
        passed, longest = passed + wait, max(longest, wait)
        world.ring()
        if not until(waits.left, FIRST_LOOK, look=0.03):
            break
    return passed, longest


def _attempts(world: World) -> list[int]:
    return list(world.mails().values_list("attempts", flat=True))


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def _pages(visits: Visits) -> tuple:
    return (
        at_least("pages looked at", len(visits.visits), 1),
        none("pages other than 200", visits.others_than(200)),
    )
