"""One child process that is a service: started, watched, stopped."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from rai_portal.embedded.account import Account

LOG_LIMIT = 10_000_000  # bytes; a longer log starts anew at the next start
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_PR_SET_PDEATHSIG = 1


def open_log(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    too_long = path.exists() and path.stat().st_size > LOG_LIMIT
    return path.open("wb" if too_long else "ab")


def start(
    command: list[str], account: Account, log: Path, stop_signal: signal.Signals
) -> subprocess.Popen[bytes]:
    """Starts the command in a session of its own, away from the terminal's Ctrl-C. On Linux the
    kernel sends it `stop_signal` when we die, even by kill -9."""
    with open_log(log) as output:
        return subprocess.Popen(
            command,
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent(stop_signal),  # noqa: PLW1509 - no threads besides us yet
            **account.popen_arguments(),
        )


def stop(process: subprocess.Popen[bytes], *signals: signal.Signals) -> None:
    """Sends one signal after the other until the process is gone; the last word is SIGKILL."""
    for number in (*signals, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            continue


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number))

    return ask_kernel
