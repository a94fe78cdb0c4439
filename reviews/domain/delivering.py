"""When a mail is tried again, when it is given up, how long a silent server is left alone."""

MAX_ATTEMPTS = 8
"""Real attempts; a server that cannot be reached spends none."""

WAITS = (30, 120, 600, 1_800, 7_200, 21_600, 43_200)
"""Seconds after the first, the second ... attempt: 30 s, 2 min, 10 min, 30 min, 2 h, 6 h, 12 h."""

JITTER = 0.2
"""Share by which a wait is longer or shorter, so that a burst does not come back as one."""

FIRST_PAUSE = 30
LONGEST_PAUSE = 300
"""Seconds for which a server that cannot be reached is left alone; each failure doubles them."""

SWEEP_SECONDS = 200
"""After this long a sweep begins no further mail; the next one goes on."""


def is_given_up(attempts: int) -> bool:
    return attempts >= MAX_ATTEMPTS


def seconds_to_wait(attempts: int, *, chance: float) -> float:
    """From the end of this many attempts (at least 1) to the next; ``chance`` lies in 0..1."""
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    return wait * (1 + JITTER * (2 * chance - 1))


def pause_after(failures: int) -> int:
    """Seconds to leave a server alone after this many failures in a row (at least 1)."""
    return int(min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE))
