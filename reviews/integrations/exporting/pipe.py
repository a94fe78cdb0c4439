"""The way of a file to the web server, in blocks."""

import os
from collections.abc import Callable
from typing import Any

BLOCK = 64 * 1024
"""Bytes that are passed on at once; the first row goes by itself."""


class TooManyRows(Exception):
    """More than a sheet holds."""


class Missing(Exception):
    """A library that this format needs is not installed."""


class Pipe:
    """The way to the web server. ``on_first`` is called before the first byte leaves."""

    def __init__(self, file: int, *, on_first: Callable[[], None]) -> None:
        self.file = file
        self._on_first = on_first
        self._begun = False
        self._waiting: list[bytes] = []
        self._size = 0

    def write(self, data: Any) -> int:
        size = len(data)
        self._waiting.append(bytes(data))
        self._size += size
        if self._size >= BLOCK:
            self.send()
        return size

    def send(self) -> None:
        """What waits leaves now."""
        if not self._begun:
            self._begun = True
            self._on_first()
        view = memoryview(b"".join(self._waiting))
        self._waiting, self._size = [], 0
        while view:
            view = view[os.write(self.file, view) :]

    def flush(self) -> None:
        """At the end: an empty file is begun, too."""
        if self._waiting or not self._begun:
            self.send()

    def rows(self, copied: Any) -> None:
        """Every message of a COPY, joined into blocks; the first one at once."""
        waiting, size, limit = self._waiting, self._size, 1
        for data in copied:
            waiting.append(data)
            size += len(data)
            if size >= limit:
                self._waiting = waiting
                self.send()
                waiting, size, limit = self._waiting, 0, BLOCK
        self._waiting, self._size = waiting, size
