"""Broker and database that go away while there is work."""

import time

from chaos.measures import Finding, at_least, at_most, finding, none, shown
from chaos.timing import QUARTER
from chaos.world import World

JOBS = 1000
QUEUES = ("mail", "default")


def broker_killed(world: World) -> Finding:
    """The broker dies with its queue; beat, workers and pages find their way back by themselves."""
    mails = world.size(500, 100)
    world.crew()
    visitor = world.visit(5)
    world.stack.wait_for_workers()
    for process in world.stack.celery:
        process.freeze()
    wanted = world.planned(mails)
    world.ground.broker().delete(*QUEUES)
    for _ in range(JOBS // 2):
        world.ask("reviews.send_mails", "mail")
        world.ask("reviews.plan_reminders", "default")
    queued = _queued(world)
    world.ground.kill_broker()
    for process in world.stack.celery:
        process.thaw()
    time.sleep(world.size(10, 2))
    sent_while_away = world.mailbox.count()
    world.ground.valkey.start()
    kept = _queued(world)
    took = world.drained(60 + QUARTER)
    visits, post = visitor.leave(), world.mailbox.post()
    return finding(
        "broker killed",
        f"kill -9 of Valkey, which keeps nothing, with {JOBS} jobs queued and {mails} mails due",
        [
            at_least("jobs queued before", queued, JOBS - len(QUEUES)),
            at_most("jobs left after", kept, 20),
            shown("sent while it was away", sent_while_away),
            at_most("seconds until all were sent", took, 60 + QUARTER),
            none("sent twice", post.twice()),
            at_least("pages looked at", len(visits.visits), 10),
            none("pages other than 200", visits.others_than(200)),
            *world.verdict(wanted, post, visits=visits),
        ],
    )


def database_restarted(world: World) -> Finding:
    """The fast shutdown of PostgreSQL while pages are asked for and mails leave."""
    mails = world.size(500, 150)
    world.crew()
    visitors = [world.visit(10) for _ in range(2)]
    wanted = world.planned(mails)
    world.mailbox.behave(linger=0.03)
    world.wait_for_arrivals(mails // 5)
    due_at_restart = world.waiting()
    world.forget_connection()
    world.ground.restart_database(pause=world.size(3, 1))
    took = world.drained(90 + QUARTER)
    time.sleep(2)
    seen = [visitor.leave() for visitor in visitors]
    post = world.mailbox.post()
    after = sum(visits.visits[-1].status != 200 for visits in seen)
    return finding(
        "database restarted",
        f"fast shutdown and start of PostgreSQL under 20 pages a second, {mails} mails being sent",
        [
            at_least("mails due at the restart", due_at_restart, 1),
            shown("pages 503", sum(visits.statuses()[503] for visits in seen)),
            none("pages other than 200 and 503", sum(v.others_than(200, 503) for v in seen)),
            at_most("seconds with answers 503", max(v.unwell_for() for v in seen), 10),
            none("pages unwell at the end", after),
            at_most("seconds until all were sent", took, 90 + QUARTER),
            at_most("sent twice", post.twice(), 2),
            *world.verdict(wanted, post, kills=2),
        ],
    )


def _queued(world: World) -> int:
    broker = world.ground.broker()
    return sum(broker.llen(queue) for queue in QUEUES)
