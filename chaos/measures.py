"""What a case measured, and the bound that it has to hold."""

from collections.abc import Iterable
from dataclasses import dataclass

Number = int | float


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. ``value`` is ``None`` where what should happen did not happen in time."""

    name: str
    value: Number | None
    low: Number | None = None
    high: Number | None = None

    @property
    def ok(self) -> bool:
        if self.value is None:
            return False
        return (self.low is None or self.value >= self.low) and (
            self.high is None or self.value <= self.high
        )

    @property
    def bound(self) -> str:
        if self.low is not None and self.low == self.high:
            return str(self.low)
        words = []
        if self.low is not None:
            words.append(f"at least {self.low}")
        if self.high is not None:
            words.append(f"at most {self.high}")
        return ", ".join(words) or "shown"


def exactly(name: str, value: Number | None, wanted: Number) -> Measure:
    return Measure(name, value, low=wanted, high=wanted)


def none(name: str, value: Number | None) -> Measure:
    return exactly(name, value, 0)


def at_most(name: str, value: Number | None, bound: Number) -> Measure:
    return Measure(name, value, high=bound)


def at_least(name: str, value: Number | None, bound: Number) -> Measure:
    return Measure(name, value, low=bound)


def shown(name: str, value: Number) -> Measure:
    """A figure without a bound."""
    return Measure(name, value)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    fault: str
    injected: str
    measures: tuple[Measure, ...]

    @property
    def ok(self) -> bool:
        return all(measure.ok for measure in self.measures)

    def line(self) -> dict[str, object]:
        return {
            "fault": self.fault,
            "injected": self.injected,
            "expected": {measure.name: measure.bound for measure in self.measures},
            "measured": {measure.name: measure.value for measure in self.measures},
            "ok": self.ok,
        }


def finding(fault: str, injected: str, measures: Iterable[Measure]) -> Finding:
    return Finding(fault, injected, tuple(measures))
