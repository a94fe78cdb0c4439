"""The gate: may this capability be used so, on this day? One pure function.

**How the answer comes about.** The policy of the day says what it says (``stances``); exception,
grant, extension and grace lift it. Hard stops stand beside it and are never lifted (``stops``). Of
all findings the strictest gives the answer, in the order of ``Answer``. Escalations are findings,
too, but never refuse (``escalations``).

**What is unknown is tried, not assumed.** Where a rule needs a fact that was not said, the rule is
tried with each of its values. If all give the same answer, that is the answer. If all of them
block, nobody may proceed whatever the fact is: the mildest of them is sure, and nothing is asked.
If all of them permit, the strictest is sure. Otherwise the answer is ``cannot_say``. So a fact is
asked for only if it changes what the asking person may do. ``missing`` names the facts of which
some value, by itself, would settle the answer; where several are needed together, the first that a
rule met.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from reviews.domain.gate.answers import BLOCKED, PERMITTED, Answer, Finding, GateResult, Kind
from reviews.domain.gate.case import Case, Unsaid
from reviews.domain.gate.catalogue import Policies, Policy
from reviews.domain.gate.escalations import escalations
from reviews.domain.gate.facts import ASKING_ORDER, READ_BY_STOPS_ONLY, Facts
from reviews.domain.gate.stances import by_stance, no_policy
from reviews.domain.gate.stops import asking_rule, stops
from reviews.domain.gate.trying import values_of


def decide(policies: Policies, facts: Facts, on: date) -> GateResult:
    """The answer for one capability. ``on`` is the business day; all end days are inclusive."""
    policy = policies.in_force(on)
    asked = _Asked(policies, policy, facts, on)
    settled = asked.settled()
    missing = asked.missing(settled)
    findings = sorted(
        [
            *_without_unasked(settled.findings, missing),
            *_questions(policies, policy, settled, missing),
            *escalations(policies, facts, on),
        ],
        key=lambda finding: (finding.answer.rank, _KIND_ORDER[finding.kind]),
    )
    last = _last_permitted_on(settled)
    return GateResult(
        capability=policies.slug,
        name=policies.name,
        on=on,
        answer=settled.answer,
        cutoff_on=policy.new_customer_cutoff_on if policy else None,
        last_permitted_on=last,
        days_left=(last - on).days if last else None,
        last_safe_filing_on=policy.safe_filing_on(last) if policy and last else None,
        missing=missing,
        findings=tuple(findings),
        policy_version=policy.version if policy else "",
        alternatives=policies.alternatives if settled.answer in _LEAVES_ALTERNATIVES else (),
    )


def decide_each(questions: Iterable[tuple[Policies, Facts]], on: date) -> tuple[GateResult, ...]:
    """Several capabilities, each answered by itself; the strictest answer stands first."""
    results = [decide(policies, facts, on) for policies, facts in questions]
    return tuple(sorted(results, key=lambda result: result.answer.rank))


_LEAVES_ALTERNATIVES = BLOCKED | {Answer.APPLY_FIRST, Answer.EXCEPTION_REQUEST}

_KIND_ORDER = {
    Kind.STOP: 0,
    Kind.BASIS: 1,
    Kind.QUESTION: 2,
    Kind.CONDITION: 3,
    Kind.ADVICE: 4,
    Kind.ESCALATION: 5,
}


@dataclass(frozen=True, slots=True)
class _Settled:
    """An answer, its findings, and the facts that some rule asked for on the way."""

    answer: Answer
    findings: tuple[Finding, ...]
    asked: tuple[str, ...] = ()


Tried = frozenset[tuple[str, object]]
"""Facts that nobody said, with the values they are tried with."""

_NOTHING: Tried = frozenset()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question. ``seen`` keeps what the policy says to a set of tried values, in this question
    only: the search for what is missing meets most of them again."""

    policies: Policies
    policy: Policy | None
    facts: Facts
    on: date
    seen: dict[Tried, _Settled] = field(default_factory=dict)

    def settled(self, tried: Tried = _NOTHING) -> _Settled:
        """Policy and stops together."""
        base = self._by_policy(tried)
        beside = stops(self.policies, self._facts(tried), self.on, base.answer)
        if not beside:
            return base
        answer = _strictest([base.answer, *(finding.answer for finding in beside)])
        asked = tuple(finding.asks for finding in beside if finding.kind is Kind.QUESTION)
        return _Settled(answer, (*base.findings, *beside), (*base.asked, *asked))

    def missing(self, settled: _Settled) -> tuple[str, ...]:
        """Facts of which some value settles the answer, in the order of asking."""
        if settled.answer is not Answer.CANNOT_SAY:
            return ()
        met = list(dict.fromkeys(settled.asked))
        settling = set()
        for fact in met:  # grows: a tried value may lead a rule to a fact that was not met yet
            for value in values_of(fact, self.facts, self.policy):
                outcome = self.settled(frozenset({(fact, value)}))
                met += [name for name in outcome.asked if name not in met]
                if outcome.answer is not Answer.CANNOT_SAY:
                    settling.add(fact)
                    break
        return tuple(fact for fact in ASKING_ORDER if fact in settling) or (met[0],)

    def _facts(self, tried: Tried) -> Facts:
        return self.facts.given(**dict(tried)) if tried else self.facts

    def _by_policy(self, tried: Tried) -> _Settled:
        """What the policy says. A fact that a rule needs and nobody said is tried."""
        if self.policy is None:
            return _Settled(Answer.OPEN, tuple(no_policy(self.policies)))
        tried = frozenset(one for one in tried if one[0] not in READ_BY_STOPS_ONLY)
        if tried not in self.seen:
            self.seen[tried] = self._try(self.policy, tried)
        return self.seen[tried]

    def _try(self, policy: Policy, tried: Tried) -> _Settled:
        facts = self._facts(tried)
        try:
            findings = tuple(by_stance(Case(self.policies, policy, facts, self.on)))
        except Unsaid as need:
            fact = need.fact
            outcomes = []
            for value in values_of(fact, facts, policy):
                outcomes.append(self._by_policy(tried | {(fact, value)}))
                answers = {outcome.answer for outcome in outcomes}
                if Answer.CANNOT_SAY in answers or not _is_sure(answers):
                    break
            return _combined(fact, outcomes)
        return _Settled(_strictest(finding.answer for finding in findings), findings)


