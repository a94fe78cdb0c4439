"""What an import of deployments says about itself: every row accounted for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from reviews.domain.importing.deployments import DEFAULTS
from reviews.domain.importing.mapping import Problem


@dataclass(frozen=True, slots=True)
class DeploymentReport:
    """``read`` = created + updated + unchanged + rows in ``conflicts``, where nothing is rejected.

    One rejected row refuses the whole file: then nothing is written and the counts are 0.
    ``conflicts``: rows that somebody changed in the register since; they stay as they are there.
    ``assumed``: defaults, with the number of new rows that got them.
    """

    file: str
    on: date
    dry_run: bool
    read: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Problem, ...] = ()
    conflicts: tuple[Problem, ...] = ()
    customers_created: int = 0
    customers_updated: int = 0
    contacts_created: int = 0
    ignored: tuple[str, ...] = ()
    assumed: Mapping[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        return self.created + self.updated + self.customers_updated + self.contacts_created

    def as_dict(self) -> dict[str, object]:
        """Plain data, in reading order."""
        return {
            "file": self.file,
            "on": self.on.isoformat(),
            "dry_run": self.dry_run,
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [asdict(problem) for problem in self.rejected],
            "conflicts": [asdict(problem) for problem in self.conflicts],
            "customers_created": self.customers_created,
            "customers_updated": self.customers_updated,
            "contacts_created": self.contacts_created,
            "ignored_columns": list(self.ignored),
            "defaults": {
                name: {"value": DEFAULTS[name], "rows": count}
                for name, count in self.assumed.items()
            },
        }
