"""Who should review next: a ranking with its reasons. Deterministic, and only a suggestion."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Why(StrEnum):
    """A reason for or against somebody, in the order in which it is said."""

    BAR = "bar"
    CONFLICT = "conflict"
    KNOWS = "knows"
    EARLIER = "earlier"
    FREE = "free"
    LOAD = "load"
    AWAY = "away"
    AWAY_SOON = "away_soon"


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of one who could be asked.

    ``bar``: why the people rules keep them from this case, empty where nothing does. ``conflict``:
    declared one with the case's team or customer. ``knows``: names of the asked capabilities they
    know. ``load``: items they still have to judge. ``reviews``: open reviews. ``rounds``: earlier
    rounds of this case that they signed off. ``away``: first and last day of the absence that
    lasts on the day asked about or begins within the time that a review takes.
    """

    key: int
    name: str
    bar: str = ""
    conflict: bool = False
    knows: tuple[str, ...] = ()
    load: int = 0
    reviews: int = 0
    rounds: int = 0
    away: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with what its sentence needs. ``on``: back on this day, or away from it on."""

    why: Why
    names: tuple[str, ...] = ()
    count: int = 0
    items: int = 0
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``can``: nothing bars them. ``best``: the first whom nothing speaks against."""

    person: Person
    can: bool
    best: bool
    reasons: tuple[Reason, ...]


def rank(people: Iterable[Person], *, on: date) -> list[Suggestion]:
    """The most fitting first, those who cannot last.

    In this order: not barred; there on ``on``; was in an earlier round (knows the case); knows
    more of the capabilities; has less to judge; is not away soon; then by name and key, so that
    equals always stand the same.
    """
    ordered = sorted(people, key=lambda one: _place(one, on))
    best = next((one for one in ordered if can(one) and not is_away(one, on)), None)
    return [Suggestion(one, can(one), one is best, tuple(reasons(one, on=on))) for one in ordered]


def can(person: Person) -> bool:
    return not person.bar and not person.conflict


def is_away(person: Person, on: date) -> bool:
    return person.away is not None and person.away[0] <= on <= person.away[1]


def _place(one: Person, on: date) -> tuple[bool | int | str, ...]:
    return (
        not can(one),
        is_away(one, on),
        -min(one.rounds, 1),
        -len(one.knows),
        one.load,
        one.reviews,
        one.away is not None,
        one.name.casefold(),
        one.key,
    )


def reasons(one: Person, *, on: date) -> list[Reason]:
    """Why they stand where they stand. Of somebody barred only what bars them."""
    if one.bar:
        return [Reason(Why.BAR, names=(one.bar,))]
    if one.conflict:
        return [Reason(Why.CONFLICT)]
    found = []
    if one.rounds:
        found.append(Reason(Why.EARLIER, count=one.rounds))
    if one.knows:
        found.append(Reason(Why.KNOWS, names=one.knows))
    if one.reviews:
        found.append(Reason(Why.LOAD, count=one.reviews, items=one.load))
    else:
        found.append(Reason(Why.FREE))
    if one.away is not None:
        away = is_away(one, on)
        back = one.away[1] + timedelta(days=1)
        found.append(Reason(Why.AWAY, on=back) if away else Reason(Why.AWAY_SOON, on=one.away[0]))
    return found
