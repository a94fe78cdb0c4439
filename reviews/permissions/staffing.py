"""Whether different people are left for every part of a case."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import permutations

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q

from reviews.domain.enums import Party, State
from reviews.models import (
    CoAuthor,
    ConflictOfInterest,
    Countersignature,
    DecisionRound,
    Membership,
    Outsider,
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
    whether different people can fill every part that is still open, ``lacking`` for which there
    are too few. ``sentences`` say so in words.
    """

    reviewers: int
    leads: int
    enough: bool
    lacking: tuple[Party, ...]
    sentences: tuple[str, ...]


def free_people(use_case: UseCase, *, sensitive: bool | None = None) -> FreePeople:
    """Whether the office, with those it brought in, has enough people. Eleven queries at most.

    ``sensitive``: ask before the submit whether a sensitive use could be staffed; left out, what
    the last submission set holds.
    """
    if sensitive is None:
        sensitive = use_case.is_sensitive
    side = requesters_side(use_case, conflicts=True)
    assigned, still = _reviewers_still_needed(use_case, sensitive)
    decided = _keys(DecisionRound.objects.filter(use_case=use_case).values_list("decided_by"))
    signed = _keys(
        Countersignature.objects.filter(decision_round__use_case=use_case).values_list("by")
    )
    ever_assigned = _keys(
        ReviewAssignment.objects.filter(review__use_case=use_case).values_list("reviewer")
    )
    named = _named(use_case)
    reviewers = (holders("review_usecase") | named[Party.REVIEWER]) - side - decided - signed
    reviewers -= assigned
    leads = holders("decide_usecase")
    barred = side | ever_assigned
    deciding = (leads | named[Party.LEAD]) - barred - signed - deciders_appealed(use_case)
    signing = (leads | named[Party.SECOND_LEAD]) - barred - decided if sensitive else None
    enough = _can_staff(reviewers, still, deciding, signing)
    short = _short(still, reviewers, deciding, signing)
    return FreePeople(
        len(reviewers),
        len(deciding | (signing or set())),
        enough,
        () if enough else short or parts(sensitive),
        _sentences(sensitive, short, enough),
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


def _short(
    still: int, reviewers: set[int], deciding: set[int], signing: set[int] | None
) -> tuple[Party, ...]:
    """Parts with too few people of their own; empty where only the sum is too small."""
    return (
        *([Party.REVIEWER] if len(reviewers) < still else []),
        *([Party.LEAD] if not deciding else []),
        *([Party.SECOND_LEAD] if signing is not None and not signing else []),
    )


def parts(sensitive: bool) -> tuple[Party, ...]:
    """The parts that different people of the office take on a case."""
    second = (Party.SECOND_LEAD,) if sensitive else ()
    return (Party.REVIEWER, Party.LEAD, *second)


_SHORT = {
    Party.REVIEWER: "too few reviewers are free",
    Party.LEAD: "no lead is free to decide",
    Party.SECOND_LEAD: "no second lead is free to countersign",
}


def _sentences(sensitive: bool, short: tuple[Party, ...], enough: bool) -> tuple[str, ...]:
    rule = (
        "A sensitive use needs two reviewers, a lead who decides and a second lead who"
        " countersigns: four people, none of them on the team or a co-author."
        if sensitive
        else "This use case needs a reviewer and a lead: two people, none of them on the team or a"
        " co-author."
    )
    if enough:
        return (rule,)
    words = " and ".join(_SHORT[party] for party in short) or "too few different people are free"
    return (
        rule,
        f"As it stands, {words}.",
        "The office can bring in a named outsider: a lead or an administrator names somebody with"
        " an account for this one case, and says why.",
    )


def _named(use_case: UseCase) -> dict[Party, set[int]]:
    """Outsiders of this case with an account that works, by capacity. One query."""
    found: dict[Party, set[int]] = {party: set() for party in parts(sensitive=True)}
    rows = Outsider.objects.filter(use_case=use_case, user__is_active=True)
    for person, party in rows.values_list("user", "party"):
        found[Party(party)].add(person)
    return found


def requesters_side(use_case: UseCase, *, conflicts: bool = False) -> set[int]:
    """The team, its co-authors, and who filed a submission, on the team still or not. One query.

    ``conflicts``: those, too, who declared a conflict of interest with the team or the customer.
    """
    members = Membership.objects.filter(team=use_case.team_id).values_list("user")
    writers = CoAuthor.objects.filter(use_case=use_case).values_list("user")
    filers = Submission.objects.filter(use_case=use_case).values_list("statement_by")
    found = [writers.order_by(), filers.order_by()]
    if conflicts:
        declared = Q(team=use_case.team_id)
        if use_case.customer_id is not None:
            declared |= Q(customer=use_case.customer_id)
        rows = ConflictOfInterest.objects.filter(declared, ended_at__isnull=True)
        found.append(rows.order_by().values_list("user"))
    return _keys(members.order_by().union(*found))


def _keys(rows: Collection[tuple[int]]) -> set[int]:
    return {key for (key,) in rows}
