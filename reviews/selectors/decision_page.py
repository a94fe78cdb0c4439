"""What the decision page tells besides the rounds: appeals, returns, referrals, the answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import JSONObject

from reviews.domain.enums import State
from reviews.models import (
    Appeal,
    DecisionRound,
    GateRule,
    Referral,
    ReferralMember,
    ReviewReturn,
    Submission,
    SubmissionPerson,
    UseCase,
    User,
)
from reviews.selectors.use_cases import full_name, with_names


@dataclass(frozen=True, slots=True)
class Appealed:
    """The round that an appeal is against, and who decided it."""

    key: int
    number: int
    decided_by: str


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal in words. ``is_open``: it waits for its decision."""

    grounds: str
    filed_by: str
    filed_at: datetime
    against: Appealed
    is_open: bool
    is_withdrawn: bool

    def is_against(self, decision_round: DecisionRound) -> bool:
        return self.against.key == decision_round.pk


@dataclass(frozen=True, slots=True)
class Returned:
    """A lead sent the open review back, and why."""

    reason: str
    by: str
    at: datetime


def for_page(visible: QuerySet[UseCase]) -> QuerySet[UseCase]:
    """Use cases with what the decision page tells besides the rounds, in the same query.

    ``appeals_of``, ``returns_of``, ``senior_rules_of`` and ``answers_to_judge`` read it.
    """
    case = OuterRef("pk")
    returns = ReviewReturn.objects.filter(review__use_case=case, review__closed_at__isnull=True)
    appeals = Appeal.objects.filter(use_case=case)
    newest = Submission.objects.filter(use_case=case).order_by("-number")
    named = SubmissionPerson.objects.filter(submission__use_case=case)
    waits = Q(state__in=[State.AWAITING_DECISION, State.UNDER_APPEAL])
    return visible.with_people().annotate(  # type: ignore[attr-defined]
        returns=ArraySubquery(
            returns.order_by("-at", "-pk").values(
                data=JSONObject(reason="reason", by=full_name("by"), at="at")
            )
        ),
        appeals_filed=ArraySubquery(
            appeals.order_by("-filed_at", "-pk").values(
                data=JSONObject(
                    grounds="grounds",
                    filed_by=full_name("filed_by"),
                    filed_at="filed_at",
                    key="against_id",
                    number="against__number",
                    decided_by=full_name("against__decided_by"),
                    review_closed_at="review__closed_at",
                    withdrawn_at="withdrawn_at",
                )
            )
        ),
        senior_rules=ArraySubquery(
            GateRule.objects.current()
            .filter(needs_senior_decision=True)
            .order_by("position")
            .values(data=JSONObject(code="code", condition="condition"))
        ),
        # The answers are long: only where somebody may have to judge them.
        last_answers=Case(When(waits, then=Subquery(newest.values("answers")[:1]))),
        last_named=Case(
            When(
                waits,
                then=ArraySubquery(
                    named.filter(
                        submission__number=Subquery(
                            Submission.objects.filter(use_case=OuterRef("submission__use_case"))
                            .order_by("-number")
                            .values("number")[:1]
                        )
                    ).values(data=JSONObject(page="page", field="field", text="text"))
                ),
            )
        ),
    )


def appeals_of(use_case: UseCase) -> list[AppealLine]:
    """Every appeal, the newest first. No query; ``use_case`` comes from ``for_page``."""
    facts: Any = use_case
    return [
        AppealLine(
            grounds=one["grounds"],
            filed_by=one["filed_by"],
            filed_at=datetime.fromisoformat(one["filed_at"]),
            against=Appealed(one["key"], one["number"], one["decided_by"]),
            is_open=one["review_closed_at"] is None,
            is_withdrawn=one["withdrawn_at"] is not None,
        )
        for one in facts.appeals_filed
    ]


def returns_of(use_case: UseCase) -> list[Returned]:
    """Every time a lead sent the open review back, the newest first. No query; see ``for_page``."""
    facts: Any = use_case
    return [
        Returned(one["reason"], one["by"], datetime.fromisoformat(one["at"]))
        for one in facts.returns
    ]


def senior_rules_of(use_case: UseCase) -> list[GateRule]:
    """As ``selectors.gate.senior_rules``: codes and conditions. No query; see ``for_page``."""
    facts: Any = use_case
    return [GateRule(**one) for one in facts.senior_rules if one["code"] in use_case.escalations]


def answers_to_judge(use_case: UseCase) -> dict[str, dict[str, object]]:
    """The last submission's answers, names put back, while a decision is to be taken; else none.

    No query; ``use_case`` comes from ``for_page``.
    """
    facts: Any = use_case
    if facts.last_answers is None:
        return {}
    return with_names(
        facts.last_answers,
        {(one["page"], one["field"]): one["text"] for one in facts.last_named or ()},
    )


def referrals_of(use_case: UseCase, user: User) -> list[tuple[Referral, bool]]:
    """Every referral, the newest first, each with whether this person was asked. One query."""
    asked = ReferralMember.objects.filter(referral=OuterRef("pk"), user=user)
    rows = (
        Referral.objects.filter(use_case=use_case)
        .select_related("referred_by", "closed_by")
        .annotate(was_asked=Exists(asked))
        .order_by("-referred_at", "-pk")
    )
    return [(row, row.was_asked) for row in rows]
