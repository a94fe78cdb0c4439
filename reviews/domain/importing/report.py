"""What an import says about itself: every row accounted for, every assumption named."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from reviews.domain.importing.mapping import MappedRow, Problem


@dataclass(frozen=True, slots=True)
class ImportReport:
    """``read`` = created + updated + unchanged + rows in ``rejected``; the header is row 1.

    ``rejected``: rows that were not taken over, with the reason. ``warnings``: cells that were kept
    in the raw row but not believed. ``absent``: rows of earlier runs that this file does not hold;
    their cases stay. ``defaults``: the facts that were assumed for every row, "unknown" included;
    ``stated``: how often a row said otherwise. ``capabilities`` and ``answers`` count rows, over
    all rows that were read, whether or not they changed.
    """

    profile: str
    file: str
    on: date
    dry_run: bool
    read: int
    created: int
    updated: int
    unchanged: int
    rejected: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    absent: int
    teams_created: int
    defaults: Mapping[str, str]
    stated: Mapping[str, Mapping[str, int]]
    capabilities: Mapping[str, int]
    answers: Mapping[str, Mapping[str, int]]

    @property
    def rejected_rows(self) -> int:
        return len({problem.row for problem in self.rejected})

    @property
    def changes(self) -> int:
        return self.created + self.updated

    def as_dict(self) -> dict[str, object]:
        """Plain data, in reading order."""
        return {
            "profile": self.profile,
            "file": self.file,
            "on": self.on.isoformat(),
            "dry_run": self.dry_run,
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [asdict(problem) for problem in self.rejected],
            "warnings": [asdict(problem) for problem in self.warnings],
            "absent": self.absent,
            "teams_created": self.teams_created,
            "defaults": dict(self.defaults),
            "stated": {fact: dict(values) for fact, values in self.stated.items()},
            "capabilities": dict(self.capabilities),
            "answers": {slug: dict(counts) for slug, counts in self.answers.items()},
        }


def count_capabilities(rows: Sequence[MappedRow]) -> dict[str, int]:
    """Rows per capability, most frequent first."""
    counts = Counter(found.capability for row in rows for found in row.capabilities)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def count_stated(rows: Sequence[MappedRow]) -> dict[str, dict[str, int]]:
    """How often rows stated a fact, by fact and value."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        for fact in row.stated:
            counts.setdefault(fact, Counter())[row.facts[fact]] += 1
    return {fact: dict(sorted(values.items())) for fact, values in sorted(counts.items())}
