"""What one sweep reads once: ladders, policies, leads. They hardly ever change, and a change shows
in the next sweep. Outside a sweep nothing is remembered."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def of_one_sweep() -> Iterator[None]:
    """Inside, ``remembered`` asks once for each key."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(key: Hashable, read: Callable[[], T]) -> T:
    """What ``read`` gave for this key earlier in this sweep, else what it gives now."""
    memory = _memory.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    return memory[key]


def remember(key: Hashable, value: object) -> None:
    """Keep this, in the place of what was kept under this key; outside a sweep, nothing."""
    memory = _memory.get()
    if memory is not None:
        memory[key] = value


def recalled(key: Hashable, default: T) -> T:
    """What ``remember`` kept, else the default."""
    memory = _memory.get()
    return default if memory is None else memory.get(key, default)
