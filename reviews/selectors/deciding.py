"""People around a decision: who is free, whom a condition or a referral may name."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import permutations

from django.contrib.auth.backends import ModelBackend

from reviews.domain.enums import State
from reviews.models import (
    CoAuthor,
    Countersignature,
    DecisionRound,
    Membership,
    Review,
    ReviewAssignment,
    Submission,
    UseCase,
    User,
)
from reviews.permissions.use_cases import deciders_appealed

BACKEND = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"


@dataclass(frozen=True, slots=True)
class FreePeople:
    """Who could still take part in a case under the people rules.

    ``reviewers`` and ``leads`` count people; one who is both counts in both. ``enough`` says
    whether different people can fill every part that is still open. ``sentences`` say so in words.
    """

    reviewers: int
    leads: int
    enough: bool
    sentences: tuple[str, ...]


def free_people(use_case: UseCase, *, sensitive: bool | None = None) -> FreePeople:
    """Whether the office has enough people for this case. Ten queries at most.

    ``sensitive``: ask before the submit whether a sensitive use could be staffed; left out, what
    the last submission set holds.
    """
    if sensitive is None:
        sensitive = use_case.is_sensitive
    side = _requesters_side(use_case)
    assigned, still = _reviewers_still_needed(use_case, sensitive)
    decided = _keys(DecisionRound.objects.filter(use_case=use_case).values_list("decided_by"))
    signed = _keys(
        Countersignature.objects.filter(decision_round__use_case=use_case).values_list("by")
    )
    ever_assigned = _keys(
        ReviewAssignment.objects.filter(review__use_case=use_case).values_list("reviewer")
    )
    reviewers = holders("review_usecase") - side - decided - signed - assigned
    leads = holders("decide_usecase") - side - ever_assigned
    deciding = leads - signed - deciders_appealed(use_case)
    signing = leads - decided if sensitive else None
    enough = _can_staff(reviewers, still, deciding, signing)
    return FreePeople(
        len(reviewers),
        len(deciding | (signing or set())),
        enough,
        _sentences(sensitive, still, len(reviewers), len(deciding), signing, enough),
    )


def holders(codename: str) -> set[int]:
    """Keys of active people who hold a permission. One query."""
    people = User.objects.with_perm(f"reviews.{codename}", backend=BACKEND)
    return set(people.values_list("pk", flat=True))


def _can_staff(
    reviewers: set[int], still: int, deciding: set[int], signing: set[int] | None
) -> bool:
    """Different people for every open part; offices are small, so every pair is tried."""
    if signing is None:
        return any(len(reviewers - {lead}) >= still for lead in deciding)
    pairs = ((a, b) for a, b in permutations(deciding | signing, 2))
    return any(
        a in deciding and b in signing and len(reviewers - {a, b}) >= still for a, b in pairs
    )


def _reviewers_still_needed(use_case: UseCase, sensitive: bool) -> tuple[set[int], int]:
    """Reviewers of the open round, and how many more it needs before a lead may decide."""
    wanted = 2 if sensitive else 1
    review = (
        Review.objects.filter(use_case=use_case, closed_at__isnull=True)
        .prefetch_related("assignments")
        .first()
    )
    if review is None:
        return set(), wanted
    assigned = {a.reviewer_id for a in review.assignments.all() if a.recused_at is None}
    in_review = State(use_case.state) in {State.IN_REVIEW, State.NEEDS_INFORMATION}
    return assigned, max(0, wanted - len(assigned)) if in_review else 0


def _sentences(
    sensitive: bool,
    still: int,
    reviewers: int,
    deciding: int,
    signing: set[int] | None,
    enough: bool,
) -> tuple[str, ...]:
    rule = (
        "A sensitive use needs two reviewers, a lead who decides and a second lead who"
        " countersigns: four people, none of them on the team or a co-author."
        if sensitive
        else "This use case needs a reviewer and a lead: two people, none of them on the team or a"
        " co-author."
    )
    if enough:
        return (rule,)
    lacking = [
        *(["too few reviewers are free"] if reviewers < still else []),
        *(["no lead is free to decide"] if not deciding else []),
        *(["no second lead is free to countersign"] if signing is not None and not signing else []),
    ] or ["too few different people are free"]
    return (
        rule,
        f"As it stands, {' and '.join(lacking)}.",
        "The office can bring in a named outsider: an administrator gives that person an account"
        " and the role.",
    )


def _requesters_side(use_case: UseCase) -> set[int]:
    """The team, its co-authors, and who filed a submission, on the team still or not. One query."""
    members = Membership.objects.filter(team=use_case.team_id).values_list("user")
    writers = CoAuthor.objects.filter(use_case=use_case).values_list("user")
    filers = Submission.objects.filter(use_case=use_case).values_list("statement_by")
    return _keys(members.order_by().union(writers.order_by(), filers.order_by()))


def _keys(rows: Collection[tuple[int]]) -> set[int]:
    return {key for (key,) in rows}


@dataclass(frozen=True, slots=True)
class ConditionPeople:
    """Whom a condition may name: (UUID, name) pairs, in reading order."""

    side: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    office: tuple[tuple[str, str], ...]
    by_key: dict[str, User]


def condition_people(use_case: UseCase) -> ConditionPeople:
    """Owners: the requester's side first, then all others; verifiers: the office. Five queries."""
    side = _requesters_side(use_case)
    office = holders("review_usecase") | holders("decide_usecase")
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
    side = _requesters_side(use_case)
    return sorted(
        (person for person in people if person.pk not in side),
        key=lambda person: str(person).casefold(),
    )
