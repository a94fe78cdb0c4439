"""What the gate may answer, strictest first, and what a finding and a result are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from reviews.domain.texts import gettext_noop


class Answer(StrEnum):
    """Strictest first: of several findings the strictest gives the answer."""

    STOP = "stop"
    REFUSED = "refused"
    NOT_ELIGIBLE = "not_eligible"
    NOT_COVERED = "not_covered"
    CANNOT_SAY = "cannot_say"
    APPLY_FIRST = "apply_first"
    EXCEPTION_REQUEST = "exception_request"
    GO_ON = "go_on"
    ALLOWED = "allowed"
    OPEN = "open"

    @property
    def label(self) -> str:
        """English words for a badge; floor 5 translates them."""
        return LABELS[self]

    @property
    def headline(self) -> str:
        """The same as a sentence, in large letters; floor 5 translates it."""
        return HEADLINES[self]

    @property
    def rank(self) -> int:
        """0 is the strictest."""
        return _RANKS[self]

    @property
    def blocks(self) -> bool:
        """Nothing may be filed for it as things stand."""
        return self in BLOCKED

    @property
    def permits(self) -> bool:
        """It may be used now, within what the findings say."""
        return self in PERMITTED


_RANKS = {answer: rank for rank, answer in enumerate(Answer)}

BLOCKED = frozenset({Answer.STOP, Answer.REFUSED, Answer.NOT_ELIGIBLE, Answer.NOT_COVERED})
PERMITTED = frozenset({Answer.GO_ON, Answer.ALLOWED, Answer.OPEN})

LABELS: Mapping[Answer, str] = {
    Answer.STOP: gettext_noop("Stop"),
    Answer.REFUSED: gettext_noop("Refused"),
    Answer.NOT_ELIGIBLE: gettext_noop("Not eligible"),
    Answer.NOT_COVERED: gettext_noop("Not covered"),
    Answer.CANNOT_SAY: gettext_noop("Cannot say yet"),
    Answer.APPLY_FIRST: gettext_noop("Apply first"),
    Answer.EXCEPTION_REQUEST: gettext_noop("Exception needed"),
    Answer.GO_ON: gettext_noop("Go on for now"),
    Answer.ALLOWED: gettext_noop("Allowed"),
    Answer.OPEN: gettext_noop("Open"),
}

HEADLINES: Mapping[Answer, str] = {
    Answer.STOP: gettext_noop("No. This is a hard stop"),
    Answer.REFUSED: gettext_noop("No, not for this use"),
    Answer.NOT_ELIGIBLE: gettext_noop("No, this customer is not eligible"),
    Answer.NOT_COVERED: gettext_noop("No, the grant is for another use"),
    Answer.CANNOT_SAY: gettext_noop("Cannot say yet"),
    Answer.APPLY_FIRST: gettext_noop("Not yet: apply first"),
    Answer.EXCEPTION_REQUEST: gettext_noop("Not yet: ask for an exception"),
    Answer.GO_ON: gettext_noop("Yes, for now"),
    Answer.ALLOWED: gettext_noop("Yes, within what was granted"),
    Answer.OPEN: gettext_noop("Yes, it is open"),
}


class Kind(StrEnum):
    """What a finding does."""

    BASIS = "basis"  # what the policy, or what lifts it, says
    STOP = "stop"  # a hard stop; nothing lifts it
    QUESTION = "question"  # a fact that is missing; `asks` names it
    CONDITION = "condition"  # the answer holds unless a fact turns out otherwise; `asks` names it
    ADVICE = "advice"  # what to do, and by when
    ESCALATION = "escalation"  # what the case must show, and who looks at it


Value = str | int | date | tuple[str, ...]
"""A parameter of a message. A number counts days; a tuple holds texts to translate and list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One reason. ``rule`` is stable and cited; ``message`` names a text of ``gate.messages``.

    ``answer`` is how strict this finding by itself is; what does not restrict says ``open``.
    ``last_permitted_on`` is the last day on which this finding lets a use go on (inclusive).
    ``asks`` names the fact that a question or a condition waits for.
    """

    rule: str
    message: str
    answer: Answer = Answer.OPEN
    kind: Kind = Kind.BASIS
    params: Mapping[str, Value] = field(default_factory=dict)
    source: str = ""
    policy_version: str = ""
    last_permitted_on: date | None = None
    asks: str = ""
    must_show: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    sensitive: bool = False
    senior: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """The answer for one capability on one day, with every reason, strictest first.

    ``days_left`` counts calendar days to ``last_permitted_on``: 0 on the last permitted day,
    negative once overdue. ``cutoff_on``: who was using the capability on this day is an existing
    customer; ``None`` for what is open. ``missing`` names facts of ``gate.facts`` in the order of
    asking; it is empty unless the answer is ``cannot_say``. ``alternatives``: what else a person
    could use where it is not permitted.
    """

    capability: str
    name: str
    on: date
    answer: Answer
    cutoff_on: date | None
    last_permitted_on: date | None
    days_left: int | None
    last_safe_filing_on: date | None
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    policy_version: str
    alternatives: tuple[str, ...]

    @property
    def deciding(self) -> Finding:
        """The first of the strictest findings: the reason to show first."""
        return self.findings[0]

    @property
    def escalations(self) -> tuple[str, ...]:
        """Codes of the escalations that are set, such as ``ESC-CHILD``."""
        return tuple(
            finding.rule
            for finding in self.findings
            if finding.kind is Kind.ESCALATION and finding.rule.startswith("ESC-")
        )

    @property
    def is_sensitive(self) -> bool:
        """Some finding asks for the sensitive-use review, or for a senior decision: two leads."""
        return any(finding.sensitive or finding.senior for finding in self.findings)

    @property
    def needs_senior_decision(self) -> bool:
        return any(finding.senior for finding in self.findings)
