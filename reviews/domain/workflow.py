"""The life of a use case: one frozen table. Source: design, section 2 (intake to decision)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reviews.domain.enums import Action, Outcome, Party, State
from reviews.domain.errors import TransitionNotAllowed
from reviews.domain.texts import gettext_noop


@dataclass(frozen=True, slots=True)
class Arrow:
    """Where an action leads, and in which capacity a person may take it."""

    to: State
    parties: frozenset[Party]


def _arrow(to: State, *parties: Party) -> Arrow:
    return Arrow(to, frozenset(parties))


_RESULTS = {
    Action.APPROVE: State.APPROVED,
    Action.APPROVE_PARTLY: State.PARTLY_APPROVED,
    Action.DECLINE: State.DECLINED,
}

_TABLE: dict[tuple[State, Action], Arrow] = {
    (State.DRAFT, Action.SUBMIT): _arrow(State.IN_REVIEW, Party.REQUESTER),
    (State.DRAFT, Action.REFUSE_AT_GATE): _arrow(State.REFUSED, Party.REQUESTER),
    (State.DRAFT, Action.WITHDRAW): _arrow(State.WITHDRAWN, Party.REQUESTER),
    (State.REFUSED, Action.SUBMIT): _arrow(State.IN_REVIEW, Party.REQUESTER),
    (State.REFUSED, Action.REFUSE_AT_GATE): _arrow(State.REFUSED, Party.REQUESTER),
    (State.REFUSED, Action.WITHDRAW): _arrow(State.WITHDRAWN, Party.REQUESTER),
    (State.IN_REVIEW, Action.ASK): _arrow(State.NEEDS_INFORMATION, Party.REVIEWER, Party.LEAD),
    (State.IN_REVIEW, Action.COMPLETE_REVIEW): _arrow(State.AWAITING_DECISION, Party.REVIEWER),
    (State.IN_REVIEW, Action.WITHDRAW): _arrow(State.WITHDRAWN, Party.REQUESTER),
    (State.NEEDS_INFORMATION, Action.ASK): _arrow(
        State.NEEDS_INFORMATION, Party.REVIEWER, Party.LEAD
    ),
    (State.NEEDS_INFORMATION, Action.ANSWER): _arrow(State.IN_REVIEW, Party.REQUESTER),
    (State.NEEDS_INFORMATION, Action.WITHDRAW_QUESTION): _arrow(
        State.IN_REVIEW, Party.REVIEWER, Party.LEAD
    ),
    (State.NEEDS_INFORMATION, Action.RESUBMIT): _arrow(State.IN_REVIEW, Party.REQUESTER),
    (State.NEEDS_INFORMATION, Action.REFUSE_AT_GATE): _arrow(State.REFUSED, Party.REQUESTER),
    (State.NEEDS_INFORMATION, Action.WITHDRAW): _arrow(State.WITHDRAWN, Party.REQUESTER),
    (State.AWAITING_DECISION, Action.RETURN_TO_REVIEW): _arrow(State.IN_REVIEW, Party.LEAD),
    (State.AWAITING_DECISION, Action.REFER): _arrow(State.REFERRED, Party.LEAD),
    (State.AWAITING_DECISION, Action.PROPOSE_DECISION): _arrow(
        State.AWAITING_COUNTERSIGNATURE, Party.LEAD
    ),
    (State.AWAITING_DECISION, Action.WITHDRAW): _arrow(State.WITHDRAWN, Party.REQUESTER),
    (State.REFERRED, Action.CLOSE_REFERRAL): _arrow(State.AWAITING_DECISION, Party.LEAD),
    (State.REFERRED, Action.WITHDRAW): _arrow(State.WITHDRAWN, Party.REQUESTER),
    (State.AWAITING_COUNTERSIGNATURE, Action.REFUSE_COUNTERSIGNATURE): _arrow(
        State.AWAITING_DECISION, Party.SECOND_LEAD
    ),
    (State.UNDER_APPEAL, Action.REFER): _arrow(State.REFERRED, Party.LEAD),
    (State.UNDER_APPEAL, Action.WITHDRAW): _arrow(State.WITHDRAWN, Party.REQUESTER),
    (State.UNDER_APPEAL, Action.PROPOSE_DECISION): _arrow(
        State.AWAITING_COUNTERSIGNATURE, Party.LEAD
    ),
    (State.WITHDRAWN, Action.REOPEN): _arrow(State.DRAFT, Party.REQUESTER),
}
for _action, _result in _RESULTS.items():
    _TABLE[State.AWAITING_DECISION, _action] = _arrow(_result, Party.LEAD)
    _TABLE[State.UNDER_APPEAL, _action] = _arrow(_result, Party.LEAD)
    _TABLE[State.AWAITING_COUNTERSIGNATURE, _action] = _arrow(_result, Party.SECOND_LEAD)
for _decided in (State.APPROVED, State.PARTLY_APPROVED, State.DECLINED):
    _TABLE[_decided, Action.APPEAL] = _arrow(State.UNDER_APPEAL, Party.REQUESTER)
    _TABLE[_decided, Action.RESUBMIT] = _arrow(State.IN_REVIEW, Party.REQUESTER)
for _decided in (State.APPROVED, State.PARTLY_APPROVED):
    _TABLE[_decided, Action.OPEN_REREVIEW] = _arrow(State.IN_REVIEW, Party.LEAD, Party.SYSTEM)
    _TABLE[_decided, Action.WITHDRAW] = _arrow(State.WITHDRAWN, Party.REQUESTER)

TRANSITIONS: Mapping[tuple[State, Action], Arrow] = MappingProxyType(_TABLE)


def arrow(state: State | str, action: Action) -> Arrow:
    """The arrow ``action`` takes from ``state``; raises where the table has none."""
    try:
        return TRANSITIONS[State(state), action]
    except KeyError:
        raise TransitionNotAllowed(
            gettext_noop("You cannot %(action_label)s a use case that is “%(label)s”."),
            action_label=action.label,
            label=State(state).label,
        ) from None


def next_state(state: State | str, action: Action) -> State:
    """Where ``action`` leads from ``state``; raises ``TransitionNotAllowed``."""
    return arrow(state, action).to


def actions_from(state: State | str) -> list[Action]:
    """Actions that have an arrow from ``state``, in the order of the table."""
    return [action for (source, action) in TRANSITIONS if source == state]


def result_action(outcomes: list[Outcome]) -> Action:
    """The action that the outcomes of all scenarios add up to.

    Declined if all are; approved if none is declined; partly approved otherwise.
    """
    if all(outcome is Outcome.DECLINED for outcome in outcomes):
        return Action.DECLINE
    if all(outcome.is_favourable for outcome in outcomes):
        return Action.APPROVE
    return Action.APPROVE_PARTLY
