"""The whole table of states at once, and what must hold for it."""

import itertools

import pytest

from reviews.domain.enums import Action, Outcome, Party, State
from reviews.domain.errors import TransitionNotAllowed
from reviews.domain.workflow import TRANSITIONS, actions_from, arrow, next_state, result_action

EVERY_PAIR = list(itertools.product(State, Action))
RESULTS = {Action.APPROVE, Action.APPROVE_PARTLY, Action.DECLINE}
GOOD, BAD = Outcome.APPROVED, Outcome.DECLINED


@pytest.mark.parametrize(("state", "action"), EVERY_PAIR)
def test_next_state_follows_the_table_and_nothing_else(state, action):
    if (state, action) in TRANSITIONS:
        assert next_state(state, action) == TRANSITIONS[state, action].to
        assert action in actions_from(state)
    else:
        with pytest.raises(TransitionNotAllowed, match=str(state.label)):
            next_state(state, action)
        assert action not in actions_from(state)


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached_from_a_draft(state):
    reached = {State.DRAFT}
    for _ in State:
        reached |= {arrow.to for (source, _), arrow in TRANSITIONS.items() if source in reached}

    assert state in reached


@pytest.mark.parametrize("action", Action)
def test_every_action_is_used(action):
    assert any(act is action for _, act in TRANSITIONS)


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        TRANSITIONS[State.DRAFT, Action.APPROVE] = None


@pytest.mark.parametrize("state", [s for s in State if s.is_open])
def test_an_open_case_always_waits_for_somebody(state):
    assert any(arrow(state, action).parties - {Party.SYSTEM} for action in actions_from(state))


def test_nobody_but_leads_decides():
    deciding = {
        (state, action): found.parties
        for (state, action), found in TRANSITIONS.items()
        if action in RESULTS | {Action.PROPOSE_DECISION, Action.REFUSE_COUNTERSIGNATURE}
    }

    assert set().union(*deciding.values()) == {Party.LEAD, Party.SECOND_LEAD}


def test_only_a_second_lead_moves_a_case_that_awaits_the_countersignature():
    found = {
        party
        for action in actions_from(State.AWAITING_COUNTERSIGNATURE)
        for party in arrow(State.AWAITING_COUNTERSIGNATURE, action).parties
    }

    assert found == {Party.SECOND_LEAD}


@pytest.mark.parametrize(
    ("outcomes", "action"),
    [
        ([GOOD], Action.APPROVE),
        ([BAD], Action.DECLINE),
        ([GOOD, BAD], Action.APPROVE_PARTLY),
        ([BAD, BAD], Action.DECLINE),
        ([Outcome.WITH_CONDITIONS, Outcome.PILOT, GOOD], Action.APPROVE),
        ([Outcome.PILOT, BAD], Action.APPROVE_PARTLY),
    ],
)
def test_result_action_adds_the_outcomes_up(outcomes, action):
    assert result_action(outcomes) is action
