"""Business time: real time, plus the demo's offset."""

from datetime import timedelta

from reviews.models import DemoClock


def offset() -> timedelta:
    """How far business time is ahead of real time. One query; zero where no demo is loaded."""
    return DemoClock.objects.values_list("offset", flat=True).first() or timedelta(0)
