"""Starts parts of the platform as real processes, and counts what they leave behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rai_portal.embedded.attach import PROJECT

OURS = ("DATABASE_URL", "REDIS_URL", "EMBEDDED", "DEMO", "MAKELEVEL", "STATIC_MANIFEST", "PORT")


def environment(**changes: str) -> dict[str, str]:
    """This process's environment without what the test run itself has set."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return {**kept, **changes}


def run(*command: str, cwd: Path = PROJECT, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=environment(**changes), capture_output=True, text=True, timeout=60
    )


def start(*command: str, cwd: Path = PROJECT, **changes: str) -> subprocess.Popen[str]:
    """Heeds Ctrl-C, as in a terminal: what a shell puts into the background is born deaf to it."""
    ours = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=environment(**changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, ours)


def python(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, *words, **changes)


def belonging_to(folder: Path) -> dict[int, str]:
    """The processes whose command, environment or working folder names `folder`; ours excepted."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            command = (place / "cmdline").read_bytes()
            traces = (
                command + (place / "environ").read_bytes() + os.fsencode((place / "cwd").readlink())
            )
        except (OSError, ValueError):
            continue
        if os.fsencode(folder) in traces and int(place.name) != os.getpid():
            found[int(place.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


def pid_of(folder: Path, pattern: str) -> int:
    return next(pid for pid, command in belonging_to(folder).items() if re.search(pattern, command))


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def until(holds: Callable[[], object], seconds: float) -> bool:
    """Whether it holds before the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return bool(holds())
