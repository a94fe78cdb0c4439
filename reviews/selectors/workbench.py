"""Rounds on which somebody has to act, whom each waits for and since when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Prefetch, Q, QuerySet

from reviews.domain.enums import ReviewKind, State
from reviews.models import Referral, ReferralMember, Review, ReviewAssignment, UseCase, User

OPEN = [state for state in State if state.is_open]


class Awaited(StrEnum):
    """For whom a case in review waits."""

    REVIEWERS = "reviewers"
    ASSIGNMENT = "assignment"
    TEAM = "team"
    PANEL = "panel"
    LEAD = "lead"
    LEAD_OF_APPEAL = "lead_of_appeal"
    SECOND_LEAD = "second_lead"


@dataclass(frozen=True, slots=True)
class Line:
    """One case in review and for whom it waits: ``names`` of people, or of the team; none where
    the reader may not know them.
    """

    review: Review
    use_case: UseCase
    awaited: Awaited
    names: tuple[str, ...]
    since: datetime
    questions: int


def open_rounds(user: User) -> QuerySet[Review]:
    """Every round on which somebody has to act, of cases that this person may see."""
    return Review.objects.filter(
        closed_at__isnull=True,
        use_case__state__in=OPEN,
        use_case__in=UseCase.objects.visible_to(user),
    ).select_related("use_case__team")


def for_lines(rounds: QuerySet[Review]) -> QuerySet[Review]:
    """What ``lines`` reads. Two queries beside the rounds."""
    active = ReviewAssignment.objects.filter(recused_at__isnull=True).select_related("reviewer")
    pending = Referral.objects.filter(closed_at__isnull=True).prefetch_related(
        Prefetch("members", ReferralMember.objects.select_related("user"))
    )
    return rounds.annotate(
        open_questions=Count(
            "questions",
            filter=Q(questions__answered_at__isnull=True, questions__withdrawn_at__isnull=True),
        )
    ).prefetch_related(Prefetch("assignments", active), Prefetch("use_case__referrals", pending))


def lines(rounds: Iterable[Review], *, reader: User | None = None) -> list[Line]:
    """Each round with whom it waits for, from what ``for_lines`` has read.

    ``reader``: who reads it; of the two reviewers of a sensitive round each reads the own name
    alone until both have signed off.
    """
    return [_line(row, reader) for row in rounds]


@dataclass(frozen=True, slots=True)
class Awaitable:
    """What decides whom an open round waits for. ``needed``: reviewers.

    ``at_work``: name and moment of assignment of each reviewer who has not signed off, ``seated``
    how many have a seat; ``asked``: name and moment of each panel member who owes advice.
    """

    state: State
    state_since: datetime
    kind: str
    opened_at: datetime
    needed: int
    seated: int
    team: str
    at_work: Sequence[tuple[str, datetime]] = ()
    asked: Sequence[tuple[str, datetime]] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Whom a case waits for since when; ``names`` of people, or of the team."""

    awaited: Awaited
    names: tuple[str, ...]
    since: datetime


def wait(facts: Awaitable) -> Wait:
    """Since when: as the list of who is awaited says it (``waiting_columns``)."""
    since = facts.state_since
    match facts.state:
        case State.NEEDS_INFORMATION:
            return Wait(Awaited.TEAM, (facts.team,), since)
        case State.AWAITING_COUNTERSIGNATURE:
            return Wait(Awaited.SECOND_LEAD, (), since)
        case State.REFERRED if facts.asked:
            names = tuple(name for name, _ in facts.asked)
            return Wait(Awaited.PANEL, names, min(at for _, at in facts.asked))
        case State.REFERRED:
            return Wait(Awaited.LEAD, (), since)
    if facts.state is State.UNDER_APPEAL or facts.kind == ReviewKind.APPEAL:
        return Wait(Awaited.LEAD_OF_APPEAL, (), since)
    if facts.state is not State.IN_REVIEW:
        return Wait(Awaited.LEAD, (), since)
    if facts.seated < facts.needed:
        return Wait(Awaited.ASSIGNMENT, (), facts.opened_at)
    names = tuple(name for name, _ in facts.at_work)
    first = min((at for _, at in facts.at_work), default=since)
    return Wait(Awaited.REVIEWERS, names, max(first, since))


def _line(review: Review, reader: User | None) -> Line:
    case = review.use_case
    seats = list(review.assignments.all())
    blind = review.is_sensitive and any(seat.reviewer == reader for seat in seats)
    at_work = [s for s in seats if s.signed_off_at is None and (not blind or s.reviewer == reader)]
    members = [(m, one) for one in case.referrals.all() for m in one.members.all()]
    found = wait(
        Awaitable(
            state=State(case.state),
            state_since=case.state_since,
            kind=review.kind,
            opened_at=review.opened_at,
            needed=review.reviewers_needed,
            seated=len(seats),
            team=case.team.name,
            at_work=[(str(seat.reviewer), seat.assigned_at) for seat in at_work],
            asked=[(str(m.user), one.referred_at) for m, one in members if m.given_at is None],
        )
    )
    questions = review.open_questions  # type: ignore[attr-defined]
    return Line(review, case, found.awaited, found.names, found.since, questions)
