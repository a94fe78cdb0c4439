"""Checks before anything is started or downloaded. Standard library only."""

import errno
import os
import socket
from pathlib import Path

from rai_portal.embedded.attach import make_run_folder, var_folder
from rai_portal.embedded.errors import EmbeddedError
from rai_portal.embedded.locks import Lock
from rai_portal.launcher import say

HOST = "127.0.0.1"


def wanted_port() -> int:
    """PORT, else 8000."""
    value = os.environ.get("PORT") or "8000"
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        say.refuse(f"PORT={value!r}: write a number from 1 to 65535")
    return int(value)


def only_run() -> tuple[Path, Lock]:
    """The state folder and the lock of its one supervisor; refuses where another one holds it."""
    try:
        run = make_run_folder(var_folder())
        lock = Lock(run / "supervisor.lock")
    except EmbeddedError as error:
        say.refuse(str(error))
    except OSError as error:
        say.refuse(f"cannot write to {var_folder()} ({error.strerror})")
    if not lock.try_to_hold():
        address = run / "address"
        where = address.read_text().strip() if address.exists() else "and is still starting"
        say.refuse(f"RAI Portal runs already {where}; stop that one first (Ctrl-C)")
    return run.parent, lock


def check_free(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                say.refuse(f"port {port} is not ours to use: take another, PORT=8000 or higher")
            say.refuse(f"port {port} is in use: take another, for example PORT={port % 65535 + 1}")
