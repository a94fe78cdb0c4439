"""One action on many rows: its exact effect, told before and compared again when it happens."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from reviews.domain.errors import BadInput, StateConflict
from reviews.domain.texts import gettext_noop

Reason = TypeVar("Reason", bound=str)

MOST_AT_ONCE = 1_000
"""Rows that one action on many takes."""


@dataclass(frozen=True, slots=True)
class Effect(Generic[Reason]):
    """What an action on many does, or did: keys of rows that it reaches and leaves out.

    The page that shows it and the action itself get it from the same function. ``told``: what
    happens to a row that it reaches, where that is not the same for all.
    """

    reached: tuple[int, ...]
    skipped: Mapping[int, Reason]
    told: Mapping[int, str] = field(default_factory=dict)

    @property
    def reasons(self) -> dict[Reason, int]:
        """How many were left out for which reason, the most frequent first."""
        counts: dict[Reason, int] = {}
        for reason in self.skipped.values():
            counts[reason] = counts.get(reason, 0) + 1
        return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))

    @property
    def digest(self) -> str:
        """Tells two effects apart."""
        skipped = sorted(f"{key}={reason}" for key, reason in self.skipped.items())
        told = sorted(f"{key}={words}" for key, words in self.told.items())
        text = f"{sorted(self.reached)}{skipped}{told or ''}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def check_as_shown(effect: Effect, shown: str) -> None:
    """Raises ``StateConflict`` where the effect is another one than the person saw.

    ``shown``: its digest; empty where nobody looked.
    """
    if shown and effect.digest != shown:
        raise StateConflict(
            gettext_noop(
                "Something changed since you looked. Below is what would happen now; nothing was"
                " done yet."
            )
        )


def check_many(keys: Sequence[int]) -> None:
    """Raises ``BadInput`` for none and for too many."""
    if not keys:
        raise BadInput(gettext_noop("Choose at least one row of the list."))
    check_count(len(keys))


def check_count(count: int) -> None:
    """Raises ``BadInput`` for too many."""
    if count > MOST_AT_ONCE:
        raise BadInput(
            gettext_noop(
                "These are more than %(most_at_once)s rows, the most that one action takes."
                " Narrow the filter."
            ),
            most_at_once=f"{MOST_AT_ONCE:,}",
        )
