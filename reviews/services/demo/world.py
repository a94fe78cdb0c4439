"""Who and what the demo's steps speak of, by the names that the data files use."""

from dataclasses import dataclass, field

from reviews.domain.errors import BadDataFile
from reviews.models import (
    AccessApplication,
    Capability,
    Customer,
    Deployment,
    Review,
    Team,
    UseCase,
    User,
)


@dataclass(slots=True)
class World:
    """Filled while the story is told."""

    people: dict[str, User]
    teams: dict[str, Team]
    capabilities: dict[str, Capability]
    customers: dict[str, Customer] = field(default_factory=dict)
    deployments: dict[tuple[str, str], Deployment] = field(default_factory=dict)
    applications: dict[str, AccessApplication] = field(default_factory=dict)
    cases: dict[str, UseCase] = field(default_factory=dict)

    def person(self, name: str) -> User:
        if name not in self.people:
            raise BadDataFile(f"demo: nobody is called “{name}”.")
        return self.people[name]

    def case(self, key: str) -> UseCase:
        """The case as it is now."""
        return UseCase.objects.get(pk=self.cases[key].pk)

    def review(self, key: str) -> Review:
        """The open round of the case."""
        return Review.objects.select_related("use_case").get(
            use_case=self.cases[key].pk, closed_at__isnull=True
        )
