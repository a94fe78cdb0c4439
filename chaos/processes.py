"""Child processes in groups of their own, signalled and ended by their id."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rai_portal.embedded.attach import PROJECT

_PR_SET_PDEATHSIG = 1
_running: list["Process"] = []


@dataclass(eq=False)
class Process:
    """A program and whatever it starts."""

    popen: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        return self.popen.pid

    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def children(self) -> list[int]:
        """Ids of the processes that it started itself, zombies left out."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                state, parent = (place / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(parent) == self.pid and state != "Z":
                found.append(int(place.name))
        return found

    def kill(self) -> None:
        """kill -9 of the whole group; returns once it is gone."""
        self._signal_group(signal.SIGKILL)
        self.popen.wait()
        if self in _running:
            _running.remove(self)

    def terminate(self, patience: float = 60) -> float:
        """SIGTERM to the program alone, as a service manager sends it. Seconds until it had ended;
        killed, and counted as ``patience``, where it takes longer."""
        begun = time.monotonic()
        self.popen.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(patience)
        took = time.monotonic() - begun
        self.kill()
        return took

    def freeze(self) -> None:
        self._signal_group(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_group(signal.SIGCONT)

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)


def start(command: list[str], *, log: Path, environment: dict[str, str] | None = None) -> Process:
    """Starts it in the checkout. It dies with us, however we die (on Linux)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        popen = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=environment or dict(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_us(),  # noqa: PLW1509 - it makes one system call
        )
    process = Process(popen)
    _running.append(process)
    return process


def kill_all() -> None:
    """Ends everything that ``start`` started and that still runs."""
    for process in list(_running):
        process.kill()


def _die_with_us() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))

    return ask_kernel
