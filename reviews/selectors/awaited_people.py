"""Whom each of many cases waits for, by name: people who can be reminded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from reviews.models import (
    CoAuthor,
    Countersignature,
    DecisionRound,
    Membership,
    Review,
    ReviewAssignment,
    Submission,
    User,
)
from reviews.selectors import workbench
from reviews.selectors.awaiting import open_rounds
from reviews.selectors.workbench import Awaited, Line

_BACKEND = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"
_LEADS = (Awaited.LEAD, Awaited.ASSIGNMENT, Awaited.SECOND_LEAD, Awaited.LEAD_OF_APPEAL)


@dataclass(frozen=True, slots=True)
class AwaitedPeople:
    """``whom``: a value of ``Awaited``; ``people``: everybody who could take the step."""

    whom: str
    people: tuple[User, ...]


def awaited_people(keys: Sequence[int]) -> dict[int, AwaitedPeople]:
    """By the key of the case; a case that waits for nobody is left out.

    Of the leads those are left out whom the people rules bar from the case. A fixed number of
    queries for any number of cases.
    """
    rounds = open_rounds().filter(use_case__in=list(keys)).select_related("use_case__team")
    lines = workbench.lines(workbench.for_lines(rounds))
    teams = _members(line for line in lines if line.awaited is Awaited.TEAM)
    leads = list(_leads()) if any(line.awaited in _LEADS for line in lines) else []
    barred = _barred(keys) if leads else {}
    found = {}
    for line in lines:
        case = line.use_case
        if line.awaited is Awaited.TEAM:
            people = teams[case.team_id]
        elif line.awaited in _LEADS:
            people = [one for one in leads if one.pk not in barred[case.pk]]
        else:
            people = _named(line.review, line.awaited)
        found[case.pk] = AwaitedPeople(line.awaited.value, tuple(people))
    return found


def _named(review: Review, awaited: Awaited) -> list[User]:
    if awaited is Awaited.REVIEWERS:
        return [seat.reviewer for seat in review.assignments.all() if seat.signed_off_at is None]
    members = [m for one in review.use_case.referrals.all() for m in one.members.all()]
    return [member.user for member in members if member.given_at is None]


def _leads() -> QuerySet[User]:
    holders = User.objects.with_perm("reviews.decide_usecase", backend=_BACKEND)
    return holders.filter(is_active=True).order_by("full_name", "pk").distinct()


def _members(lines: Iterable[Line]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = defaultdict(list)
    teams = {line.use_case.team_id for line in lines}
    if teams:
        rows = Membership.objects.filter(team__in=teams, user__is_active=True)
        for row in rows.select_related("user").order_by("user__full_name", "pk"):
            found[row.team_id].append(row.user)
    return found


def _barred(keys: Sequence[int]) -> dict[int, set[int]]:
    """Who took another part in each case. One query."""
    cases = list(keys)
    sources = [
        Membership.objects.filter(team__use_cases__in=cases).values_list("team__use_cases", "user"),
        CoAuthor.objects.filter(use_case__in=cases).values_list("use_case", "user"),
        ReviewAssignment.objects.filter(review__use_case__in=cases).values_list(
            "review__use_case", "reviewer"
        ),
        Submission.objects.filter(use_case__in=cases).values_list("use_case", "statement_by"),
        DecisionRound.objects.filter(use_case__in=cases).values_list("use_case", "decided_by"),
        Countersignature.objects.filter(decision_round__use_case__in=cases).values_list(
            "decision_round__use_case", "by"
        ),
    ]
    found: dict[int, set[int]] = defaultdict(set)
    first, *others = [rows.order_by() for rows in sources]
    for case, person in first.union(*others):
        found[case].add(person)
    return found
