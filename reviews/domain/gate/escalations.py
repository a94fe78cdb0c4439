"""What a case must show and who looks at it: escalations, never refusals.

Three ways lead to an escalation, all of them data: an answer at intake (``BY_ANSWER``), a use that
is to be avoided or needs extra care (``UseRule.sets``), a critics' probe answered with yes
(``Probe.sets``). Sources: ``docs/policies/gate.md``; the catalogue's uses and probes.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from reviews.domain.gate.answers import Finding, Kind
from reviews.domain.gate.catalogue import GateRule, Policies, UseRule
from reviews.domain.gate.facts import Facts
from reviews.domain.texts import gettext_noop

YES = ("yes",)
NO = ("no",)

BY_ANSWER: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("consequential_impact", YES, "ESC-SENSITIVE"),
    ("physical_or_psychological_injury", YES, "ESC-SENSITIVE"),
    ("human_rights_threat", YES, "ESC-SENSITIVE"),
    ("tracking", YES, "ESC-TRACK"),
    ("live_identification", YES, "ESC-TRACK"),
    ("enrolment_optional", NO, "ESC-COERCED"),
    ("enrolment_controlled_by", ("employer", "school"), "ESC-COERCED"),
    ("under_18", YES, "ESC-CHILD"),
    ("mainly_over_65", YES, "ESC-CHILD"),
    ("healthcare_decision", YES, "ESC-HEALTH"),
    ("public_space", YES, "ESC-PUBLIC"),
    ("illinois_biometrics", YES, "ESC-BIPA"),
)
"""Field of the intake, the answers that escalate, the escalation."""

MARKS_BY_ANSWER: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("tracking", YES, "UC-A2"),
    ("live_identification", YES, "UC-A2"),
    ("task_monitoring", YES, "UC-A3"),
    ("protected_space", YES, "UC-A4"),
    ("enrolment_optional", NO, "UC-A5"),
    ("enrolment_controlled_by", ("employer", "school"), "UC-A5"),
    ("second_way", NO, "UC-A6"),
    ("under_18", YES, "UC-K1"),
    ("mainly_over_65", YES, "UC-K1"),
    ("healthcare_decision", YES, "UC-K2"),
    ("public_space", YES, "UC-K3"),
)
"""Field of the intake, the answers, and the use rule that they amount to."""

BY_FACT: tuple[tuple[str, str, str], ...] = (
    ("setting", "public_space", "ESC-PUBLIC"),
    ("purpose", "accessibility", "ESC-SENSITIVE"),
)
"""Fact of the gate, its value, the escalation. An accessibility exception is only granted from a
decided sensitive-use case; it is set where the capability may be exempted at all."""

REASONS: Mapping[str, str] = {
    "consequential_impact": gettext_noop("Effect on rights, or on access to something essential"),
    "physical_or_psychological_injury": gettext_noop("Possible injury, in body or mind"),
    "human_rights_threat": gettext_noop("Possible limits to human rights"),
    "tracking": gettext_noop("Persistent tracking of a person"),
    "live_identification": gettext_noop("Live identification"),
    "enrolment_optional": gettext_noop("No free choice to stay out"),
    "enrolment_controlled_by": gettext_noop("An employer or a school decides who takes part"),
    "under_18": gettext_noop("People under 18"),
    "mainly_over_65": gettext_noop("Mainly people over 65"),
    "healthcare_decision": gettext_noop("Decision about health or care"),
    "public_space": gettext_noop("Space that is open to the public"),
    "illinois_biometrics": gettext_noop("Biometric identifiers of people in Illinois"),
    "setting": gettext_noop("Space that is open to the public"),
    "purpose": gettext_noop("Accessibility exception"),
}
"""What set an escalation, in words; uses and probes are named by their codes."""

FIELDS = frozenset(field for field, _answers, _code in (*BY_ANSWER, *MARKS_BY_ANSWER))
"""Fields of the intake that the gate reads."""


def escalations(policies: Policies, facts: Facts, on: date) -> list[Finding]:
    """Uses to be avoided or with care, probes, and the escalations that they and answers set."""
    marks = _marks(policies, facts)
    findings = [_mark(policies, use) for use in marks]
    for code, because in _codes(policies, facts, on, marks).items():
        rule = policies.rules.get(code)
        if rule and not rule.is_stop and rule.speaks_of(policies, on):
            findings.append(_escalation(policies, rule, because))
    return findings


def _marks(policies: Policies, facts: Facts) -> list[UseRule]:
    said = set(facts.marks) | {
        code for field, answers, code in MARKS_BY_ANSWER if facts.intake.get(field) in answers
    }
    return [
        use
        for code, use in policies.uses.items()
        if code in said and use.kind in _MARK_MESSAGES and policies.family in use.families
    ]


_MARK_MESSAGES: Mapping[str, str] = {"avoid": "use_to_avoid", "extra_care": "use_with_care"}


def _mark(policies: Policies, use: UseRule) -> Finding:
    return Finding(
        rule=use.code,
        message=_MARK_MESSAGES[use.kind],
        kind=Kind.ESCALATION,
        params={"capability": policies.name, "use": use.text},
        source=use.source,
        policy_version=use.version,
    )


def _codes(
    policies: Policies, facts: Facts, on: date, marks: list[UseRule]
) -> dict[str, list[str]]:
    """Escalation → what set it, in the order of the catalogue's rules."""
    set_by: dict[str, list[str]] = {}
    for code, reason in _reasons(policies, facts, on, marks):
        reasons = set_by.setdefault(code, [])
        if reason not in reasons:
            reasons.append(reason)
    return {code: set_by[code] for code in policies.rules if code in set_by}


def _reasons(
    policies: Policies, facts: Facts, on: date, marks: list[UseRule]
) -> Iterator[tuple[str, str]]:
    for field, answers, code in BY_ANSWER:
        if facts.intake.get(field) in answers:
            yield code, field
    policy = policies.in_force(on)
    for fact, value, code in BY_FACT:
        if getattr(facts, fact) == value and (
            fact != "purpose" or (policy and value in policy.permitted_exceptions)
        ):
            yield code, fact
    for use in marks:
        for code in use.sets:
            yield code, use.code
    for name in sorted(facts.probes):
        probe = policies.probes.get(name)
        if probe and policies.family in probe.families:
            for code in probe.sets:
                yield code, name


def _escalation(policies: Policies, rule: GateRule, because: list[str]) -> Finding:
    return Finding(
        rule=rule.code,
        message="escalation_must_show" if rule.must_show else "escalation",
        kind=Kind.ESCALATION,
        params={
            "capability": policies.name,
            "because": tuple(REASONS.get(reason, reason) for reason in because),
            "outcome": rule.outcome,
            "must_show": ", ".join(rule.must_show),
        },
        source=rule.source,
        policy_version=rule.version,
        must_show=rule.must_show,
        goals=rule.goals,
        sensitive=rule.needs_sensitive_review,
        senior=rule.needs_senior_decision,
    )
