"""Ending at the right moment: what was begun is finished, nothing new is begun."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType


@contextlib.contextmanager
def until_told(
    *signals: signal.Signals, seconds: float, again: bool = True, also: Callable[[], bool]
) -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether to go on.

    No more after this many seconds, after one of these signals, or once ``also`` says stop. Inside,
    the signals only ask; ``again`` sends the one that came once more at the end, to whoever
    handles it then. Outside the main thread signals cannot be caught, and are not.
    """
    told: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        told.append(number)

    ends_at = time.monotonic() + seconds
    before = {}
    for one in signals:
        with contextlib.suppress(ValueError):
            before[one] = signal.signal(one, ask)
    try:
        yield lambda: not told and not also() and time.monotonic() < ends_at
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        if told and again:
            os.kill(os.getpid(), told[0])
