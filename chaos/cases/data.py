"""Data that moves under the sender's hands, and data that no mail can be made of."""

import random
import time
from collections.abc import Collection
from datetime import date

from chaos import register
from chaos.mailbox import Arrival
from chaos.measures import Finding, at_least, at_most, exactly, finding, none
from chaos.timing import QUARTER
from chaos.world import GOING, World
from reviews.domain.enums import AuditKind, MailState
from reviews.models import AuditEvent, CustomerContact, Deployment
from reviews.services import extensions

MOVED_TO = date(2023, 9, 29)
REAL_ATTEMPTS = 8
SICK = 7


def deadline_moved(world: World) -> Finding:
    """Extensions are granted one by one while two senders work through the same mails."""
    mails = world.size(300, 80)
    wanted = world.planned(mails)
    world.mailbox.behave(think=0.02, linger=0.02)
    world.crew()
    world.wait_for_arrivals(5)
    moved: dict[str, float] = {}
    dice = random.Random(20230629)
    while len(moved) < mails // 4 and (near := _next_to_leave(world, moved)):
        contact = dice.choice(near)
        _extend(world, contact.customer.deployments.get())
        moved[contact.email] = time.time()
    took = world.drained(90 + QUARTER)
    post = world.mailbox.post()
    late = [a for a in post.arrivals if _is_stale(a) and a.at > moved.get(a.to, a.at)]
    too_late = {a.to for a in post.arrivals if _is_stale(a)}
    return finding(
        "deadline moved while mails leave",
        f"{len(moved)} extensions granted while {mails} mails are being sent",
        [
            at_least("moved before their mail left", len(set(moved) - too_late), 1),
            at_least("moved after their mail left", len(set(moved) & too_late), 0),
            at_least("mails that name the old day", len(too_late), 1),
            none("mails with the old day after the commit", len(late)),
            none("sent twice", post.twice()),
            at_most("seconds until all were sent", took, 90 + QUARTER),
            *world.verdict(wanted - set(moved), post),
        ],
    )


def _next_to_leave(world: World, moved: Collection[str]) -> list[CustomerContact]:
    """Those whose mails are being sent, or are the next ones."""
    waiting = world.mails().filter(state__in=GOING).exclude(contact__email__in=moved)
    return [mail.contact for mail in waiting.order_by("due_at", "pk")[:6]]


def _extend(world: World, deployment: Deployment) -> None:
    at, on = register.business_time()
    asked = extensions.ask(
        deployment, until=MOVED_TO, reason="They move.", by=world.people.lead2, at=at, on=on
    )
    extensions.grant(asked, reason="They move.", by=world.people.lead, at=at, on=on)


def _is_stale(arrival: Arrival) -> bool:
    return _names(arrival, date(2023, 6, 30))


def _names(arrival: Arrival, day: date) -> bool:
    """Whether the text speaks of this day, in figures or in words."""
    words = (day.isoformat(), f"{day.day} {day:%B} {day.year}", f"{day:%B} {day.day}, {day.year}")
    return any(word in arrival.text for word in words)


def poison(world: World) -> Finding:
    """One customer's owner has an address that breaks the header of every mail."""
    mails = world.size(1000, 150)
    wanted = world.planned(mails)
    sick = world.mails().get(contact__email=world.address(SICK))
    register.spoil_owner(sick.contact.customer)
    world.crew()
    world.wait_for_arrivals(mails - 1)
    took, skipped = world.drained_skipping(120)
    sick.refresh_from_db()
    post = world.mailbox.post()
    states = world.mails()
    return finding(
        "poison among mails",
        f"1 of {mails} mails cannot be written",
        [
            exactly("mails sent", states.filter(state=MailState.SENT).count(), mails - 1),
            exactly("mails dead", states.filter(state=MailState.DEAD).count(), 1),
            exactly("attempts on it", sick.attempts, REAL_ATTEMPTS),
            exactly("alarms", AuditEvent.objects.filter(kind=AuditKind.MAIL_DEAD).count(), 1),
            at_most("hours until it was given up", round(skipped / 3600, 1), 72),
            at_most("seconds until all were settled", took, 120),
            none("sent twice", post.twice()),
            *world.verdict(wanted - {world.address(SICK)}, post),
        ],
    )
