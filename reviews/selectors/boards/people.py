"""Each reviewer: load, expertise, absence, conflicts; and who should review a case next."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value

from reviews.domain import suggesting
from reviews.domain.suggesting import Suggestion
from reviews.models import (
    Absence,
    ConflictOfInterest,
    Expertise,
    Review,
    ReviewAssignment,
    User,
    Verdict,
)
from reviews.permissions.reviewers import OFFICE
from reviews.permissions.staffing import BACKEND
from reviews.selectors.boards.case_filters import open_work
from reviews.selectors.candidates import Candidate
from reviews.selectors.together import Rows, together

AHEAD = timedelta(days=14)
"""How far an absence is foreseen: about the time that a review takes."""


@dataclass(frozen=True, slots=True)
class Load:
    """``reviews``: seats not signed off; ``items``: required items in them without a verdict."""

    reviews: int = 0
    items: int = 0


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A line of the page of reviewers. ``absences``: those of today and later."""

    person: User
    load: Load
    knows: tuple[str, ...] = ()
    absences: tuple[Absence, ...] = ()
    conflicts: tuple[ConflictOfInterest, ...] = ()
    away: Absence | None = field(default=None)


def office() -> list[User]:
    """Everybody who may review or decide, by name. One query."""
    wanted = Q(pk__in=[])
    for code in OFFICE:
        holders = User.objects.with_perm(f"reviews.{code}", backend=BACKEND).order_by()
        wanted |= Q(pk__in=holders.values("pk"))
    people = User.objects.filter(wanted, is_active=True)
    return sorted(people, key=lambda one: (str(one).casefold(), one.pk))


def loads(people: Collection[int], *, reader: User | None = None) -> dict[int, Load]:
    """By key of the person, over open work only. Two queries. ``reader``: see ``open_work``."""
    rows = open_work(reader=reader).filter(reviewer__in=people).values_list("reviewer")
    left = items_left(people, reader=reader)
    return {key: Load(count, left.get(key, 0)) for key, count in rows.annotate(Count("pk"))}


def items_left(people: Collection[int], *, reader: User | None = None) -> dict[int, int]:
    """Required items that each still has to judge in open reviews. One query."""
    judged = Verdict.objects.filter(
        item=OuterRef("item"), assignment=OuterRef("pk"), is_current=True
    ).exclude(value="")
    found = (
        open_work(reader=reader)
        .filter(reviewer__in=people, review__items__is_required_now=True)
        .annotate(item=F("review__items"))
        .filter(~Exists(judged))
        .values_list("reviewer")
        .annotate(Count("item"))
    )
    return dict(found)


def reviewers(*, on: date, reader: User) -> list[Reviewer]:
    """The page of reviewers, as ``reader`` may know it. Four queries, however many people."""
    people = office()
    keys = [one.pk for one in people]
    work = loads(keys, reader=reader)
    standing = ConflictOfInterest.objects.filter(user__in=keys, ended_at__isnull=True)
    expertise = Expertise.objects.filter(user__in=keys).order_by("capability__name")
    read = together(
        known=Rows(expertise, "capability"),
        absences=Rows(_absences(keys, on=on)),
        conflicts=Rows(standing, "team", "customer"),
    )
    by_name = {name: _by_person(rows) for name, rows in read.items()}
    return [
        Reviewer(
            person,
            work.get(person.pk, Load()),
            tuple(one.capability.name for one in by_name["known"][person.pk]),
            tuple(by_name["absences"][person.pk]),
            tuple(by_name["conflicts"][person.pk]),
            next((one for one in by_name["absences"][person.pk] if one.first_on <= on), None),
        )
        for person in people
    ]


def _by_person(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.user_id].append(row)
    return found


def _known(rows: QuerySet[Expertise]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = defaultdict(list)
    for person, name in rows.order_by("capability__name").values_list("user", "capability__name"):
        found[person].append(name)
    return {key: tuple(names) for key, names in found.items()}


def _absences(keys: Collection[int], *, on: date) -> QuerySet[Absence]:
    """Those that are not over, the earliest first."""
    return Absence.objects.filter(user__in=keys, ended_at__isnull=True, last_on__gte=on).order_by(
        "first_on", "pk"
    )


def suggestions(review: Review, found: Collection[Candidate], *, on: date) -> list[Suggestion]:
    """The candidates of the assign page, ranked with reasons. Three queries.

    ``found``: as ``candidates`` gives them, with what bars each and how many reviews are open.
    """
    keys = [one.person.pk for one in found]
    facts = _facts(review, keys)
    away: dict[int, tuple[date, date]] = {}
    for row in _absences(keys, on=on).filter(first_on__lte=on + AHEAD):
        away.setdefault(row.user_id, (row.first_on, row.last_on))
    left = items_left(keys)
    people = [
        suggesting.Person(
            key=one.person.pk,
            name=str(one.person),
            bar=one.bar,
            knows=facts.knows.get(one.person.pk, ()),
            load=left.get(one.person.pk, 0),
            reviews=one.load,
            rounds=facts.rounds.get(one.person.pk, 0),
            away=away.get(one.person.pk),
        )
        for one in found
    ]
    return suggesting.rank(people, on=on)


@dataclass(frozen=True, slots=True)
class _Facts:
    knows: dict[int, tuple[str, ...]]
    rounds: Counter[int]


def _facts(review: Review, keys: list[int]) -> _Facts:
    """What each knows of the asked capabilities, and earlier rounds of the case. One query."""
    asked = (
        Expertise.objects.filter(user__in=keys, capability__use_cases=review.use_case_id)
        .annotate(rounds=Value(0))
        .values_list("user", "capability__name", "rounds")
    )
    earlier = (
        ReviewAssignment.objects.filter(
            reviewer__in=keys,
            review__use_case=review.use_case_id,
            review__number__lt=review.number,
            signed_off_at__isnull=False,
        )
        .annotate(name=Value(""))
        .values_list("reviewer", "name")
        .annotate(rounds=Count("pk"))
    )
    knows: dict[int, list[str]] = defaultdict(list)
    rounds = Counter[int]()
    for person, name, count in asked.order_by().union(earlier.order_by(), all=True):
        if name:
            knows[person].append(name)
        else:
            rounds[person] += count
    return _Facts({key: tuple(sorted(names)) for key, names in knows.items()}, rounds)
