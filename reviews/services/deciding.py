"""Record decisions, have sensitive ones countersigned, or send a review back."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from reviews.domain.decisions import ScenarioDecision, check_decision
from reviews.domain.enums import Action, AuditKind, ConditionState, Outcome
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.domain.rereview import next_rereview_on
from reviews.domain.workflow import result_action
from reviews.models import (
    Appeal,
    CapabilityPolicy,
    Condition,
    Countersignature,
    Decision,
    DecisionRound,
    IntendedUse,
    Review,
    ReviewAssignment,
    ReviewReturn,
    UseCase,
    User,
)
from reviews.permissions.deciding import can_countersign, can_decide, can_return_to_review
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.reminding import deadlines, evaluations
from reviews.services.transitions import advance, locked

Decided = ScenarioDecision[IntendedUse, User]


@transaction.atomic
def record_decision(
    use_case: UseCase, *, scenarios: Sequence[Decided], by: User, at: datetime, on: date
) -> DecisionRound:
    """Decide on every scenario of the open review, and settle an appeal if one is open.

    A sensitive case then waits for the countersignature of a second lead; any other takes
    effect at once. Raises ``NotPermitted``, ``TransitionNotAllowed``, ``StateConflict``,
    ``Incomplete`` or ``BadInput``; then nothing was written.
    """
    use_case = locked(use_case)
    require(can_decide(by, use_case))
    review = _open_review(use_case)
    wanted = list(use_case.intended_uses.filter(dropped_at__isnull=True))
    check_decision(scenarios, wanted=wanted, on=on)
    _check_people(scenarios)

    sensitive = review.is_sensitive or use_case.is_sensitive
    last = use_case.decision_rounds.aggregate(last=Max("number"))["last"] or 0
    decision_round = DecisionRound.objects.create(
        use_case=use_case,
        review=review,
        submission=review.submission,
        number=last + 1,
        needs_countersignature=sensitive,
        decided_by=by,
        decided_at=at,
        decided_on=on,
        policy_versions=policy_versions(use_case, on=on),
    )
    _write(decision_round, scenarios)
    if sensitive:
        came_from = advance(use_case, Action.PROPOSE_DECISION, at=at)
        released: list[str] = []
    else:
        came_from = use_case.current_state
        released = _take_effect(decision_round, use_case, at=at, on=on)

    audit.record(
        AuditKind.DECISION_RECORDED,
        subject=decision_round,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        number=decision_round.number,
        outcomes={str(s.intended_use.uid): Outcome(s.outcome) for s in scenarios},
        conditions=sum(len(s.conditions) for s in scenarios),
        released=released,
        policy_versions=decision_round.policy_versions,
        came_from=came_from,
        now=use_case.current_state,
    )
    return decision_round


@transaction.atomic
def countersign(
    decision_round: DecisionRound,
    *,
    agreed: bool,
    reason: str = "",
    by: User,
    at: datetime,
    on: date,
) -> Countersignature:
    """Agree, and the decision takes effect; refuse with a reason, and it goes back to the lead.

    The entry point has asked ``by`` for the password again before it calls this.
    """
    use_case = locked(decision_round.use_case)
    require(can_countersign(by, use_case))
    newest = use_case.decision_rounds.select_related("review").order_by("-number").first()
    if newest is None or newest.pk != decision_round.pk or not newest.needs_countersignature:
        raise StateConflict(
            gettext("This is not the decision that waits. Open the use case again.")
        )
    if not agreed and not reason.strip():
        raise Incomplete(
            gettext("Say why you refuse; the deciding lead needs the reason."), ("reason",)
        )

    signature = Countersignature.objects.create(
        decision_round=newest, by=by, at=at, on=on, agreed=agreed, reason=reason.strip()
    )
    if agreed:
        came_from = use_case.current_state
        released = _take_effect(newest, use_case, at=at, on=on)
    else:
        came_from = advance(use_case, Action.REFUSE_COUNTERSIGNATURE, at=at)
        released = []

    audit.record(
        AuditKind.DECISION_COUNTERSIGNED if agreed else AuditKind.COUNTERSIGNATURE_REFUSED,
        subject=newest,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        number=newest.number,
        released=released,
        came_from=came_from,
        now=use_case.current_state,
    )
    return signature


@transaction.atomic
def return_to_review(
    use_case: UseCase, *, reason: str, by: User, at: datetime, on: date
) -> ReviewReturn:
    """Back to the reviewers, who sign off again. Their verdicts stay, the reason is kept."""
    use_case = locked(use_case)
    require(can_return_to_review(by, use_case))
    if not reason.strip():
        raise Incomplete(gettext("Say what the reviewers have to look at again."), ("reason",))
    review = _open_review(use_case)

    returned = ReviewReturn.objects.create(review=review, reason=reason.strip(), by=by, at=at)
    signed = ReviewAssignment.objects.filter(review=review, signed_off_at__isnull=False)
    undone = {str(uid): said for uid, said in signed.values_list("uid", "recommendation")}
    signed.update(signed_off_at=None, recommendation=None)
    came_from = advance(use_case, Action.RETURN_TO_REVIEW, at=at)

    audit.record(
        AuditKind.REVIEW_RETURNED,
        subject=review,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        sign_offs_undone=undone,
        came_from=came_from,
        now=use_case.current_state,
    )
    return returned


def policy_versions(use_case: UseCase, *, on: date) -> dict[str, dict[str, object] | None]:
    """The policy version of each capability that is in force on ``on``; ``None`` before any."""
    versions: dict[str, dict[str, object] | None] = dict.fromkeys(
        use_case.capabilities.values_list("slug", flat=True)
    )
    policies = (
        CapabilityPolicy.objects.current()
        .filter(capability__use_cases=use_case, effective_from__lte=on)
        .order_by("effective_from")
        .values_list("capability__slug", "code", "version")
    )
    for slug, code, version in policies:
        versions[slug] = {"code": code, "version": version}
    return versions


def _open_review(use_case: UseCase) -> Review:
    review = (
        Review.objects.filter(use_case=use_case, closed_at__isnull=True)
        .select_related("submission")
        .first()
    )
    if review is None:
        raise StateConflict(
            gettext("There is no open review to decide on. Open the use case again.")
        )
    return review


def _check_people(scenarios: Sequence[Decided]) -> None:
    """Owner and verifier have an account that works; else nobody would ever be told."""
    for scenario in scenarios:
        for condition in scenario.conditions:
            for person in (condition.owner, condition.verifier):
                if not person.is_active:
                    raise BadInput(
                        gettext("%(person)s no longer has an account. Choose somebody else.")
                        % {"person": person}
                    )


def _write(decision_round: DecisionRound, scenarios: Sequence[Decided]) -> None:
    for scenario in scenarios:
        decision = Decision.objects.create(
            decision_round=decision_round,
            intended_use=scenario.intended_use,
            outcome=scenario.outcome,
            reasons=scenario.reasons.strip(),
        )
        Condition.objects.bulk_create(
            Condition(
                decision=decision,
                text=draft.text.strip(),
                proof_wanted=draft.proof_wanted.strip(),
                owner=draft.owner,
                verifier=draft.verifier,
                due_on=draft.due_on,
            )
            for draft in scenario.conditions
        )


def _take_effect(
    decision_round: DecisionRound, use_case: UseCase, *, at: datetime, on: date
) -> list[str]:
    """Move the case, close the review, settle the appeal; what is superseded is let go.

    Returns the keys of conditions that the superseded decisions asked for and nobody met.
    """
    outcomes = [Outcome(o) for o in decision_round.decisions.values_list("outcome", flat=True)]
    action = result_action(outcomes)
    advance(use_case, action, at=at)
    use_case.decided_on = on
    use_case.rereview_on = None if action is Action.DECLINE else next_rereview_on(on)
    use_case.save(update_fields=["decided_on", "rereview_on"])
    Review.objects.filter(pk=decision_round.review_id).update(closed_at=at)
    Appeal.objects.filter(review=decision_round.review_id, decided_in__isnull=True).update(
        decided_in=decision_round
    )
    unmet = Condition.objects.filter(
        decision__decision_round__use_case=use_case,
        decision__decision_round__number__lt=decision_round.number,
        state__in=[ConditionState.OPEN, ConditionState.PROOF_GIVEN],
    )
    released = [str(uid) for uid in unmet.values_list("uid", flat=True)]
    unmet.update(state=ConditionState.RELEASED)
    evaluations.follow_decision(use_case, at=at, on=on)
    deadlines.follow_case(use_case, at=at, on=on)
    return released
