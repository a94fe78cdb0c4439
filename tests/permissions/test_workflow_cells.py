"""Every (state, action, person) cell: ``can_act`` says what the table of states says, no more.

The expected parties of each kind of person are written down here, apart from the code.
"""

import pytest

from reviews.domain.enums import Action, CoAuthorRight, Party, ReviewKind, Role, State
from reviews.domain.errors import NotPermitted, TransitionNotAllowed
from reviews.domain.workflow import TRANSITIONS
from reviews.models import Appeal, Outsider, ReviewAssignment, UseCase, User
from reviews.permissions.use_cases import can_act, parties_of
from reviews.services.deciding import countersign, record_decision
from reviews.services.referring import refer
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import (
    Office,
    awaiting_decision,
    co_author,
    decisions,
    office,
    open_review,
)

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}

NOBODY: frozenset[Party] = frozenset()
REQUESTER = frozenset({Party.REQUESTER})
REVIEWER = frozenset({Party.REVIEWER})
LEAD = frozenset({Party.LEAD})
SECOND = frozenset({Party.SECOND_LEAD})
PANEL = frozenset({Party.PANEL})

FRESH = {
    "member of the team": REQUESTER,
    "co-author who may edit": REQUESTER,
    "co-author who may comment": NOBODY,
    "co-author who may view": NOBODY,
    "requester of another team": NOBODY,
    "assigned reviewer": REVIEWER,
    "recused reviewer": NOBODY,
    "reviewer without assignment": NOBODY,
    "free lead": LEAD,
    "another lead": LEAD,
    "third lead": LEAD,
    "lead who reviews": REVIEWER,
    "lead on the team": REQUESTER,
    "lead who is a viewing co-author": NOBODY,
    "reviewer on the team": REQUESTER,
    "panel member": NOBODY,
    "panel member not asked": NOBODY,
    "auditor": NOBODY,
    "administrator": NOBODY,
    "sunset owner": NOBODY,
    "outsider named to review": NOBODY,
    "outsider named to decide": LEAD,
    "outsider named to countersign": NOBODY,
}
"""Nobody has decided yet, the panel was not asked."""

PROPOSED = {
    **FRESH,
    "free lead": LEAD,  # the one who decided
    "another lead": LEAD | SECOND,
    "third lead": LEAD | SECOND,
    "outsider named to countersign": SECOND,
}
COUNTERSIGNED = {
    **PROPOSED,
    "another lead": SECOND,  # the one who countersigned
}
APPEALED = {
    **COUNTERSIGNED,
    "free lead": NOBODY,
    "third lead": LEAD | SECOND,
}


def people_around(case: UseCase, team: Office) -> dict[str, User]:
    """One person of every kind."""
    reviewing_lead = user("reviewing_lead", Role.LEAD, Role.REVIEWER)
    recused = user("recused", Role.REVIEWER)
    for person, at in [(reviewing_lead, None), (recused, NOW)]:
        ReviewAssignment.objects.create(
            review=case.reviews.first(),
            reviewer=person,
            assigned_by=team.lead,
            assigned_at=NOW,
            recused_at=at,
        )
    lead_on_team = user("lead_on_team", Role.LEAD, Role.REQUESTER)
    reviewer_on_team = user("reviewer_on_team", Role.REVIEWER, Role.REQUESTER)
    team.team.members.add(lead_on_team, reviewer_on_team, through_defaults={"since": NOW})
    return {
        "member of the team": team.requester,
        "co-author who may edit": co_author(case, user("edits"), CoAuthorRight.EDIT),
        "co-author who may comment": co_author(case, user("comments"), CoAuthorRight.COMMENT),
        "co-author who may view": co_author(case, user("views"), CoAuthorRight.VIEW),
        "requester of another team": user("stranger", Role.REQUESTER),
        "assigned reviewer": team.reviewer,
        "recused reviewer": recused,
        "reviewer without assignment": user("idle", Role.REVIEWER),
        "free lead": team.lead,
        "another lead": team.lead2,
        "third lead": team.lead3,
        "lead who reviews": reviewing_lead,
        "lead on the team": lead_on_team,
        "lead who is a viewing co-author": co_author(
            case, user("viewing_lead", Role.LEAD), CoAuthorRight.VIEW
        ),
        "reviewer on the team": reviewer_on_team,
        "panel member": user("panel", Role.PANEL),
        "panel member not asked": user("panel_not_asked", Role.PANEL),
        "auditor": user("auditor", Role.AUDITOR),
        "administrator": user("administrator", Role.ADMIN),
        "sunset owner": user("sunset_owner", Role.SUNSET_OWNER),
        "outsider named to review": brought_in(case, Party.REVIEWER, by=team.lead),
        "outsider named to decide": brought_in(case, Party.LEAD, by=team.lead),
        "outsider named to countersign": brought_in(case, Party.SECOND_LEAD, by=team.lead),
    }


