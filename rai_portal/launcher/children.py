"""The supervisor's children: started in sessions of their own, started again when they die, and
ended with everything that they started."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from rai_portal.embedded.attach import PROJECT
from rai_portal.embedded.service import open_log
from rai_portal.launcher import guard, say

PATIENCE = 8  # seconds from SIGTERM to SIGKILL
STEADY = 60  # seconds after which a child's earlier deaths are forgotten
LONGEST_PAUSE = 30  # seconds between two starts


@dataclass
class Child:
    name: str
    command: list[str]
    log: Path | None
    patience: float = PATIENCE
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0  # time.monotonic()
    deaths: int = 0
    start_again_at: float | None = None

    def is_dead(self) -> bool:
        return self.process is not None and self.process.poll() is not None


@dataclass
class Family:
    """All children, and the guard that ends them if we cannot."""

    children: list[Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__],
            stdin=subprocess.PIPE,
            cwd="/",
            start_new_session=True,
        )

    def start(
        self, name: str, command: list[str], log: Path | None, *, patience: float = PATIENCE
    ) -> Child:
        child = Child(name, command, log, patience)
        self.children.append(child)
        self._start(child)
        return child

    def look_after(self) -> None:
        """Starts again what has died, at growing intervals."""
        for child in self.children:
            if child.start_again_at is None and child.is_dead():
                self._plan_restart(child)
            elif child.start_again_at is not None and time.monotonic() >= child.start_again_at:
                self._start(child)

    def stop(self) -> None:
        groups = [child.process.pid for child in self.children if child.process]
        guard.send(groups, signal.SIGTERM)
        begun = time.monotonic()
        while any(
            child.process and self._is_alive(child.process.pid)
            for child in self.children
            if time.monotonic() < begun + child.patience
        ):
            time.sleep(0.05)
        guard.send(groups, signal.SIGKILL)
        for child in self.children:
            if child.process:
                child.process.wait()
        self._tell_guard("done")
        self._guard.wait()

    def _is_alive(self, group: int) -> bool:
        for child in self.children:
            child.is_dead()  # collects the dead, who else count as a group
        return guard.send([group], 0)

    def _start(self, child: Child) -> None:
        output = open_log(child.log) if child.log else None
        child.process = subprocess.Popen(
            child.command,
            cwd=PROJECT,
            env=os.environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            umask=0o077,  # mails, evidence and logs are nobody else's
        )
        if output:
            output.close()
        self._tell_guard(str(child.process.pid))
        child.started_at = time.monotonic()
        child.start_again_at = None

    def _plan_restart(self, child: Child) -> None:
        lived = time.monotonic() - child.started_at
        child.deaths = 1 if lived > STEADY else child.deaths + 1
        pause = min(2 ** (child.deaths - 1), LONGEST_PAUSE)
        child.start_again_at = time.monotonic() + pause
        if child.process:
            guard.send([child.process.pid], signal.SIGKILL)  # what it left behind
        say.line(f"{child.name} has ended; starting it again in {pause} s (see {child.log})")

    def _tell_guard(self, word: str) -> None:
        if self._guard.stdin:
            self._guard.stdin.write(f"{word}\n".encode())
            self._guard.stdin.flush()
