"""Ask the gate about imported rows: what a row states, and "unknown" for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from reviews.domain.gate import Facts, GateResult, Policies, decide_each, facts_from
from reviews.domain.gate.escalations import FIELDS
from reviews.domain.importing.mapping import UNKNOWN, MappedRow
from reviews.integrations import data_files
from reviews.models import gate_reading


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """What the gate says to one row, as plain data: one line per capability, strictest first."""

    strictest: str = ""
    escalations: tuple[str, ...] = ()
    lines: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """The catalogue of one day, read once for a whole import."""

    policies: Mapping[str, Policies]
    on: date

    @classmethod
    def of_the_catalogue(cls, on: date) -> Self:
        """Every current capability. Five queries."""
        return cls(gate_reading.policies(None, holidays=data_files.holidays), on)

    def answer(self, row: MappedRow) -> CaseAnswer:
        """Nothing is asked for a row in which no capability was found."""
        if not row.capabilities:
            return CaseAnswer()
        asked = [self.policies[found.capability] for found in row.capabilities]
        results = decide_each(
            [(policies, facts_of(row, policies, self.on)) for policies in asked], self.on
        )
        passages = {found.capability: found for found in row.capabilities}
        return CaseAnswer(
            strictest=results[0].answer.value,
            escalations=tuple(sorted({code for one in results for code in one.escalations})),
            lines=tuple(_line(one, passages[one.capability].passage) for one in results),
        )


def facts_of(row: MappedRow, policies: Policies, on: date) -> Facts:
    """The row's facts for one capability; nobody will be asked again, so the rest is unknown.

    "Existing" means in use on the cut-off day of this capability's policy. Answers of the form
    that escalate, where the profile fills them in, count as well.
    """
    policy = policies.in_force(on)
    words: dict[str, object] = dict(row.facts)
    if words["existing"] == UNKNOWN:
        words["existing"] = row.existing_on(policy.new_customer_cutoff_on if policy else None)
    words["intake"] = {
        field: value
        for answers in row.answers.values()
        for field, value in answers.items()
        if field in FIELDS
    }
    return facts_from(words).final()


def _line(result: GateResult, passage: str) -> dict[str, object]:
    return {
        "capability": result.capability,
        "answer": result.answer.value,
        "missing": list(result.missing),
        "rule": result.deciding.rule,
        "policy_version": result.policy_version,
        "last_permitted_on": (
            result.last_permitted_on.isoformat() if result.last_permitted_on else None
        ),
        "passage": passage,
    }
