"""What the gate's results mean for a submission."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reviews.domain.gate import Answer, GateResult
from reviews.domain.gate.words import as_data
from reviews.domain.intake.questions import Answers
from reviews.domain.intake.rules import TRIGGERS

SENSITIVE = "ESC-SENSITIVE"


@dataclass(frozen=True, slots=True)
class GateOutcome:
    """The gate's results for every scenario and capability of one use case, on one day.

    ``by_scenario``: page key of the scenario to results, strictest first. ``triggered``: a
    sensitive-use trigger was answered with yes, or nobody knows yet.
    """

    on: date
    by_scenario: Mapping[str, tuple[GateResult, ...]]
    triggered: bool

    @property
    def results(self) -> tuple[GateResult, ...]:
        """Of each capability the strictest result over all scenarios; the strictest first."""
        strictest: dict[str, GateResult] = {}
        for results in self.by_scenario.values():
            for result in results:
                known = strictest.get(result.capability)
                if known is None or result.answer.rank < known.answer.rank:
                    strictest[result.capability] = result
        return tuple(sorted(strictest.values(), key=lambda result: result.answer.rank))

    @property
    def answer(self) -> Answer:
        """The strictest of all; open where no capability of the catalogue is asked for."""
        return self.results[0].answer if self.results else Answer.OPEN

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts without which the gate cannot say, in the order of asking."""
        return tuple(dict.fromkeys(fact for one in self._all() for fact in one.missing))

    @property
    def escalations(self) -> tuple[str, ...]:
        """Codes that the case must meet, whichever scenario set them."""
        found = dict.fromkeys(code for one in self._all() for code in one.escalations)
        if self.triggered:
            found = {SENSITIVE: None, **found}
        return tuple(found)

    @property
    def is_sensitive(self) -> bool:
        return self.triggered or any(result.is_sensitive for result in self._all())

    @property
    def as_json(self) -> dict[str, object]:
        """What a submission freezes of it: plain data, policy versions included."""
        return {
            "on": self.on.isoformat(),
            "answer": self.answer.value,
            "escalations": list(self.escalations),
            "is_sensitive": self.is_sensitive,
            "results": [{**as_data(result), "name": result.name} for result in self.results],
            "scenarios": {
                key: [{"capability": one.capability, "answer": one.answer.value} for one in results]
                for key, results in self.by_scenario.items()
            },
        }

    def _all(self) -> list[GateResult]:
        return [result for results in self.by_scenario.values() for result in results]


def is_triggered(answers: Answers) -> bool:
    """Whether a trigger of the assessment is yes; "I do not know yet" counts as yes."""
    page = answers.get("triggers", {})
    return any(page.get(field) in ("yes", "unknown") for field in TRIGGERS)


PLACES = {
    "existing": "deployment",
    "managed": "deployment",
    "sector": "deployment",
    "end_user": "deployment",
    "realtime_bodycam": "deployment",
    "region": "deployment",
}
"""Page on which a fact of the gate is asked; the others stand on the scenarios' pages."""
