"""The gate: may a capability be used so, on this day? See ``deciding`` for how it answers."""

from reviews.domain.gate.answers import Answer, Finding, GateResult, Kind
from reviews.domain.gate.catalogue import GateRule, Policies, Policy, Probe, Stance, UseRule
from reviews.domain.gate.deciding import decide, decide_each
from reviews.domain.gate.facts import Facts
from reviews.domain.gate.messages import text_of
from reviews.domain.gate.words import UnreadableFacts, as_data, facts_from

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
    "UnreadableFacts",
    "UseRule",
    "as_data",
    "decide",
    "decide_each",
    "facts_from",
    "text_of",
]