def brought_in(case: UseCase, party: Party, *, by: User) -> User:
    person = user(f"outside_{party.value}")
    Outsider.objects.create(
        use_case=case, user=person, party=party, reason="Nobody is free.", named_by=by, named_at=NOW
    )
    return person


def fresh(team: Office, state: State) -> UseCase:
    return awaiting_decision(team, sensitive=True, state=state)


def proposed(team: Office, state: State) -> UseCase:
    """A lead decided; the countersignature is still out."""
    case = fresh(team, State.AWAITING_DECISION)
    record_decision(case, scenarios=decisions(case), by=team.lead, **WHEN)
    return moved(case, state)


def decided(team: Office, state: State) -> UseCase:
    """Decided and countersigned in an earlier round; a new round is open where one must be."""
    case = proposed(team, State.AWAITING_COUNTERSIGNATURE)
    decision_round = case.decision_rounds.get()
    countersign(decision_round, agreed=True, by=team.lead2, **WHEN)
    case.refresh_from_db()
    if state.is_open:
        open_review(case, decision_round.submission, kind=ReviewKind.DELTA, sensitive=True)
    return moved(case, state)


def appealed(team: Office, state: State) -> UseCase:
    """The countersigned decision is under an appeal that nobody has settled."""
    case = decided(team, State.APPROVED)
    decision_round = case.decision_rounds.get()
    review = open_review(case, decision_round.submission, kind=ReviewKind.APPEAL, sensitive=True)
    Appeal.objects.create(
        use_case=case,
        against=decision_round,
        review=review,
        grounds="The pilot was misread.",
        filed_by=team.requester,
        filed_at=NOW,
    )
    return moved(case, state)


def moved(case: UseCase, state: State) -> UseCase:
    UseCase.objects.filter(pk=case.pk).update(state=state)
    case.refresh_from_db()
    return case


WAITING = [State.AWAITING_DECISION, State.REFERRED, State.AWAITING_COUNTERSIGNATURE]
HISTORIES = [
    *((fresh, FRESH, state) for state in State),
    *((proposed, PROPOSED, state) for state in [State.AWAITING_COUNTERSIGNATURE]),
    *((decided, COUNTERSIGNED, state) for state in State if state is not State.REFUSED),
    *((appealed, APPEALED, state) for state in [State.UNDER_APPEAL, *WAITING]),
]


@pytest.mark.parametrize(
    ("history", "parties", "state"),
    HISTORIES,
    ids=[f"{state.value}-{history.__name__}" for history, _, state in HISTORIES],
)
def test_can_act_says_what_the_table_says(roles, history, parties, state):
    team = office()
    case = history(team, state)
    people = people_around(case, team)

    wrong = [
        f"{kind}: {action}"
        for kind, person in people.items()
        for action in Action
        if verdict(person, case, action) is not expected(parties[kind], state, action)
    ]

    assert {kind: parties_of(person, case) for kind, person in people.items()} == parties
    assert wrong == []


def verdict(person: User, case: UseCase, action: Action) -> type[Exception] | None:
    """``None`` for yes, else the error the refusal becomes."""
    ruling = can_act(person, case, action)
    return None if ruling else ruling.error


def expected(mine: frozenset[Party], state: State, action: Action) -> type[Exception] | None:
    """Authority first, state last."""
    anywhere = {
        party for (_, act), arrow in TRANSITIONS.items() if act is action for party in arrow.parties
    }
    if not mine & anywhere:
        return NotPermitted
    arrow = TRANSITIONS.get((state, action))
    return None if arrow and mine & arrow.parties else TransitionNotAllowed


def test_a_panel_member_who_was_asked_acts_for_the_panel_until_the_referral_closes(roles):
    team = office()
    case = awaiting_decision(team)
    asked = user("asked", Role.PANEL)

    referral = refer(case, question="Is a pilot safe?", members=[asked], by=team.lead, **WHEN)

    case.refresh_from_db()
    assert parties_of(asked, case) == PANEL
    type(referral).objects.update(closed_at=NOW, closed_by=team.lead)
    assert parties_of(asked, case) == NOBODY


def test_the_leads_of_a_closed_appeal_are_barred_no_longer(roles):
    team = office()
    case = appealed(team, State.AWAITING_DECISION)
    case.reviews.update(closed_at=NOW)

    assert Party.LEAD in parties_of(team.lead, case)


def test_every_kind_of_person_has_a_row_in_every_history():
    kinds = {frozenset(table) for table in (FRESH, PROPOSED, COUNTERSIGNED, APPEALED)}

    assert len(kinds) == 1
