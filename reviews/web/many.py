"""Pages of one action on many rows: what was chosen, and what a form of the page hands on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from reviews.domain.many import Effect

SHOWN = 200
"""Rows that the page lists on each side; all of them are counted."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A row that an action reaches, or leaves out (``why``). ``badge``: has label and tone."""

    url: str
    main: str
    note: str
    why: str = ""
    badge: Any = None


def picked(request: HttpRequest) -> list[str]:
    """Public keys of the ticked rows; what is no key is passed over."""
    return [uid for uid in request.GET.getlist("pick") if _is_uid(uid)]


def kept(request: HttpRequest, *, without: Collection[str]) -> list[tuple[str, str]]:
    """Which rows: what a form of this page hands on."""
    return [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if value and name not in without
    ]


def context(
    effect: Effect, says: str, reached: Sequence[Affected], skipped: Sequence[Affected]
) -> dict[str, Any]:
    """What the page shows of an effect."""
    return {
        "effect": effect,
        "says": says,
        "shown": effect.digest,
        "reached": reached,
        "skipped": skipped,
        "more_reached": max(len(effect.reached) - SHOWN, 0),
        "more_skipped": max(len(effect.skipped) - SHOWN, 0),
    }


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
