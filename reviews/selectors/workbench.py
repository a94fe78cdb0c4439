"""The workbench: what waits for this person, which reviews lack reviewers, whom each waits for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from reviews.domain.enums import Party, ReviewKind, State
from reviews.models import (
    Appeal,
    ChecklistItem,
    CoAuthor,
    Countersignature,
    DecisionRound,
    Membership,
    Outsider,
    Referral,
    ReferralMember,
    Review,
    ReviewAssignment,
    Submission,
    UseCase,
    User,
    Verdict,
)

UNDER_REVIEW = [State.IN_REVIEW, State.NEEDS_INFORMATION]
OPEN = [state for state in State if state.is_open]


class Verb(StrEnum):
    """What somebody has to do on a case that is in review."""

    REVIEW = "review"
    ASSIGN = "assign"
    ADVISE = "advise"
    CLOSE_REFERRAL = "close_referral"
    DECIDE = "decide"
    DECIDE_APPEAL = "decide_appeal"
    COUNTERSIGN = "countersign"


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
class Waiting:
    """One thing that waits for this person: verb, case, since when.

    ``answered`` of ``required`` items hold this person's verdict; both are 0 but for ``REVIEW``.
    """

    verb: Verb
    review: Review
    use_case: UseCase
    since: datetime
    answered: int
    required: int
    referral: UUID | None


@dataclass(frozen=True, slots=True)
class Line:
    """One case in review and for whom it waits: ``names`` of people, or of the team; none where
    the reader may not know them.
    """

    review: Review
    use_case: UseCase
    awaited: Awaited
    names: tuple[str, ...]
    questions: int


def open_rounds(user: User) -> QuerySet[Review]:
    """Every round on which somebody has to act, of cases that this person may see."""
    return Review.objects.filter(
        closed_at__isnull=True,
        use_case__state__in=OPEN,
        use_case__in=UseCase.objects.visible_to(user),
    ).select_related("use_case__team")


def waiting_rounds(user: User) -> QuerySet[Review]:
    """Rounds on which this person is the one to act, with ``verb`` and ``since``; oldest first.

    The pair of the rulings in ``permissions.reviewing`` and ``permissions.deciding``; a test holds
    them equal.
    """
    rounds = _with_people(open_rounds(user), user)
    cases = [When(condition, then=Value(verb.value)) for verb, condition in _turns(user)]
    seat = ReviewAssignment.objects.filter(review=OuterRef("pk"), reviewer=user)
    seat_at = Subquery(seat.values("assigned_at")[:1])
    asked_at = Subquery(_open_referrals().values("referred_at")[:1])
    state_since = F("use_case__state_since")
    return (
        rounds.annotate(verb=Case(*cases, default=Value("")))
        .exclude(verb="")
        .annotate(
            since=Case(
                When(verb=Verb.REVIEW, then=Greatest(Coalesce(seat_at, state_since), state_since)),
                When(verb=Verb.ASSIGN, then=F("opened_at")),
                When(verb=Verb.ADVISE, then=Coalesce(asked_at, state_since)),
                default=state_since,
            ),
            required=Case(When(verb=Verb.REVIEW, then=_count_due()), default=0),
            answered=Case(When(verb=Verb.REVIEW, then=_count_judged(user)), default=0),
            referral_uid=Subquery(_open_referrals().values("uid")[:1]),
        )
        .order_by("since", "pk")
    )


def rounds_to_assign(user: User) -> QuerySet[Review]:
    """Rounds that lack reviewers and to which this person may assign; the oldest first."""
    return waiting_rounds(user).filter(verb=Verb.ASSIGN)  # type: ignore[misc]


def waiting(rounds: Iterable[Review]) -> list[Waiting]:
    """Rows of ``waiting_rounds``, ready to show. No query of its own."""
    return [
        Waiting(
            Verb(row.verb),  # type: ignore[attr-defined]
            row,
            row.use_case,
            row.since,  # type: ignore[attr-defined]
            row.answered,  # type: ignore[attr-defined]
            row.required,  # type: ignore[attr-defined]
            row.referral_uid,  # type: ignore[attr-defined]
        )
        for row in rounds
    ]


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


def _line(review: Review, reader: User | None) -> Line:
    awaited, names = _awaited(review, reader)
    questions = review.open_questions  # type: ignore[attr-defined]
    return Line(review, review.use_case, awaited, names, questions)


def _awaited(review: Review, reader: User | None) -> tuple[Awaited, tuple[str, ...]]:
    state = State(review.use_case.state)
    if state is State.NEEDS_INFORMATION:
        return Awaited.TEAM, (review.use_case.team.name,)
    if state is State.AWAITING_COUNTERSIGNATURE:
        return Awaited.SECOND_LEAD, ()
    if state is State.REFERRED:
        return _awaited_advice(review)
    if state is State.UNDER_APPEAL or review.kind == ReviewKind.APPEAL:
        return Awaited.LEAD_OF_APPEAL, ()
    if state is State.IN_REVIEW:
        seats = list(review.assignments.all())
        if len(seats) < review.reviewers_needed:
            return Awaited.ASSIGNMENT, ()
        blind = review.is_sensitive and any(seat.reviewer == reader for seat in seats)
        unsigned = [seat.reviewer for seat in seats if seat.signed_off_at is None]
        return Awaited.REVIEWERS, tuple(
            str(person) for person in unsigned if not blind or person == reader
        )
    return Awaited.LEAD, ()


def _awaited_advice(review: Review) -> tuple[Awaited, tuple[str, ...]]:
    members = [m for referral in review.use_case.referrals.all() for m in referral.members.all()]
    names = tuple(str(member.user) for member in members if member.given_at is None)
    return (Awaited.PANEL, names) if names else (Awaited.LEAD, ())


def _with_people(rounds: QuerySet[Review], user: User) -> QuerySet[Review]:
    """In which parts this person stands on each case."""
    case = OuterRef("use_case")
    seats = ReviewAssignment.objects.filter(reviewer=user, recused_at__isnull=True)
    recusals = ReviewAssignment.objects.filter(reviewer=user, recused_at__isnull=False)
    named = Outsider.objects.filter(user=user, use_case=case)
    active = ReviewAssignment.objects.filter(review=OuterRef("pk"), recused_at__isnull=True)
    appeals = Appeal.objects.filter(use_case=case, review__closed_at__isnull=True).filter(
        Q(against__decided_by=user) | Q(against__countersignature__by=user)
    )
    asked = ReferralMember.objects.filter(
        user=user,
        given_at__isnull=True,
        referral__use_case=case,
        referral__closed_at__isnull=True,
    )
    on_side = Q(Exists(Membership.objects.filter(user=user, team=OuterRef("use_case__team")))) | Q(
        Exists(CoAuthor.objects.filter(user=user, use_case=case))
    )
    return rounds.annotate(
        on_side=ExpressionWrapper(on_side, output_field=BooleanField()),
        reviews_case=Exists(seats.filter(review__use_case=case)),
        sits=Exists(seats.filter(review=OuterRef("pk"), signed_off_at__isnull=True)),
        has_filed=Exists(Submission.objects.filter(use_case=case, statement_by=user)),
        has_decided=Exists(DecisionRound.objects.filter(use_case=case, decided_by=user)),
        has_countersigned=Exists(
            Countersignature.objects.filter(decision_round__use_case=case, by=user)
        ),
        stepped_back=Exists(recusals.filter(review__use_case=case)),
        named_lead=Exists(named.filter(party=Party.LEAD)),
        named_second=Exists(named.filter(party=Party.SECOND_LEAD)),
        is_appealed=Exists(appeals),
        is_asked=Exists(asked),
        advice_pending=Exists(
            ReferralMember.objects.filter(
                referral__use_case=case, referral__closed_at__isnull=True, given_at__isnull=True
            )
        ),
        seated=Coalesce(Subquery(_count(active, "review")), 0),
        needed=Case(When(is_sensitive=True, then=2), default=1),
    )


def _turns(user: User) -> list[tuple[Verb, Q]]:
    """When it is this person's turn, verb by verb; the first that holds counts."""
    free = Q(on_side=False, reviews_case=False)
    not_filed = Q(has_filed=False)
    lead = free & not_filed & Q(has_countersigned=False, is_appealed=False, stepped_back=False)
    worked = ~Q(kind=ReviewKind.APPEAL)
    turns = [
        (Verb.REVIEW, worked & Q(sits=True, on_side=False, use_case__state=State.IN_REVIEW)),
        (Verb.ADVISE, Q(is_asked=True, on_side=False, use_case__state=State.REFERRED)),
    ]
    if user.has_perm("reviews.assign_reviewer"):
        lacking = Q(use_case__state__in=UNDER_REVIEW, seated__lt=F("needed"))
        turns.append((Verb.ASSIGN, worked & free & lacking))
    role = user.has_perm("reviews.decide_usecase")
    lead &= Q() if role else Q(named_lead=True)
    second = free & not_filed & Q(stepped_back=False) & (Q() if role else Q(named_second=True))
    advised = Q(use_case__state=State.REFERRED, advice_pending=False)
    signing = Q(has_decided=False, use_case__state=State.AWAITING_COUNTERSIGNATURE)
    turns += [
        (Verb.CLOSE_REFERRAL, lead & advised),
        (Verb.DECIDE, lead & Q(use_case__state=State.AWAITING_DECISION)),
        (Verb.DECIDE_APPEAL, lead & Q(use_case__state=State.UNDER_APPEAL)),
        (Verb.COUNTERSIGN, second & signing),
    ]
    return turns


def _count(rows: QuerySet, by: str) -> QuerySet:
    return rows.order_by().values(by).annotate(found=Count("pk")).values("found")


def _count_due() -> Coalesce:
    due = ChecklistItem.objects.filter(review=OuterRef("pk"), is_required_now=True)
    return Coalesce(Subquery(_count(due, "review"), output_field=IntegerField()), 0)


def _count_judged(user: User) -> Coalesce:
    judged = Verdict.objects.filter(
        item__review=OuterRef("pk"),
        item__is_required_now=True,
        assignment__reviewer=user,
        is_current=True,
    ).exclude(value="")
    return Coalesce(Subquery(_count(judged, "item__review"), output_field=IntegerField()), 0)


def _open_referrals() -> QuerySet[Referral]:
    return Referral.objects.filter(use_case=OuterRef("use_case"), closed_at__isnull=True)
