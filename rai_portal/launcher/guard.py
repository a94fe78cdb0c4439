"""Ends the supervisor's children when the supervisor dies in a way that it cannot answer (kill -9).

Reads process ids, one a line, from a pipe that only the supervisor writes. "done" means that it has
stopped them itself; the end of the pipe without it means that it is dead. Standard library only,
run as a script.
"""

import os
import signal
import sys
import time

PATIENCE = 5  # seconds between SIGTERM and SIGKILL


def main() -> None:
    groups: list[int] = []
    for line in sys.stdin:
        if line.strip() == "done":
            return
        groups.append(int(line))
    send(groups, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and send(groups, 0):
        time.sleep(0.1)
    send(groups, signal.SIGKILL)


def send(groups: list[int], number: int) -> bool:
    """Signals each group of processes; whether any is left."""
    alive = False
    for group in groups:
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):
            continue
        alive = True
    return alive


if __name__ == "__main__":
    main()