def _strictest(answers: Iterable[Answer]) -> Answer:
    return min(answers, key=_rank)


def _rank(answer: Answer) -> int:
    return answer.rank


def _is_sure(answers: Set[Answer]) -> bool:
    """Whether these answers let the asking person do the same."""
    return len(answers) == 1 or answers <= BLOCKED or answers <= PERMITTED


def _combined(fact: str, tried: Sequence[_Settled]) -> _Settled:
    """What is sure, whichever of the tried values holds."""
    answers = {settled.answer for settled in tried}
    asked = (fact, *(name for settled in tried for name in settled.asked))
    if Answer.CANNOT_SAY in answers or not _is_sure(answers):
        return _Settled(Answer.CANNOT_SAY, (), asked)
    answer = max(answers, key=_rank) if answers <= BLOCKED else min(answers, key=_rank)
    chosen = next(settled for settled in tried if settled.answer is answer)
    sure = tuple(
        finding
        for finding in chosen.findings
        if (finding.kind is Kind.BASIS and finding.answer is answer)
        or all(finding in settled.findings for settled in tried)
    )
    return _Settled(answer, sure, asked)


def _without_unasked(findings: Iterable[Finding], missing: tuple[str, ...]) -> list[Finding]:
    """Findings without the questions that need not be asked yet."""
    return [
        finding
        for finding in findings
        if finding.kind is not Kind.QUESTION or finding.asks in missing
    ]


def _questions(
    policies: Policies, policy: Policy | None, settled: _Settled, missing: tuple[str, ...]
) -> list[Finding]:
    """One finding for each missing fact that no stop has asked for already."""
    there = {finding.asks for finding in settled.findings if finding.kind is Kind.QUESTION}
    return [
        Finding(
            rule=asking_rule(fact),
            message=f"ask_{fact}",
            answer=Answer.CANNOT_SAY,
            kind=Kind.QUESTION,
            params={
                "capability": policies.name,
                "cutoff": policy.new_customer_cutoff_on or policy.effective_from,
                "last_day": policy.last_permitted_on or policy.effective_from,
                "meaning": policy.eligibility_note,
            },
            source=policy.source,
            policy_version=policy.version,
            asks=fact,
        )
        for fact in missing
        if fact not in there and policy
    ]


def _last_permitted_on(settled: _Settled) -> date | None:
    """The last day that the deciding findings name; the earliest, where several do."""
    days = [
        finding.last_permitted_on
        for finding in settled.findings
        if finding.answer is settled.answer and finding.last_permitted_on
    ]
    return min(days, default=None)
