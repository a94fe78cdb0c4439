"""What was decided on a use case, round by round, ready to show."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from reviews.domain import intake
from reviews.domain.enums import Outcome, ReviewKind
from reviews.models import (
    Appeal,
    Condition,
    Countersignature,
    Decision,
    DecisionRound,
    Referral,
    ReferralMember,
    ReviewReturn,
    StaleDecision,
    UseCase,
)
from reviews.selectors.conditions import ConditionLine, binding, line_of


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


def rounds_of(use_case: UseCase, *, on: date, proposals: bool) -> list[Round]:
    """The newest first. ``proposals``: with those that wait for, or were refused, a signature.

    Four queries, whatever the number of rounds.
    """
    rows = (
        DecisionRound.objects.filter(use_case=use_case)
        .select_related("use_case", "decided_by", "review", "submission", "countersignature__by")
        .prefetch_related(
            Prefetch("decisions", Decision.objects.select_related("intended_use", "stale")),
            Prefetch(
                "decisions__conditions",
                Condition.objects.select_related("owner", "verifier", "verified_by"),
            ),
        )
        .order_by("-number")
    )
    found: list[Round] = []
    newest_in_force = True
    for row in rows:
        signature = getattr(row, "countersignature", None)
        effective = not row.needs_countersignature or bool(signature and signature.agreed)
        if not effective and not proposals:
            continue
        found.append(_round(row, signature, on=on, newest=newest_in_force and effective))
        newest_in_force = newest_in_force and not effective
    return found


def _round(
    row: DecisionRound, signature: Countersignature | None, *, on: date, newest: bool
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
            for decision in row.decisions.all()
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


def refused_last(use_case: UseCase) -> DecisionRound | None:
    """The newest round, where a second lead refused it: the deciding lead starts from it."""
    newest = (
        DecisionRound.objects.filter(use_case=use_case)
        .select_related("countersignature__by")
        .prefetch_related("decisions__conditions__owner", "decisions__conditions__verifier")
        .order_by("-number")
        .first()
    )
    signature = getattr(newest, "countersignature", None)
    return newest if signature is not None and not signature.agreed else None


def open_appeal(use_case: UseCase) -> Appeal | None:
    """The appeal that waits for its decision."""
    return (
        Appeal.objects.filter(use_case=use_case, review__closed_at__isnull=True)
        .select_related("filed_by", "against__decided_by")
        .first()
    )


def withdrawn_appeals(use_case: UseCase) -> list[Appeal]:
    """Appeals that ended with the case before anybody decided on them, the newest first."""
    rows = Appeal.objects.filter(use_case=use_case, withdrawn_at__isnull=False)
    return list(rows.select_related("filed_by", "against__decided_by").order_by("-filed_at", "-pk"))


def referrals_of(use_case: UseCase) -> list[Referral]:
    """Every referral with its members, the newest first. Two queries."""
    return list(
        Referral.objects.filter(use_case=use_case)
        .select_related("referred_by", "closed_by")
        .prefetch_related(Prefetch("members", ReferralMember.objects.select_related("user")))
        .order_by("-referred_at", "-pk")
    )


def returns_of(use_case: UseCase) -> list[ReviewReturn]:
    """Every time a lead sent the open review back, the newest first."""
    return list(
        ReviewReturn.objects.filter(review__use_case=use_case, review__closed_at__isnull=True)
        .select_related("by")
        .order_by("-at", "-pk")
    )
