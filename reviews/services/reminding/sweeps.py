"""The sweeps of the reminder machine, each with its heartbeat. All may run at any time, any number
of times, side by side."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from reviews.domain.enums import SweepName
from reviews.services.reminding import (
    deadlines,
    digests,
    forecasts,
    guard,
    heartbeats,
    planning,
    sending,
)
from reviews.services.reminding.digests import Waiting
from reviews.services.reminding.planning import PlanResult
from reviews.services.reminding.sending import SendResult


def follow(*, at: datetime, on: date) -> int:
    """Bring every deadline up to date; returns how many changed."""
    with _noted(SweepName.FOLLOW):
        changed = deadlines.follow_all(at=at, on=on)
    heartbeats.beat(SweepName.FOLLOW, at=at, on=on, rows=changed)
    return changed


def plan(*, at: datetime, on: date) -> PlanResult:
    """Write what is due, and foresee the next day. A plan that stopped to ask leaves no beat."""
    with _noted(SweepName.PLAN):
        result = planning.plan(at=at, on=on)
        has_stopped = result.hold is not None and result.hold.reason in guard.STOPPING
        if not has_stopped:
            forecasts.store(at=at, on=on)
    if not has_stopped:
        heartbeats.beat(SweepName.PLAN, at=at, on=on, rows=result.rows)
    return result


def plan_digests(*, waiting: Waiting, at: datetime, on: date) -> int:
    """Write the digests that are due; returns how many. ``waiting``: what waits for a person."""
    with _noted(SweepName.DIGEST):
        written = digests.plan_digests(waiting=waiting, at=at, on=on)
    heartbeats.beat(SweepName.DIGEST, at=at, on=on, rows=written)
    return written


def send(*, at: datetime, on: date, go_on: Callable[[], bool] = lambda: True) -> SendResult:
    """Send what is due until ``go_on`` says no."""
    with _noted(SweepName.SEND):
        result = sending.send_due(at=at, on=on, go_on=go_on)
    if not result.is_stopped:
        heartbeats.beat(SweepName.SEND, at=at, on=on, rows=result.settled)
    return result


@contextmanager
def _noted(name: SweepName) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        heartbeats.fail(name, error=f"{type(error).__name__}: {error}")
        raise
