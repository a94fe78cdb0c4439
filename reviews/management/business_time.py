"""The business clock, and days, as commands take them."""

import argparse
import zoneinfo
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from reviews.selectors import clock


def business_time() -> tuple[datetime, date]:
    """Moment and civil day in the server's zone; outside the demo that is real time."""
    at = timezone.now() + clock.offset() if settings.DEMO else timezone.now()
    return at, at.astimezone(zoneinfo.ZoneInfo(settings.TIME_ZONE)).date()


def day(value: str) -> date:
    """For ``type=`` of an argument: a day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is no day; write YYYY-MM-DD") from None
