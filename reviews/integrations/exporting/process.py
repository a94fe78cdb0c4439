"""The web server's end of an export: start it, pass its bytes on, end it."""

import atexit
import contextlib
import fcntl
import importlib.util
import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from reviews.domain.exporting import ExportFailed, NotInstalled, TooLong, TooManyExports
from reviews.integrations.exporting import jobs
from reviews.integrations.exporting.jobs import Job

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[3]
BLOCK = 256 * 1024
"""Bytes that are read at once."""
ROOM = 1024 * 1024
"""Bytes that wait in the pipe at most: the writer is that far ahead of a slow reader."""
GONE: dict[str, Any] = {"is": jobs.FAILED, "why": "the process is gone"}
RETRY_AFTER = 30
"""Seconds after which a refused export is worth another try."""


class Stream:
    """The file in blocks, as it is written. To close it ends the query; it can be read once."""

    def __init__(
        self, data: int, status: socket.socket, said: Generator[dict[str, Any], None, None]
    ) -> None:
        self._data = data
        self._status = status
        self._said = said
        self.rows: int | None = None
        self._lock = threading.Lock()
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = os.read(self._data, BLOCK) if self._is_open else b""
        if block:
            return block
        if self._is_open:
            self._end()
        raise StopIteration

    def close(self) -> None:
        with self._lock:
            if self._is_open:
                self._is_open = False
                os.close(self._data)
                self._said.close()
                self._status.close()

    def _end(self) -> None:
        """The file is whole, or the reader must not believe that it is."""
        last: dict[str, Any] = next(self._said, GONE)
        self.close()
        if last["is"] != jobs.DONE:
            logger.error("an export broke off: %s", last.get("why") or last["is"])
            raise ExportFailed("The export broke off: the file is not whole.")
        self.rows = last["rows"]


def has_parquet() -> bool:
    """Whether the extra is installed; nothing is loaded."""
    return importlib.util.find_spec("pyarrow") is not None


def begin(job: Job) -> Stream:
    """Start the export and wait for its first bytes.

    Raises ``TooManyExports`` where every place is taken, ``TooLong``, ``NotInstalled``, or
    ``ExportFailed`` when the database gave up before the first row.
    """
    data, theirs = os.pipe()
    _make_room(theirs)
    status, said = socket.socketpair()
    status.settimeout(job.seconds + 30)
    try:
        _HOST.send(theirs, said.fileno())
    finally:
        os.close(theirs)
        said.close()
    stream = Stream(data, status, _lines(status))
    try:
        status.sendall(job.to_json())
        first = next(stream._said, GONE)
        _check(first, job)
    except BaseException:
        stream.close()
        raise
    return stream


def warm() -> None:
    """Have the process ready, so that the first export need not wait for it."""
    _HOST.start()


def _check(first: dict[str, Any], job: Job) -> None:
    state = first["is"]
    if state == jobs.BUSY:
        raise TooManyExports(
            f"{job.at_once} exports run at this moment, and no more may. Try again in"
            f" {RETRY_AFTER} seconds.",
            retry_after=RETRY_AFTER,
        )
    if state == jobs.TOO_LONG:
        raise TooLong(
            "A sheet holds 1,048,575 rows, and there are more. Narrow the filter, or take CSV,"
            " NDJSON or Parquet."
        )
    if state == jobs.MISSING:
        raise NotInstalled(
            "Parquet needs the extra “parquet”, which is not installed here. The operator adds it"
            " by “./portal install parquet”; CSV and NDJSON hold the same rows."
        )
    if state == jobs.FAILED:
        logger.error("an export failed: %s", first.get("why"))
        if first.get("why") == "timeout":
            raise ExportFailed(
                f"The export took longer than {job.seconds} seconds before its first row. Narrow"
                " the filter, or ask again when the portal is less busy."
            )
        raise ExportFailed("The export could not be made. The reason is in the server's log.")


def _lines(status: socket.socket) -> Generator[dict[str, Any], None, None]:
    with contextlib.suppress(OSError), status.makefile("rb") as said:
        for line in said:
            yield json.loads(line)


def _make_room(pipe: int) -> None:
    wider = getattr(fcntl, "F_SETPIPE_SZ", None)
    if wider is not None:
        with contextlib.suppress(OSError):  # more than this account may have
            fcntl.fcntl(pipe, wider, ROOM)


class _Host:
    """The process that forks the exports: one per process of the web server, made at first use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def start(self) -> None:
        with self._lock:
            self._started()

    def stop(self) -> None:
        with self._lock:
            self._forget()

    def send(self, *files: int) -> None:
        """Hand the files to a new child; a host that has died is replaced once."""
        with self._lock:
            for _ in range(2):
                with contextlib.suppress(OSError):
                    socket.send_fds(self._started(), [b"x"], list(files))
                    return
                self._forget()
        raise ExportFailed("The process that writes exports cannot be started. Try again.")

    def _started(self) -> socket.socket:
        alive = self._process is not None and self._process.poll() is None
        if self._control is None or not alive or self._owner != os.getpid():
            self._forget()
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "reviews.integrations.exporting.host",
                        str(theirs.fileno()),
                    ],
                    pass_fds=[theirs.fileno()],
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                )
            self._control, self._owner = ours, os.getpid()
        return self._control

    def _forget(self) -> None:
        """The host ends when its socket closes. One that was inherited over a fork stays."""
        if self._control is not None:
            self._control.close()
        if self._process is not None and self._owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=2)
        self._control = self._process = None


_HOST = _Host()
atexit.register(_HOST.stop)
