"""Where two reviewers differ, and whether they have come together since. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Side:
    """One reviewer's verdicts on one item: what stood at the sign-off, and what stands now.

    Empty where the reviewer gave none.
    """

    signed: str
    now: str


def differs(sides: Mapping[int, Side]) -> bool:
    """Whether the verdicts differ, or did when they were signed. A missing one contradicts none."""
    return len(_given(side.signed for side in sides.values())) > 1 or not is_settled(sides)


def is_settled(sides: Mapping[int, Side]) -> bool:
    """Whether everybody who gave a verdict now gives the same."""
    return len(_given(side.now for side in sides.values())) <= 1


def _given(values: Iterable[str]) -> set[str]:
    return {value for value in values if value}
