"""Locks that the kernel frees however their holder dies."""

import fcntl
import os
import time
from pathlib import Path

POLL = 0.05  # seconds


class Lock:
    """One open lock file. Shared or exclusive; closing it frees it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def share(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def hold(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def try_to_hold(self, seconds: float = 0) -> bool:
        """Whether we hold it alone now, after waiting at most `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(POLL)
            else:
                return True

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock right now."""
    lock = Lock(path)
    try:
        return not lock.try_to_hold()
    finally:
        lock.close()
