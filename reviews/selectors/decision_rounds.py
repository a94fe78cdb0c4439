"""What was decided on a use case, round by round, ready to show."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import JSONObject

from reviews.domain import intake
from reviews.domain.enums import Outcome, ReviewKind, State
from reviews.models import (
    Appeal,
    Condition,
    Countersignature,
    Decision,
    DecisionRound,
    GateRule,
    Referral,
    ReferralMember,
    ReviewReturn,
    StaleDecision,
    Submission,
    SubmissionPerson,
    UseCase,
    User,
)
from reviews.selectors.conditions import PENDING, ConditionLine, binding, line_of
from reviews.selectors.use_cases import full_name, with_names


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """The decision on one scenario; ``stale`` is set once a material change overtook it."""

    name: str
    dropped: bool
    outcome: Outcome
    reasons: str
    conditions: tuple[ConditionLine, ...]
    stale: StaleDecision | None

    @property
    def stale_words(self) -> str:
        """Which answers changed, as the form names them."""
        changed = self.stale.changed if self.stale else []
        return ", ".join(dict.fromkeys(_field_words(*one.rsplit(".", 1)) for one in changed))


@dataclass(frozen=True, slots=True)
class Round:
    """One decision round with its people. Exactly one of the four flags holds."""

    row: DecisionRound
    kind: ReviewKind
    countersignature: Countersignature | None
    policies: tuple[tuple[str, str], ...]
    scenarios: tuple[ScenarioOutcome, ...]
    in_force: bool
    superseded: bool
    waiting: bool
    refused: bool

    @property
    def is_proposal(self) -> bool:
        """Never took effect: its conditions bind nobody."""
        return self.waiting or self.refused

    @property
    def is_stale(self) -> bool:
        return any(scenario.stale for scenario in self.scenarios)


Recorded = list[tuple[DecisionRound, list[Decision]]]
"""Every round of a case with its decisions and their conditions, the newest first."""


def recorded(use_case: UseCase) -> Recorded:
    """What was decided on the case, in force or not. Two queries, whatever the number of rounds."""
    rows = (
        Decision.objects.filter(decision_round__use_case=use_case)
        .select_related(
            "decision_round__decided_by",
            "decision_round__review",
            "decision_round__submission",
            "decision_round__countersignature__by",
            "intended_use",
            "stale",
        )
        .defer(
            "decision_round__submission__answers",
            "decision_round__submission__evidence",
            "decision_round__submission__gate",
        )
        .prefetch_related(
            Prefetch(
                "conditions", Condition.objects.select_related("owner", "verifier", "verified_by")
            )
        )
        .order_by("-decision_round__number", "intended_use__position", "pk")
    )
    by_round: dict[int, tuple[DecisionRound, list[Decision]]] = {}
    for row in rows:
        of_round = by_round.setdefault(row.decision_round_id, (row.decision_round, []))
        of_round[1].append(row)
    for decision_round, _ in by_round.values():
        decision_round.use_case = use_case
    return list(by_round.values())


def rounds_of(
    use_case: UseCase, *, on: date, proposals: bool, known: Recorded | None = None
) -> list[Round]:
    """The newest first. ``proposals``: with those that wait for, or were refused, a signature.

    ``known``: what a page read with ``recorded``; else two queries.
    """
    found: list[Round] = []
    newest_in_force = True
    for row, decisions in recorded(use_case) if known is None else known:
        signature = getattr(row, "countersignature", None)
        effective = not row.needs_countersignature or bool(signature and signature.agreed)
        if not effective and not proposals:
            continue
        newest = newest_in_force and effective
        found.append(_round(row, decisions, signature, on=on, newest=newest))
        newest_in_force = newest_in_force and not effective
    return found


def _round(
    row: DecisionRound,
    decisions: list[Decision],
    signature: Countersignature | None,
    *,
    on: date,
    newest: bool,
) -> Round:
    effective = not row.needs_countersignature or bool(signature and signature.agreed)
    return Round(
        row=row,
        kind=ReviewKind(row.review.kind),
        countersignature=signature,
        policies=tuple(
            (slug, f"{cited['code']} v{cited['version']}" if cited else "")
            for slug, cited in sorted(row.policy_versions.items())
        ),
        scenarios=tuple(
            ScenarioOutcome(
                name=decision.intended_use.name,
                dropped=decision.intended_use.dropped_at is not None,
                outcome=Outcome(decision.outcome),
                reasons=decision.reasons,
                conditions=tuple(
                    line_of(one, on=on, binds=binding(row.use_case))
                    for one in decision.conditions.all()
                ),
                stale=getattr(decision, "stale", None),
            )
            for decision in decisions
        ),
        in_force=newest,
        superseded=effective and not newest,
        waiting=row.needs_countersignature and signature is None,
        refused=signature is not None and not signature.agreed,
    )


def _field_words(page: str, field: str) -> str:
    try:
        return f"“{intake.question(page, field).label}”"
    except KeyError:
        return f"“{field}”"


def waiting_round(use_case: UseCase) -> DecisionRound | None:
    """The proposed decision that waits for its countersignature."""
    return (
        DecisionRound.objects.filter(
            use_case=use_case, needs_countersignature=True, countersignature__isnull=True
        )
        .select_related("use_case", "decided_by")
        .order_by("-number")
        .first()
    )


def refused_last(known: Recorded) -> list[Decision]:
    """The newest round's decisions, where a second lead refused it: the deciding lead starts there.

    Empty else.
    """
    if not known:
        return []
    newest, decisions = known[0]
    signature = getattr(newest, "countersignature", None)
    return decisions if signature is not None and not signature.agreed else []


def unmet(use_case: UseCase, known: Recorded) -> list[Condition]:
    """What the decisions in force still wait for, the earliest due day first.

    The same as ``selectors.conditions.unmet_of``, from what a page has read.
    """
    in_force: dict[int, Decision] = {}
    for row, decisions in known:
        signature = getattr(row, "countersignature", None)
        if not row.needs_countersignature or (signature and signature.agreed):
            for decision in decisions:
                in_force.setdefault(decision.intended_use_id, decision)
    if not binding(use_case):
        return []
    found = [
        (decision, condition)
        for decision in in_force.values()
        if decision.intended_use.dropped_at is None
        for condition in decision.conditions.all()
        if condition.current_state in PENDING
    ]
    return [condition for _, condition in sorted(found, key=lambda one: (one[1].due_on, one[1].pk))]


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
