"""What was decided on a use case, round by round, ready to show."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from reviews.domain import intake
from reviews.domain.enums import Outcome, ReviewKind
from reviews.models import (
    Condition,
    Countersignature,
    Decision,
    DecisionRound,
    StaleDecision,
    UseCase,
)
from reviews.selectors.conditions import PENDING, ConditionLine, binding, line_of


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
