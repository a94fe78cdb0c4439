"""What a decision must hold before it is recorded. Source: design, section 2 (decision)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from reviews.domain.enums import Outcome
from reviews.domain.errors import Incomplete

Use = TypeVar("Use")
Person = TypeVar("Person")


@dataclass(frozen=True, slots=True)
class ConditionDraft(Generic[Person]):
    """A promise that an approval is to rest on. ``due_on`` is the last day (inclusive)."""

    text: str
    proof_wanted: str
    owner: Person
    verifier: Person
    due_on: date


@dataclass(frozen=True, slots=True)
class ScenarioDecision(Generic[Use, Person]):
    """The outcome for one scenario. ``intended_use`` is whatever names it; equality compares."""

    intended_use: Use
    outcome: Outcome
    reasons: str
    conditions: Sequence[ConditionDraft[Person]] = field(default=())


def check_decision(
    decisions: Sequence[ScenarioDecision[Use, Person]],
    *,
    wanted: Collection[Use],
    on: date,
) -> None:
    """Raise ``Incomplete`` unless ``decisions`` cover just the ``wanted`` scenarios and each holds.

    ``missing`` of the error lists every problem in reading order.
    """
    problems = [*_scenario_problems(decisions, wanted)]
    for decision in decisions:
        problems += scenario_problems(decision, on=on)
    if problems:
        raise Incomplete(" ".join(problems), tuple(problems))


def _scenario_problems(
    decisions: Sequence[ScenarioDecision[Use, Person]], wanted: Collection[Use]
) -> list[str]:
    if not wanted:
        return ["There is no scenario to decide on."]
    named = [decision.intended_use for decision in decisions]
    return [
        *(f"Decide on the scenario “{use}”." for use in wanted if use not in named),
        *(
            f"“{use}” is no scenario of the current submission."
            for use in named
            if use not in wanted
        ),
        *(
            f"The scenario “{use}” is decided twice."
            for position, use in enumerate(named)
            if use in named[:position]
        ),
    ]


def scenario_problems(decision: ScenarioDecision[Use, Person], *, on: date) -> list[str]:
    """What one scenario's decision lacks, in words; empty when it holds."""
    name, outcome = decision.intended_use, Outcome(decision.outcome)
    problems = []
    if not decision.reasons.strip():
        problems.append(f"Give the reasons for “{name}”.")
    if outcome.needs_conditions and not decision.conditions:
        problems.append(f"“{outcome.label}” needs at least one condition for “{name}”.")
    if decision.conditions and not outcome.needs_conditions:
        problems.append(
            f"“{outcome.label}” takes no conditions for “{name}”."
            f" Choose “{Outcome.WITH_CONDITIONS.label}”, or remove them."
        )
    for number, condition in enumerate(decision.conditions, start=1):
        problems += _condition_problems(condition, f"Condition {number} of “{name}”", on=on)
    return problems


def _condition_problems(condition: ConditionDraft[Person], name: str, *, on: date) -> list[str]:
    problems = []
    if not condition.text.strip():
        problems.append(f"{name} needs a text.")
    if not condition.proof_wanted.strip():
        problems.append(f"{name}: say which proof would show that it is met.")
    if condition.owner == condition.verifier:
        problems.append(f"{name}: the verifier must be another person than the owner.")
    if condition.due_on < on:
        problems.append(f"{name}: the due day lies in the past.")
    return problems
