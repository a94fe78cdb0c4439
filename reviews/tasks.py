"""Celery entry points: read the clock, call one service, return a number for the log."""

import zoneinfo
from datetime import date, datetime

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from reviews.selectors import clock
from reviews.services import evidence, rereviewing


@shared_task(name="reviews.open_due_rereviews")
def open_due_rereviews() -> int:
    at, on = _business_time()
    return rereviewing.open_due(at=at, on=on)


@shared_task(name="reviews.sweep_stray_files")
def sweep_stray_files() -> int:
    """Files carry real time, so the demo's clock plays no part."""
    return evidence.sweep(at=timezone.now())


def _business_time() -> tuple[datetime, date]:
    """Moment and civil day in the server's zone."""
    at = timezone.now() + clock.offset() if settings.DEMO else timezone.now()
    return at, at.astimezone(zoneinfo.ZoneInfo(settings.TIME_ZONE)).date()
