"""Whom a case waits for and since when, read with the rows of a list, in the list's own query."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, JSONObject

from reviews.domain.enums import State
from reviews.models import (
    CoAuthor,
    Membership,
    Question,
    ReferralMember,
    Review,
    ReviewAssignment,
    UseCase,
    User,
)
from reviews.selectors.use_cases import full_name
from reviews.selectors.workbench import OPEN, Awaitable, Wait, wait


def with_awaited(queryset: QuerySet[UseCase], user: User) -> QuerySet[UseCase]:
    """Each case with ``awaits``, what ``wait_of`` reads, and ``on_side``: whether this person
    stands on its requester's side, who reads no names of reviewers and panel members.
    """
    case = OuterRef("pk")
    rounds = Review.objects.filter(use_case=case, closed_at__isnull=True)
    on_side = Exists(Membership.objects.filter(user=user, team=OuterRef("team"))) | Exists(
        CoAuthor.objects.filter(user=user, use_case=case)
    )
    return queryset.annotate(
        awaits=Subquery(rounds.values(found=_facts(user))[:1]), on_side=on_side
    )


def with_awaited_of(rounds: QuerySet[Review], user: User) -> QuerySet[Review]:
    """Each round with ``awaits``, as this person may know it."""
    return rounds.annotate(awaits=_facts(user))


def wait_of(case: UseCase, awaits: Any) -> Wait | None:
    """Nothing where nobody has to act: no open round, or its case is a draft, refused, decided.

    Of the two reviewers of a sensitive round each reads the own name alone.
    """
    state = State(case.state)
    if awaits is None or state not in OPEN:
        return None
    seats = awaits["seats"]
    blind = awaits["is_sensitive"] and any(one["mine"] for one in seats)
    at_work = [one for one in seats if one["signed"] is None and (one["mine"] or not blind)]
    return wait(
        Awaitable(
            state=state,
            state_since=case.state_since,
            kind=awaits["kind"],
            opened_at=datetime.fromisoformat(awaits["opened_at"]),
            needed=2 if awaits["is_sensitive"] else 1,
            seated=len(seats),
            team=case.team.name,
            at_work=[_moment(one) for one in at_work],
            asked=[_moment(one) for one in awaits["asked"]],
        )
    )


def _facts(user: User) -> JSONObject:
    """Of a round. ``mine``: the seat of the person who reads."""
    seats = ReviewAssignment.objects.filter(review=OuterRef("pk"), recused_at__isnull=True)
    asked = ReferralMember.objects.filter(
        referral__use_case=OuterRef("use_case"),
        referral__closed_at__isnull=True,
        given_at__isnull=True,
    )
    questions = Question.objects.filter(
        review=OuterRef("pk"), answered_at__isnull=True, withdrawn_at__isnull=True
    )
    counted = questions.order_by().values("review").annotate(n=Count("pk")).values("n")
    mine = ExpressionWrapper(Q(reviewer=user), output_field=BooleanField())
    seat = JSONObject(
        name=full_name("reviewer"), at="assigned_at", signed="signed_off_at", mine=mine
    )
    member = JSONObject(name=full_name("user"), at="referral__referred_at")
    return JSONObject(
        kind="kind",
        is_sensitive="is_sensitive",
        opened_at="opened_at",
        seats=ArraySubquery(seats.order_by("pk").values(one=seat)),
        asked=ArraySubquery(asked.order_by("pk").values(one=member)),
        questions=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
    )


def _moment(one: dict[str, str]) -> tuple[str, datetime]:
    return one["name"], datetime.fromisoformat(one["at"])
