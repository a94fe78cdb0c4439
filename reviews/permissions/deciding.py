"""Who may decide, countersign, refer, advise, appeal, and keep or verify a condition."""

from django.utils.translation import gettext

from reviews.domain.enums import Action, ConditionState, Party, State
from reviews.domain.errors import StateConflict, TransitionNotAllowed
from reviews.domain.workflow import TRANSITIONS
from reviews.models import Condition, Referral, ReferralMember, UseCase, User
from reviews.permissions.involvement import Involvement, Part, involvement_of
from reviews.permissions.rulings import YES, Ruling, no
from reviews.permissions.use_cases import can_act, can_view, may_lead, may_sign, parties_of


def can_decide(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    """Record the outcome of every scenario; on a sensitive case: propose it."""
    return _as_lead(user, use_case, Action.PROPOSE_DECISION, "decide on", part)


def can_return_to_review(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    """Not in an appeal: its lead judges the review that was made."""
    part = involvement_of(user, use_case, part)
    ruling = _as_lead(user, use_case, Action.RETURN_TO_REVIEW, "send back", part)
    if ruling and part.under_appeal:
        return no(
            gettext(
                "An appeal is not sent back to the reviewers. Decide on it, or refer it to the"
                " panel."
            ),
            StateConflict,
        )
    return ruling


def can_refer(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    return _as_lead(user, use_case, Action.REFER, "refer", part)


def can_close_referral(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    return _as_lead(user, use_case, Action.CLOSE_REFERRAL, "close the referral of", part)


def can_open_rereview(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    """A lead may open one on a trigger, before its day."""
    return _as_lead(user, use_case, Action.OPEN_REREVIEW, "open the re-review of", part)


def can_countersign(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    """Agree or refuse, as a lead who decided nothing on this case."""
    part = involvement_of(user, use_case, part)
    if Party.SECOND_LEAD not in parties_of(user, use_case, part=part):
        return no(_why_not_second_lead(user, part))
    return _in_state(use_case, Action.REFUSE_COUNTERSIGNATURE, "countersign the decision on", part)


def can_appeal(user: User, use_case: UseCase, *, part: Part = None) -> Ruling:
    return can_act(user, use_case, Action.APPEAL, part=part)


def sees_proposals(user: User, use_case: UseCase, *, part: Part = None) -> bool:
    """Decisions that wait for a countersignature, or were refused one, stay in the office."""
    part = involvement_of(user, use_case, part)
    if part.on_requesters_side:
        return False
    return (
        user.has_perm("reviews.read_every_usecase") or part.is_reviewer or part.named_as is not None
    )


def can_read_referral(user: User, referral: Referral, *, part: Part = None) -> Ruling:
    """The office, and the panel members who were asked. The team reads the summary afterwards."""
    part = involvement_of(user, referral.use_case, part)
    if part.on_requesters_side:
        return no(
            gettext(
                "The panel's advice is for the office. Its summary stands on the decision page."
            )
        )
    asked = any(member.user_id == user.pk for member in referral.members.all())
    if asked or sees_proposals(user, referral.use_case, part=part):
        return YES
    return no(
        gettext("Only the office and the panel members who were asked can read this referral.")
    )


def can_advise(user: User, member: ReferralMember, *, part: Part = None) -> Ruling:
    """Only the person who was asked gives this advice, while the referral is open."""
    if member.user_id != user.pk:
        return no(gettext("Only the panel member who was asked can give this advice."))
    if involvement_of(user, member.referral.use_case, part).on_requesters_side:
        return no(gettext("You are on the team of this use case, so you cannot advise on it."))
    if member.referral.closed_at is not None:
        return no(
            gettext("This referral is closed; its advice can be read, not changed."), StateConflict
        )
    return YES


def can_see_condition(user: User, condition: Condition, *, part: Part = None) -> Ruling:
    """Whoever may see the case, and the two who are named."""
    if user.pk in {condition.owner_id, condition.verifier_id}:
        return YES
    return can_view(user, condition.decision.decision_round.use_case, part=part)


def can_give_proof(user: User, condition: Condition) -> Ruling:
    if condition.owner_id != user.pk:
        return no(
            gettext("Only the owner of this condition, %(owner)s, can give proof.")
            % {"owner": condition.owner}
        )
    return _condition_is(condition, ConditionState.OPEN, ConditionState.PROOF_GIVEN)


def can_confirm_met(user: User, condition: Condition) -> Ruling:
    if condition.verifier_id != user.pk or condition.owner_id == user.pk:
        return no(
            gettext("Only the verifier of this condition, %(verifier)s, can confirm it.")
            % {"verifier": condition.verifier}
        )
    return _condition_is(condition, ConditionState.PROOF_GIVEN)


def can_reopen_condition(user: User, condition: Condition, *, part: Part = None) -> Ruling:
    """The verifier, or a lead who is free on the case."""
    use_case = condition.decision.decision_round.use_case
    if condition.owner_id == user.pk or not (
        condition.verifier_id == user.pk or Party.LEAD in parties_of(user, use_case, part=part)
    ):
        return no(
            gettext("Only the verifier, %(verifier)s, or a lead can reopen this condition.")
            % {"verifier": condition.verifier}
        )
    return _condition_is(condition, ConditionState.PROOF_GIVEN, ConditionState.MET)


def why_not_lead(user: User, use_case: UseCase, *, part: Part = None) -> str:
    """In words, why this person cannot act as the deciding lead of this case."""
    part = involvement_of(user, use_case, part)
    if not may_lead(user, part):
        return gettext("only a lead can.")
    if part.on_requesters_side:
        return gettext("you are on its team or a co-author. Another lead can.")
    if part.has_filed:
        return gettext("you filed it. Another lead can.")
    if part.is_reviewer:
        return gettext("you are one of its reviewers. Another lead can.")
    if part.has_conflict:
        return gettext(
            "a conflict of interest with its team or customer is on record. Another lead can."
        )
    if part.appealed_against:
        return gettext("the appeal is against a decision of yours. Another lead can.")
    return gettext("you countersigned a decision on it. Another lead can.")


def _why_not_second_lead(user: User, part: Involvement) -> str:
    start = "You cannot countersign this decision:"
    if not may_sign(user, part):
        return f"{start} only a second lead can."
    if part.on_requesters_side:
        return f"{start} you are on the team of this use case or a co-author."
    if part.has_filed:
        return f"{start} you filed this use case."
    if part.is_reviewer:
        return f"{start} you are a reviewer of this use case."
    if part.has_conflict:
        return f"{start} a conflict of interest with its team or customer is on record for you."
    if part.has_decided:
        return f"{start} you decided on this use case. Another lead can."
    return f"{start} nobody has decided yet."


def _as_lead(user: User, use_case: UseCase, action: Action, words: str, part: Part) -> Ruling:
    part = involvement_of(user, use_case, part)
    if Party.LEAD not in parties_of(user, use_case, part=part):
        return no(
            gettext("You cannot %(words)s this use case: %(why_not_lead)s")
            % {"words": words, "why_not_lead": why_not_lead(user, use_case, part=part)}
        )
    return _in_state(use_case, action, words, part)


def _in_state(use_case: UseCase, action: Action, words: str, part: Involvement) -> Ruling:
    state = State(use_case.state)
    if (state, action) not in TRANSITIONS:
        too_late = _who_was_first(use_case, part)
        return no(
            gettext("You cannot %(words)s a use case that is “%(state_label)s”.%(too_late)s")
            % {"words": words, "state_label": state.label, "too_late": too_late},
            TransitionNotAllowed,
        )
    return YES


def _who_was_first(use_case: UseCase, part: Involvement) -> str:
    """One who comes too late is told who decided."""
    if State(use_case.state).is_decided and part.decided_last_by:
        return gettext(" %(lead)s decided on it.") % {"lead": part.decided_last_by}
    return ""


def _condition_is(condition: Condition, *states: ConditionState) -> Ruling:
    if condition.current_state in states:
        return YES
    return no(
        gettext("This condition is “%(current_state_label)s”.")
        % {"current_state_label": condition.current_state.label},
        StateConflict,
    )
