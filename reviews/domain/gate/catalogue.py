"""What the catalogue says about one capability, as plain values for the gate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from reviews.domain.calendars import NO_HOLIDAYS, last_safe_filing_on


class Stance(StrEnum):
    OPEN = "open"
    LIMITED_ACCESS = "limited_access"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRule:
    """A use that is approved (on the closed list), prohibited, to be avoided, or needs extra care.

    ``use_list`` joins approved uses to the policies that name the list. ``sets``: codes of the
    gate rules that it sets.
    """

    code: str
    kind: str
    text: str
    use_list: str = ""
    sector: str = "any"
    families: frozenset[str] = frozenset()
    sets: tuple[str, ...] = ()
    edition: str = ""
    in_force_from: date | None = None
    source: str = ""
    version: str = ""

    def serves(self, sector: str) -> bool:
        return self.sector in ("any", sector)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRule:
    """A hard stop or an escalation; ``gate.stops`` and ``gate.escalations`` hold its test."""

    code: str
    is_stop: bool
    condition: str
    outcome: str
    families: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    in_force_from: date | None = None
    face_service_from: date | None = None
    needs_sensitive_review: bool = False
    needs_senior_decision: bool = False
    goals: tuple[str, ...] = ()
    must_show: tuple[str, ...] = ()
    source: str = ""
    version: str = ""

    def speaks_of(self, policies: "Policies", on: date) -> bool:
        """Whether the rule is in force for this capability on this day."""
        if self.face_service_from and policies.is_face_service and on >= self.face_service_from:
            return True
        if self.in_force_from and on < self.in_force_from:
            return False
        everything = not self.families and not self.capabilities
        return everything or policies.family in self.families or policies.slug in self.capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A point of critics. ``sets``: rules that a yes sets; ``sets_when``: (fact, value, rules)."""

    code: str
    families: frozenset[str] = frozenset()
    sets: tuple[str, ...] = ()
    sets_when: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds for one capability from ``effective_from`` on. All days are inclusive.

    ``uses``: the closed list of approved uses by code; ``None`` where no list is known.
    ``version`` is how a finding cites it, ``source`` the titles of the documents behind it.
    """

    stance: Stance
    effective_from: date
    new_customer_cutoff_on: date | None = None
    last_permitted_on: date | None = None
    review_business_days: int = 0
    holidays: frozenset[date] = NO_HOLIDAYS
    requires_managed_customer: bool = False
    requires_review: bool = False
    permitted_exceptions: frozenset[str] = frozenset()
    uses: Mapping[str, UseRule] | None = None
    edition: str = ""
    eligibility_note: str = ""
    feedback_route: str = ""
    version: str = ""
    source: str = ""

    def safe_filing_on(self, deadline: date) -> date | None:
        """Last day to file so that the review ends by ``deadline``; ``None`` without a review."""
        if not self.review_business_days:
            return None
        return last_safe_filing_on(deadline, self.review_business_days, self.holidays)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """One capability, its policies in any order, and the rules that may speak of it."""

    slug: str
    name: str
    family: str
    is_face_service: bool = False
    alternatives: tuple[str, ...] = ()
    dated: tuple[Policy, ...] = ()
    uses: Mapping[str, UseRule] = field(default_factory=dict)
    rules: Mapping[str, GateRule] = field(default_factory=dict)
    probes: Mapping[str, Probe] = field(default_factory=dict)

    def in_force(self, on: date) -> Policy | None:
        """The policy of that day: the latest whose first day is reached; ``None`` before all."""
        reached = [policy for policy in self.dated if policy.effective_from <= on]
        return max(reached, key=lambda policy: policy.effective_from, default=None)
