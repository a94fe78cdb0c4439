"""Waiting, and time that runs faster than the clock on the wall."""

import time
from collections.abc import Callable

PACE = 30  # beat's minute is two seconds here, its quarter of an hour half a minute
QUARTER = 15 * 60 / PACE  # seconds: 15 minutes, scaled


def until(holds: Callable[[], object], seconds: float, *, look: float = 0.1) -> bool:
    """Whether it holds before the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(look)
    return bool(holds())


def seconds_until(holds: Callable[[], object], limit: float, *, look: float = 0.1) -> float | None:
    """How long it took to hold; ``None`` where ``limit`` was not enough."""
    begun = time.monotonic()
    return round(time.monotonic() - begun, 1) if until(holds, limit, look=look) else None
