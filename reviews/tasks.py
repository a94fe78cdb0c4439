"""Celery entry points: read the clock, call one service, return a number for the log."""

import multiprocessing
import signal
import zoneinfo
from datetime import date, datetime

from billiard.process import current_process
from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings
from django.utils import timezone

from reviews.domain.delivering import SWEEP_SECONDS
from reviews.domain.enums import RehearsalKind
from reviews.domain.forecast import Forecast
from reviews.integrations.stopping import until_told
from reviews.models import Deployment
from reviews.selectors import clock
from reviews.selectors.sunset import pace
from reviews.selectors.sunset.digests import waiting_for
from reviews.services import checkpointing, evidence, rereviewing, tallies
from reviews.services.reminding import sweeps
from reviews.services.replaying import runs
from reviews.services.sunset import attestations, kept_files

_IS_STOPPING = multiprocessing.RawValue("b", 0)
"""Shared with the worker's children: set once the worker was told to end."""


@worker_shutting_down.connect
def tell_the_children(**kwargs: object) -> None:
    _IS_STOPPING.value = 1


@shared_task(name="reviews.open_due_rereviews")
def open_due_rereviews() -> int:
    at, on = _business_time()
    return rereviewing.open_due(at=at, on=on)


@shared_task(name="reviews.fold_tallies")
def fold_tallies() -> int:
    """The boards' summary rows; no clock plays a part."""
    return tallies.fold()


@shared_task(name="reviews.sweep_stray_files")
def sweep_stray_files() -> int:
    """Files carry real time, so the demo's clock plays no part."""
    at = timezone.now()
    return evidence.sweep(at=at) + attestations.sweep(at=at) + kept_files.sweep(at=at)


@shared_task(name="reviews.follow_deadlines")
def follow_deadlines() -> int:
    at, on = _business_time()
    return sweeps.follow(at=at, on=on)


@shared_task(name="reviews.plan_reminders")
def plan_reminders() -> int:
    at, on = _business_time()
    return sweeps.plan(at=at, on=on).rows


@shared_task(name="reviews.plan_digests")
def plan_digests() -> int:
    at, on = _business_time()
    return sweeps.plan_digests(waiting=waiting_for, at=at, on=on)


@shared_task(name="reviews.write_checkpoint")
def write_checkpoint() -> None:
    at, on = _business_time()
    checkpointing.write_checkpoint(at=at, on=on)


@shared_task(name="reviews.send_mails")
def send_mails() -> int:
    """Until nothing is due. Told to end, it finishes the mail in flight and gives the rest back."""
    at, on = _business_time()
    with until_told(
        signal.SIGTERM,
        seconds=SWEEP_SECONDS,
        again=current_process().name == "MainProcess",
        also=lambda: bool(_IS_STOPPING.value),
    ) as go_on:
        return sweeps.send(at=at, on=on, go_on=go_on).sent


@shared_task(name="reviews.rehearse")
def rehearse(kind: str = "") -> bool:
    """Make what somebody asked for; without a word, the plan of a new business day."""
    at, on = _business_time()
    if kind:
        return bool(runs.rehearse(RehearsalKind(kind), at=at, on=on, foretell=_foretell))
    return runs.refresh(at=at, on=on, foretell=_foretell) is not None


def _foretell(then: date) -> tuple[int, Forecast | None]:
    """As the board does, of everything on the register."""
    return pace.foretell(Deployment.objects.all(), on=then)


def _business_time() -> tuple[datetime, date]:
    """Moment and civil day in the server's zone."""
    at = timezone.now() + clock.offset() if settings.DEMO else timezone.now()
    return at, at.astimezone(zoneinfo.ZoneInfo(settings.TIME_ZONE)).date()
