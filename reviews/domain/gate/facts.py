"""What the gate may be told. Unknown is a value; what nobody asked yet is ``None``.

Three kinds of facts, by what it means that one was *not said* (``None``):

* Deciding facts (``existing``, ``managed``, ``purpose``, ``use``, ``sector``): not said is unknown.
* Facts on record (``application``, ``granted_use``, ``extension_until``, ``exception_until`` ...):
  the portal keeps them itself, so not said means that nothing is on record.
* Facts that can only stop (``end_user``, ``realtime_bodycam``, ``setting``, ``region``,
  ``medical_or_safety``): see ``gate.stops`` for when they must be said.

An explicit ``unknown`` (asked, and nobody knows) is never read as anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

UNKNOWN = "unknown"
"""Equal to the ``UNKNOWN`` member of every enum here; for facts that are codes or days."""

UNLISTED = "other"
"""A use that is on no list."""


class Said(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Application(StrEnum):
    """How far the Limited Access application for this use has come."""

    NONE = "none"
    FILED = "filed"
    GRANTED = "granted"
    DENIED = "denied"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    GENERAL = "general"
    ACCESSIBILITY = "accessibility"
    UNKNOWN = "unknown"


class Setting(StrEnum):
    WORKPLACE = "workplace"
    EDUCATION = "education"
    HEALTHCARE = "healthcare"
    PUBLIC_SPACE = "public_space"
    OTHER = "other"
    UNKNOWN = "unknown"


class Sector(StrEnum):
    COMMERCIAL = "commercial"
    PUBLIC = "public"
    UNKNOWN = "unknown"


class EndUser(StrEnum):
    """By or for whom it is used. ``us_police``: state or local police in the United States."""

    US_POLICE = "us_police"
    FEDERAL = "federal_law_enforcement"
    MILITARY = "military"
    OTHER = "other"
    UNKNOWN = "unknown"


EU = "EU"
# fmt: off
EU_MEMBERS = frozenset({
    "AT", "BE", "BG", "HR", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on
"""ISO 3166 codes of the member states."""

EU_PARTS = frozenset({"AX", "GF", "GP", "MF", "MQ", "RE", "YT"})
"""Parts of member states with a code of their own where the law of the Union applies."""

EU_REGIONS = EU_MEMBERS | EU_PARTS | {EU}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about one use of one capability.

    ``use`` is the code of a use on the closed list (``UC-C2``), ``other`` or ``unknown``.
    ``marks``: further use codes that hold (to be avoided, extra care, prohibited).
    ``granted_until``, ``extension_until``, ``exception_until``: last days, inclusive.
    ``exception_covers``: whether the exception's scenario is this one.
    ``intake``: answers that escalate, by field (``gate.escalations``); ``probes``: codes of the
    critics' probes that were answered with yes.
    """

    existing: Said | None = None
    managed: Said | None = None
    purpose: Purpose | None = None
    use: str | None = None
    sector: Sector | None = None

    application: Application | None = None
    granted_use: str | None = None
    granted_until: date | None = None
    extension_until: date | str | None = None
    exception_until: date | None = None
    exception_covers: Said | None = None
    exception_scope: str = ""

    end_user: EndUser | None = None
    realtime_bodycam: Said | None = None
    setting: Setting | None = None
    region: str | None = None
    medical_or_safety: Said | None = None

    marks: frozenset[str] = frozenset()
    intake: Mapping[str, str] = field(default_factory=dict)
    probes: frozenset[str] = frozenset()

    def known(self, name: str) -> bool:
        """Whether the fact was said, and is not ``unknown``."""
        value = getattr(self, name)
        return value is not None and value != UNKNOWN

    def given(self, **values: object) -> "Facts":
        """The same facts with these values."""
        facts = object.__new__(Facts)  # `dataclasses.replace` takes four times as long
        for name in FACT_NAMES:
            value = values[name] if name in values else getattr(self, name)
            object.__setattr__(facts, name, value)
        return facts

    def final(self) -> "Facts":
        """The same facts where nobody will be asked again: what was not said is unknown.

        For a form that is being submitted and for rows of an import.
        """
        return self.given(**{name: UNKNOWN for name in ASKED_FACTS if getattr(self, name) is None})


ASKED_FACTS = (
    "existing",
    "purpose",
    "managed",
    "use",
    "sector",
    "end_user",
    "realtime_bodycam",
    "setting",
    "region",
    "medical_or_safety",
)
"""Facts that a person is asked for, in the order of asking."""

READ_BY_STOPS_ONLY = frozenset({"realtime_bodycam", "setting", "region", "medical_or_safety"})
"""Facts that no policy reads. (``end_user`` is not among them: it may settle the sector.)"""

RECORDED_FACTS = ("application", "granted_use", "extension_until", "exception_covers")
"""Facts on record that may be unknown all the same, in the order of asking."""

ASKING_ORDER = (*ASKED_FACTS, *RECORDED_FACTS)

FACT_NAMES = tuple(one.name for one in fields(Facts))
