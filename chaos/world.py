"""Everything that a case works with: a database, a mail server, processes, people."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.db.models import QuerySet

from chaos import invariants, register, waits
from chaos.ground import Ground
from chaos.mailbox import Mailbox, Post
from chaos.measures import Measure, none
from chaos.stack import Stack
from chaos.timing import until
from chaos.visitors import Visitor, Visits, sign_in
from rai_portal.celery import app
from reviews import tasks
from reviews.domain.enums import Channel, MailState
from reviews.models import Mail, SweepHold

PAGES = ("/", "/sunset/", "/use-cases/", "/outbox/", "/access/")
BOTH_QUEUES = "mail,default"
GOING = (MailState.DUE, MailState.SENDING)


@dataclass
class World:
    """What a case works with. In a quick run several cases share one, one after the other, each
    with a register of its own: its addresses begin with its ``batch``."""

    ground: Ground
    mailbox: Mailbox
    stack: Stack
    quick: bool
    people: register.People
    visitors: list[Visitor] = field(default_factory=list)
    batch: str = ""

    def begin(self) -> None:
        """The next case: a good mail server, nothing arrived yet, nobody registered yet."""
        self.batch = chr(ord(self.batch) + 1) if self.batch else "a"
        self.mailbox.behave()
        self.mailbox.forget()

    def crew(self) -> None:
        """The ordinary processes: beat, a worker, a sender with two hands, web."""
        self.hands(beats=1)
        self.stack.have(web=True)

    def hands(self, *, beats: int) -> None:
        """Beats, a worker and a sender; one process for both queues where time is short."""
        if self.quick:
            self.stack.have(beats=beats, senders=1, hands=3, queues=BOTH_QUEUES)
        else:
            self.stack.have(beats=beats, workers=1, senders=1)

    def address(self, number: int) -> str:
        return register.address(number, self.batch)

    def mails(self) -> QuerySet[Mail]:
        """E-mails to the contacts of this case."""
        return Mail.objects.filter(
            channel=Channel.EMAIL, contact__email__startswith=self.batch
        ).select_related("contact__customer")

    def size(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    def follow(self) -> None:
        """Deadlines for the register, as each service makes them in its own transaction."""
        tasks.follow_deadlines()

    def registered(self, count: int) -> set[str]:
        """A register of so many deployments. The addresses of their contacts."""
        register.deployments(count, self.people, batch=self.batch)
        self.follow()
        return {self.address(number) for number in range(1, count + 1)}

    def planned(self, count: int) -> set[str]:
        """The same, planned: these addresses must get a mail."""
        wanted = self.registered(count)
        tasks.plan_reminders()
        self.check_no_hold()
        return wanted

    def check_no_hold(self) -> None:
        """A machine that stopped to ask would sit through every case unharmed."""
        for hold in SweepHold.objects.filter(settled_at=None):
            raise RuntimeError(f"the machine stopped to ask: {hold.reason} {hold.detail}")

    def waiting(self) -> int:
        """E-mails that are due or being sent."""
        return self._due().filter(channel=Channel.EMAIL).count()

    def everything_waiting(self) -> int:
        return self._due().count()

    def _due(self) -> QuerySet[Mail]:
        at, _ = register.business_time()
        return Mail.objects.filter(state__in=GOING, due_at__lte=at)

    def ring(self, times: int = 1) -> None:
        """What a page's doorbell does: there may be something to send."""
        for _ in range(times):
            self.ask("reviews.send_mails", "mail")

    def ask(self, task: str, queue: str) -> None:
        """Put a task on the queue."""
        app.send_task(task, queue=queue)

    def forget_connection(self) -> None:
        """Before the database goes: the next query here makes a new one."""
        connection.close()

    def drained(self, limit: float) -> float | None:
        """Seconds until nothing is due any more; ``None`` where ``limit`` was not enough."""
        begun = time.monotonic()
        done = until(lambda: self.everything_waiting() == 0, limit)
        return round(time.monotonic() - begun, 1) if done else None

    def drained_skipping(self, limit: float) -> tuple[float | None, float]:
        """The same, without waiting for what waits. Also the seconds that were skipped."""
        begun, skipped = time.monotonic(), 0.0
        while self.everything_waiting():
            if time.monotonic() - begun > limit:
                return None, skipped
            skipped += waits.skip_nearest()
            self.ring()
            time.sleep(0.3)
        return round(time.monotonic() - begun, 1), skipped

    def wait_for_arrivals(self, count: int, limit: float = 90) -> None:
        """Returns once so many mails arrived. A case in which they never do shows nothing."""
        if not until(lambda: self.mailbox.count() >= count, limit, look=0.02):
            raise RuntimeError(f"{self.mailbox.count()} mails arrived, not {count}, in {limit} s")

    def visit(self, rate: float, pages: tuple[str, ...] = PAGES) -> Visitor:
        """Somebody signed in looks at pages from now on."""
        visitor = Visitor(self.stack.port, sign_in(self.people.lead), pages, rate=rate)
        visitor.start()
        self.visitors.append(visitor)
        return visitor

    def verdict(
        self,
        wanted: set[str],
        post: Post,
        *,
        each: int = 1,
        kills: int = 0,
        visits: Visits | None = None,
    ) -> Iterator[Measure]:
        """Who never got a mail, who got more than ``each``, and what always holds."""
        got = post.recipients()
        yield none("never sent", len(wanted - set(got)))
        yield none(
            "copies under another Message-ID", sum(post.recipients()[to] > each for to in wanted)
        )
        everything = self.mailbox.post(all_of_it=True)
        yield from invariants.after(post, everything, kills=kills, visits=visits)


@contextmanager
def world(ground: Ground, name: str, *, quick: bool, scaled: bool = True) -> Iterator[World]:
    """A fresh one; whatever it started is ended in the end."""
    folder = Path(ground.var / "cases" / name)
    folder.mkdir(parents=True)
    mailbox = Mailbox(folder)
    with ground.database(f"case_{name}") as database:
        ground.broker().flushall()
        register.set_clock(register.STARTS)
        stack = Stack(folder, ground.environment(database), mailbox, scaled=scaled)
        made = World(ground, mailbox, stack, quick, register.people())
        try:
            yield made
        finally:
            for visitor in made.visitors:
                visitor.leave()
            stack.close()
            mailbox.close()
