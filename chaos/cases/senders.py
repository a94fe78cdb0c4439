"""Senders that die, are asked to go, or freeze in the middle of a mail."""

import os
import random
import signal
import time

from chaos.measures import Finding, at_least, at_most, finding, none, shown
from chaos.stack import LEASE
from chaos.timing import QUARTER
from chaos.world import World

HANDS = 2  # sending processes of one worker
GONE_IN = 60  # seconds that a deploy waits for a worker


def kill_random_sender(world: World) -> Finding:
    """Four of five kills hit one sending process, the fifth a worker with all it has."""
    mails, kills = world.size(2000, 300), world.size(20, 5)
    dice = random.Random(20230630)
    wanted = world.planned(mails)
    world.mailbox.behave(linger=0.01)
    world.stack.have(beats=1, senders=2, hands=HANDS)
    world.wait_for_arrivals(1)
    killed = 0
    for turn in range(1, kills + 1):
        time.sleep(dice.uniform(0.2, 0.5))
        if world.waiting() == 0:
            break
        if turn % 5:
            os.kill(dice.choice(world.stack.some_hands()), signal.SIGKILL)
            killed += 1
        else:
            victim = world.stack.senders.pop(0)
            killed += max(len(victim.children()), 1)
            victim.kill()
            world.stack.start_sender(hands=HANDS)
        world.ring(2 * HANDS)
    world.stack.look_after()
    took = world.drained(120 + QUARTER)
    post = world.mailbox.post()
    return finding(
        "sender killed",
        f"kill -9 of a random sender {kills} times in {mails} sends",
        [
            shown("sending processes killed", killed),
            at_least("kills before the last mail", turn, kills),
            at_most("sent twice", post.twice(), kills),
            at_most("seconds until all were sent", took, 120 + QUARTER),
            *world.verdict(wanted, post, kills=killed),
        ],
    )


def terminate(world: World) -> Finding:
    """A deploy: every worker is asked to go in the middle of it, and a new one comes."""
    mails, rounds = world.size(500, 120), world.size(4, 1)
    wanted = world.planned(mails)
    world.mailbox.behave(linger=0.03)
    world.stack.have(beats=1, senders=2, hands=HANDS)
    longest, unfinished = 0.0, 0
    for turn in range(1, rounds + 1):
        world.wait_for_arrivals(turn * mails // (rounds + 2))
        unfinished += world.waiting() > 0
        leaving = world.stack.senders.pop(0)
        longest = max(longest, leaving.terminate(GONE_IN + 5))
        world.stack.start_sender(hands=HANDS)
        world.ring(2 * HANDS)
    took = world.drained(60 + QUARTER)
    post = world.mailbox.post()
    return finding(
        "sender asked to go",
        f"SIGTERM to {rounds} workers, one after the other, during {mails} sends",
        [
            at_least("workers that had mails left", unfinished, rounds),
            none("sent twice", post.twice()),
            at_most("longest good-bye in seconds", round(longest, 1), GONE_IN),
            at_most("seconds until all were sent", took, 60 + QUARTER),
            *world.verdict(wanted, post),
        ],
    )


def freeze(world: World) -> Finding:
    """Two of four sending processes at a time stand still for three leases, then go on."""
    mails, times = world.size(1200, 160), world.size(8, 2)
    dice = random.Random(20230628)
    wanted = world.planned(mails)
    world.mailbox.behave(linger=0.12)
    world.stack.have(beats=1, senders=2, hands=HANDS)
    world.stack.wait_for_workers()
    world.ring(2 * HANDS)
    world.wait_for_arrivals(4)
    frozen = 0
    while frozen < times and world.waiting():
        chosen = [dice.choice(worker.children()) for worker in world.stack.senders]
        _signal(chosen, signal.SIGSTOP)
        frozen += len(chosen)
        time.sleep(3 * LEASE)
        _signal(chosen, signal.SIGCONT)
        world.ring(2 * HANDS)
        time.sleep(0.5)
    took = world.drained(120 + QUARTER)
    post = world.mailbox.post()
    return finding(
        "sender frozen",
        f"SIGSTOP of a sender for three leases of {LEASE} s, {times} times in {mails} sends",
        [
            at_least("freezes before the last mail", frozen, times),
            at_most("sent twice", post.twice(), times),
            at_most("seconds until all were sent", took, 120 + QUARTER),
            *world.verdict(wanted, post, kills=frozen),
        ],
    )


def _signal(hands: list[int], number: signal.Signals) -> None:
    for hand in hands:
        os.kill(hand, number)
