"""One question to the gate: a capability, its policy of the day, the facts, the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reviews.domain.gate.answers import Answer, Finding, Kind, Value
from reviews.domain.gate.catalogue import Policies, Policy
from reviews.domain.gate.facts import (
    UNKNOWN,
    UNLISTED,
    Application,
    EndUser,
    Facts,
    Said,
    Sector,
)

_PUBLIC_BODIES = frozenset({EndUser.US_POLICE, EndUser.FEDERAL, EndUser.MILITARY})


class Unsaid(Exception):
    """A rule needs a fact that was not said. ``gate.deciding`` then tries its values."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules of a stance read. Methods raise ``Unsaid`` where they need an unknown fact."""

    policies: Policies
    policy: Policy
    facts: Facts
    on: date

    def finding(
        self,
        rule: str,
        message: str,
        answer: Answer = Answer.OPEN,
        *,
        kind: Kind = Kind.BASIS,
        until: date | None = None,
        sensitive: bool = False,
        **params: Value | None,
    ) -> Finding:
        return Finding(
            rule=rule,
            message=message,
            answer=answer,
            kind=kind,
            params=self._params(params),
            source=self.policy.source,
            policy_version=self.policy.version,
            last_permitted_on=until,
            sensitive=sensitive,
        )

    def _params(self, params: Mapping[str, Value | None]) -> dict[str, Value]:
        given = {name: value for name, value in params.items() if value is not None}
        return {"capability": self.policies.name, **given}

    # Days ------------------------------------------------------------------------------------

    @property
    def cutoff(self) -> date:
        return self.policy.new_customer_cutoff_on or self.policy.effective_from

    def extended_until(self) -> date | None:
        """The day of a granted extension that lies after the policy's last permitted day."""
        until = self.facts.extension_until
        if until == UNKNOWN:
            raise Unsaid("extension_until")
        if not isinstance(until, date):
            return None
        return until if until > self.last_permitted_on else None

    @property
    def last_permitted_on(self) -> date:
        return self.policy.last_permitted_on or date.max

    def days_since(self, day: date) -> int:
        return (self.on - day).days

    # Facts -----------------------------------------------------------------------------------

    def needs(self, name: str) -> str:
        """The fact's value; raises ``Unsaid`` where it is unknown."""
        if not self.facts.known(name):
            raise Unsaid(name)
        return str(getattr(self.facts, name))

    def is_said(self, name: str, value: str) -> bool:
        """Whether the fact is known to be this; asks for nothing."""
        return getattr(self.facts, name) == value

    def application(self) -> Application:
        """The application's state; nothing on record is ``none``, a grant past its day lapsed."""
        state = self.facts.application
        if state == Application.UNKNOWN:
            raise Unsaid("application")
        until = self.facts.granted_until
        if state == Application.GRANTED and until and self.on > until:
            return Application.LAPSED
        return state or Application.NONE

    def grant_covers(self) -> bool:
        """Whether the grant is for this use. Without a list of uses a grant names no code."""
        if self.policy.uses is None and not (self.facts.use and self.facts.granted_use):
            return True
        granted = self.needs("granted_use")
        return granted != UNLISTED and self.needs("use") == granted

    def sector(self) -> str:
        """The sector whose list counts. Police and armed forces are public bodies."""
        if self.facts.end_user in _PUBLIC_BODIES:
            return Sector.PUBLIC
        sector = self.needs("sector")
        if sector == Sector.COMMERCIAL and self.facts.end_user == EndUser.UNKNOWN:
            raise Unsaid("end_user")
        return sector

    def is_listed(self) -> bool:
        """Whether the use is on the closed list for its sector; true where no list is known."""
        if self.policy.uses is None:
            return True
        rule = self.policy.uses.get(self.needs("use"))
        if rule is None or (rule.in_force_from and self.on < rule.in_force_from):
            return False
        return rule.sector == "any" or rule.serves(self.sector())

    def is_surely_unlisted(self) -> bool:
        """The same question without asking: what is not known is not held against anybody."""
        try:
            return not self.is_listed()
        except Unsaid:
            return False

    def is_unmanaged(self) -> bool:
        return self.policy.requires_managed_customer and self.is_said("managed", Said.NO)
