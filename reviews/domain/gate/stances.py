"""What the policy of the day says: by its stance, with what lifts it.

Each function takes a ``Case`` and gives findings; the strictest of them is the answer of the
policy. Hard stops are not looked at here: they stand beside the policy (``gate.stops``).
Sources: the policies' own; ``docs/policies/gate.md`` tells the rules in words.
"""

from reviews.domain.gate.answers import Answer, Finding, Kind
from reviews.domain.gate.case import Case
from reviews.domain.gate.catalogue import Policies, Stance
from reviews.domain.gate.lifting import exception, exceptions_that_do_not_help
from reviews.domain.gate.limited import limited
from reviews.domain.gate.retired import retired


def no_policy(policies: Policies) -> list[Finding]:
    """Before the first policy a capability is open."""
    return [
        Finding(
            rule="NO-POLICY",
            message="no_policy",
            answer=Answer.OPEN,
            params={"capability": policies.name},
        )
    ]


def by_stance(case: Case) -> list[Finding]:
    """What the policy says of this use on this day, with what lifts it."""
    if case.policy.stance is Stance.OPEN:
        return _open(case)
    if case.on < case.cutoff:
        return [case.finding("OPEN", "open_until_cutoff", since=case.cutoff)]
    if lifted := exception(case):
        return lifted
    findings = retired(case) if case.policy.stance is Stance.RETIRED else limited(case)
    return [*findings, *exceptions_that_do_not_help(case)]


def _open(case: Case) -> list[Finding]:
    findings = [case.finding("OPEN", "open", since=case.policy.effective_from)]
    if case.policy.requires_review:
        findings.append(case.finding("OPEN-REVIEW", "open_with_review", kind=Kind.ADVICE))
    return findings
