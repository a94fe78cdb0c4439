"""The gate: may a capability be used so, on this day? See ``deciding`` for how it answers."""

from reviews.domain.gate.answers import Answer, Finding, GateResult, Kind
from reviews.domain.gate.catalogue import GateRule, Policies, Policy, Probe, Stance, UseRule
from reviews.domain.gate.deciding import decide, decide_each
from reviews.domain.gate.facts import Facts
from reviews.domain.gate.messages import text_of

__all__ = [
    "Answer",
    "Facts",
    "Finding",
    "GateResult",
    "GateRule",
    "Kind",
    "Policies",
    "Policy",
    "Probe",
    "Stance",
    "UseRule",
    "decide",
    "decide_each",
    "text_of",
]
