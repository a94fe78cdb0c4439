"""People around a decision: whom a condition or a referral may name."""

from dataclasses import dataclass

from reviews.models import UseCase, User
from reviews.permissions.staffing import BACKEND, PeopleAround, requesters_side


@dataclass(frozen=True, slots=True)
class ConditionPeople:
    """Whom a condition may name: (UUID, name) pairs, in reading order."""

    side: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    office: tuple[tuple[str, str], ...]
    by_key: dict[str, User]


def condition_people(around: PeopleAround) -> ConditionPeople:
    """Owners: the requester's side first, then all others; verifiers: the office. One query."""
    side = around["side"]
    office = around["review_usecase"] | around["decide_usecase"]
    people = sorted(User.objects.filter(is_active=True), key=lambda person: str(person).casefold())
    named = {person.pk: (str(person.uid), str(person)) for person in people}
    return ConditionPeople(
        side=tuple(name for key, name in named.items() if key in side),
        others=tuple(name for key, name in named.items() if key not in side),
        office=tuple(name for key, name in named.items() if key in office - side),
        by_key={str(person.uid): person for person in people},
    )


def panel_for(use_case: UseCase) -> list[User]:
    """Panel members who may be asked about this case. Three queries."""
    people = User.objects.with_perm("reviews.advise_usecase", backend=BACKEND)
    side = requesters_side(use_case)
    return sorted(
        (person for person in people if person.pk not in side),
        key=lambda person: str(person).casefold(),
    )
