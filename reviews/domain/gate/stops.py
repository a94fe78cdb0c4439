"""Hard stops: no review, grant, exception or extension lifts one.

A stop is in force where its rule says so (capability families, first days); its test stands here.
Where the facts settle the test, the stop holds or it does not. Where they do not:

* a fact that is *unknown* (asked, and nobody knows) makes the answer ``cannot_say``;
* a fact that was *not said* (nobody asked yet) makes ``open`` a ``cannot_say``, because after
  ``open`` nobody asks any more. The other answers lead on to people who ask, or rest on an answer
  that people gave with these facts before them: an application, an exception, a grant, a running
  use in the register. There the answer is given with the stop as a condition, in words. While the
  policy itself cannot say yet, its own questions come first;
* a blocked answer needs no more facts: whatever they are, nobody may proceed.

So nothing is assumed about anybody, and nobody is asked for what changes nothing.
Sources: ``docs/policies/gate.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reviews.domain.gate.answers import Answer, Finding, Kind
from reviews.domain.gate.catalogue import GateRule, Policies
from reviews.domain.gate.facts import EU_REGIONS, UNKNOWN, EndUser, Facts, Said, Setting

ASKED_LATER = frozenset(
    {Answer.CANNOT_SAY, Answer.APPLY_FIRST, Answer.EXCEPTION_REQUEST, Answer.GO_ON, Answer.ALLOWED}
)
"""Answers of a policy after which somebody asks for what was not said, or has asked before."""


@dataclass(frozen=True, slots=True)
class Is:
    """One part of a stop's test: the fact has one of these values."""

    fact: str
    values: frozenset[str]


TESTS: Mapping[str, tuple[Is, ...]] = {
    "STOP-US-POLICE": (Is("end_user", frozenset({EndUser.US_POLICE})),),
    "STOP-BODYCAM": (Is("realtime_bodycam", frozenset({Said.YES})),),
    "STOP-EU-EMO": (
        Is("setting", frozenset({Setting.WORKPLACE, Setting.EDUCATION})),
        Is("region", EU_REGIONS),
        Is("medical_or_safety", frozenset({Said.NO})),
    ),
}
"""Rule → its test: all parts must hold."""

MESSAGES: Mapping[str, str] = {
    "STOP-US-POLICE": "stop_us_police",
    "STOP-BODYCAM": "stop_bodycam",
    "STOP-EU-EMO": "stop_eu_emo",
}

NOT_A_TEST = frozenset({"STOP-RETIRED"})
"""Stops of the catalogue that can be lifted: the stance of the policy says them, as refusals."""


def check_rules(rules: Mapping[str, GateRule]) -> None:
    """Raises ``ValueError`` for a stop that no test knows: it would never hold."""
    unknown = {code for code, rule in rules.items() if rule.is_stop} - set(TESTS) - NOT_A_TEST
    if unknown:
        raise ValueError(f"No test is written for {', '.join(sorted(unknown))}.")


def stops(policies: Policies, facts: Facts, on: date, answer: Answer) -> list[Finding]:
    """Stops that hold, and what is missing to say whether one does.

    ``answer`` is what the policy says without them.
    """
    declared = _declared(policies, facts)
    findings = []
    for code, parts in TESTS.items():
        rule = policies.rules.get(code)
        if rule is None or not rule.speaks_of(policies, on):
            continue
        findings += _judge(policies, rule, parts, facts, answer, declared)
    return findings


def _judge(
    policies: Policies,
    rule: GateRule,
    parts: tuple[Is, ...],
    facts: Facts,
    answer: Answer,
    declared: frozenset[str],
) -> list[Finding]:
    open_parts = [part for part in parts if not facts.known(part.fact)]
    known_parts = [part for part in parts if facts.known(part.fact)]
    if rule.code in declared:
        return [_stop(policies, rule)]
    if any(getattr(facts, part.fact) not in part.values for part in known_parts):
        return []
    if not open_parts:
        return [_stop(policies, rule)]
    if answer.blocks:
        return []
    must_say = answer not in ASKED_LATER or any(
        getattr(facts, part.fact) == UNKNOWN or _is_hinted(policies, facts, part.fact)
        for part in open_parts
    )
    if must_say:
        return [_question(policies, rule, part.fact) for part in open_parts]
    if answer is Answer.CANNOT_SAY:
        return []
    return [_condition(policies, rule, open_parts[0].fact)]


def _declared(policies: Policies, facts: Facts) -> frozenset[str]:
    """Stops that follow from a prohibited use which was named as such."""
    return frozenset(
        code
        for mark in facts.marks
        if (use := policies.uses.get(mark)) and use.kind == "prohibited"
        for code in use.sets
    )


def _is_hinted(policies: Policies, facts: Facts, name: str) -> bool:
    """Whether a probe answered with yes sets a stop that waits for this fact."""
    return any(
        fact == name
        for code in facts.probes
        if (probe := policies.probes.get(code))
        for fact, _value, _rules in probe.sets_when
    )


def _stop(policies: Policies, rule: GateRule) -> Finding:
    return Finding(
        rule=rule.code,
        message=MESSAGES[rule.code],
        answer=Answer.STOP,
        kind=Kind.STOP,
        params={"capability": policies.name, "condition": rule.condition},
        source=rule.source,
        policy_version=rule.version,
    )


def _question(policies: Policies, rule: GateRule, fact: str) -> Finding:
    """Without this fact there is no answer."""
    return Finding(
        rule=asking_rule(fact),
        message=f"ask_{fact}",
        answer=Answer.CANNOT_SAY,
        kind=Kind.QUESTION,
        params={"capability": policies.name},
        source=rule.source,
        policy_version=rule.version,
        asks=fact,
    )


def _condition(policies: Policies, rule: GateRule, fact: str) -> Finding:
    """The answer holds unless this fact turns out to stop it."""
    return Finding(
        rule=asking_rule(fact),
        message=f"unless_{rule.code.lower().replace('-', '_')}",
        kind=Kind.CONDITION,
        params={"capability": policies.name},
        source=rule.source,
        policy_version=rule.version,
        asks=fact,
    )


def asking_rule(fact: str) -> str:
    """Rule id of a finding that asks for a fact: ``ASK-END-USER``."""
    return f"ASK-{fact.upper().replace('_', '-')}"
