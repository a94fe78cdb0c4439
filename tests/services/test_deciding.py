"""Record, countersign, supersede, send back: and who may not."""

from datetime import date

import pytest

from reviews.domain.enums import (
    AuditKind,
    CoAuthorRight,
    ConditionState,
    Outcome,
    ReviewKind,
    Role,
    State,
)
from reviews.domain.errors import (
    BadInput,
    Incomplete,
    NotPermitted,
    StateConflict,
    TransitionNotAllowed,
)
from reviews.models import (
    AuditEvent,
    Capability,
    CapabilityPolicy,
    Condition,
    Countersignature,
    Decision,
    DecisionRound,
    Review,
    ReviewAssignment,
    ReviewReturn,
    Service,
    User,
)
from reviews.services.deciding import countersign, record_decision, return_to_review
from reviews.services.teams import remove_member
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import (
    awaiting_decision,
    co_author,
    condition_draft,
    decisions,
    office,
    open_review,
    scenario,
)

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}


@pytest.fixture
def people(roles):
    return office()


def kinds(case) -> list[str]:
    return list(
        AuditEvent.objects.filter(use_case_id=case.pk)
        .order_by("seq")
        .values_list("kind", flat=True)
    )


# What is recorded ---------------------------------------------------------------------------------


def test_record_decision_of_a_plain_case_takes_effect_at_once(people):
    case = awaiting_decision(people)

    decided = record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    case.refresh_from_db()
    assert case.state == State.APPROVED
    assert (case.decided_on, case.rereview_on) == (TODAY, date(2024, 6, 1))
    assert decided.review.closed_at is None  # the caller's copy; the row is closed
    assert Review.objects.get(pk=decided.review_id).closed_at == NOW
    assert (decided.number, decided.needs_countersignature) == (1, False)
    assert (decided.decided_by, decided.decided_on) == (people.lead, TODAY)
    assert kinds(case) == [AuditKind.DECISION_RECORDED]


@pytest.mark.parametrize(
    ("outcomes", "state", "rereview_on"),
    [
        ([Outcome.APPROVED, Outcome.APPROVED], State.APPROVED, date(2024, 6, 1)),
        ([Outcome.APPROVED, Outcome.DECLINED], State.PARTLY_APPROVED, date(2024, 6, 1)),
        ([Outcome.DECLINED, Outcome.DECLINED], State.DECLINED, None),
    ],
)
def test_record_decision_derives_the_state_from_the_outcomes(people, outcomes, state, rereview_on):
    case = awaiting_decision(people, scenarios=2)
    drafts = [
        type(draft)(draft.intended_use, outcome, draft.reasons)
        for draft, outcome in zip(decisions(case), outcomes, strict=True)
    ]

    record_decision(case, scenarios=drafts, by=people.lead, **WHEN)

    case.refresh_from_db()
    assert (case.state, case.rereview_on) == (state, rereview_on)


def test_record_decision_writes_conditions_as_rows(people):
    case = awaiting_decision(people)
    draft = condition_draft(people.requester, people.reviewer)

    record_decision(
        case, scenarios=decisions(case, Outcome.PILOT, (draft,)), by=people.lead, **WHEN
    )

    condition = Condition.objects.get()
    assert (condition.owner, condition.verifier) == (people.requester, people.reviewer)
    assert (condition.text, condition.proof_wanted) == (draft.text, draft.proof_wanted)
    assert (condition.due_on, condition.state) == (draft.due_on, ConditionState.OPEN)


def test_record_decision_cites_the_policy_versions_in_force(people):
    case = awaiting_decision(people)
    service = Service.objects.create(slug="s", name="S", digest="0" * 64, summary="S")
    known, new = (
        Capability.objects.create(
            slug=slug,
            name=slug,
            digest="0" * 64,
            service=service,
            family="voice",
            sensitivity="gated",
            summary=slug,
            position=position,
        )
        for position, slug in enumerate(["known", "new"])
    )
    for capability, version, current, effective_from in [
        (known, 1, False, date(2022, 1, 1)),
        (known, 2, True, date(2022, 1, 1)),
        (known, 1, True, TODAY),
        (new, 1, True, date(2023, 6, 2)),
    ]:
        CapabilityPolicy.objects.create(
            code=f"{capability.slug}@{effective_from}",
            version=version,
            digest="0" * 64,
            is_current=current,
            recorded_at=NOW,
            capability=capability,
            stance="open",
            effective_from=effective_from,
            summary="Open.",
            edition="1",
            source="S",
            confidence="high",
        )
    case.capabilities.set([known, new])

    decided = record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    assert decided.policy_versions == {
        "known": {"code": f"known@{TODAY}", "version": 1},
        "new": None,
    }


def test_record_decision_leaves_dropped_scenarios_out(people):
    case = awaiting_decision(people, scenarios=2)
    case.intended_uses.filter(position=2).update(dropped_at=NOW)

    decided = record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    assert [row.intended_use.position for row in decided.decisions.all()] == [1]


# What is refused ----------------------------------------------------------------------------------


def nothing_written(case) -> bool:
    before = case.state
    case.refresh_from_db()
    return (
        case.state == before
        and not DecisionRound.objects.exists()
        and not Condition.objects.exists()
        and kinds(case) == []
    )


def test_record_decision_wants_every_scenario(people):
    case = awaiting_decision(people, scenarios=2)

    with pytest.raises(Incomplete, match="Scenario 2"):
        record_decision(case, scenarios=decisions(case)[:1], by=people.lead, **WHEN)

    assert nothing_written(case)


def test_record_decision_refuses_a_scenario_of_another_case(people):
    case, other = awaiting_decision(people), awaiting_decision(people)

    with pytest.raises(Incomplete, match="no scenario of the current submission"):
        record_decision(case, scenarios=decisions(case) + decisions(other), by=people.lead, **WHEN)

    assert nothing_written(case)


def test_record_decision_refuses_an_owner_without_an_account(people):
    case = awaiting_decision(people)
    gone = user("gone")
    gone.is_active = False
    gone.save()
    draft = condition_draft(gone, people.reviewer)

    with pytest.raises(BadInput, match="no longer has an account"):
        record_decision(
            case, scenarios=decisions(case, Outcome.PILOT, (draft,)), by=people.lead, **WHEN
        )

    assert nothing_written(case)


@pytest.mark.parametrize("right", CoAuthorRight)
def test_record_decision_refuses_a_co_author_who_is_a_lead(people, right):
    case = awaiting_decision(people)
    co_author(case, people.lead, right)

    with pytest.raises(NotPermitted, match="on its team or a co-author"):
        record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    assert nothing_written(case)


def test_record_decision_refuses_a_lead_on_the_team(people):
    case = awaiting_decision(people)
    people.team.members.add(people.lead, through_defaults={"since": NOW})

    with pytest.raises(NotPermitted, match="on its team"):
        record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    assert nothing_written(case)


def test_record_decision_refuses_a_lead_who_reviewed(people):
    case = awaiting_decision(people)
    ReviewAssignment.objects.update(reviewer=people.lead)

    with pytest.raises(NotPermitted, match="one of its reviewers"):
        record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    assert nothing_written(case)


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.LEAD])
def test_record_decision_refuses_everybody_but_leads(people, role):
    case = awaiting_decision(people)

    with pytest.raises(NotPermitted, match="only a lead can"):
        record_decision(case, scenarios=decisions(case), by=user("someone", role), **WHEN)

    assert nothing_written(case)


@pytest.mark.parametrize(
    "state", [s for s in State if s not in {State.AWAITING_DECISION, State.UNDER_APPEAL}]
)
def test_record_decision_refuses_a_case_that_does_not_wait_for_one(people, state):
    case = awaiting_decision(people, state=state)

    with pytest.raises(TransitionNotAllowed, match=str(state.label)):
        record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    assert nothing_written(case)


def test_record_decision_tells_the_second_lead_who_was_first(people):
    case = awaiting_decision(people)
    record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    with pytest.raises(TransitionNotAllowed, match=f"{people.lead} decided on it"):
        record_decision(case, scenarios=decisions(case), by=people.lead2, **WHEN)

    assert DecisionRound.objects.count() == 1


# Sensitive: countersigned -------------------------------------------------------------------------


@pytest.fixture
def proposed(people):
    """A sensitive case whose decision waits for the second lead."""
    case = awaiting_decision(people, sensitive=True)
    draft = condition_draft(people.requester, people.reviewer)
    return record_decision(
        case,
        scenarios=decisions(case, Outcome.WITH_CONDITIONS, (draft,)),
        by=people.lead,
        **WHEN,
    )


def test_record_decision_of_a_sensitive_case_waits(people, proposed):
    case = proposed.use_case
    case.refresh_from_db()

    assert case.state == State.AWAITING_COUNTERSIGNATURE
    assert (case.decided_on, case.rereview_on) == (None, None)
    assert not Decision.objects.in_force().exists()
    assert Review.objects.get(pk=proposed.review_id).closed_at is None


def test_a_case_that_turned_sensitive_after_its_review_opened_is_countersigned(people):
    case = awaiting_decision(people)
    type(case).objects.update(is_sensitive=True)

    decided = record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    assert decided.needs_countersignature


def test_countersign_agreed_takes_effect_on_its_day(people, proposed):
    day = date(2023, 6, 5)

    signature = countersign(proposed, agreed=True, by=people.lead2, at=NOW, on=day)

    case = proposed.use_case
    case.refresh_from_db()
    assert case.state == State.APPROVED
    assert (case.decided_on, case.rereview_on) == (day, date(2024, 6, 5))
    assert (signature.by, signature.agreed, signature.on) == (people.lead2, True, day)
    assert Decision.objects.in_force().count() == 1
    assert kinds(case) == [AuditKind.DECISION_RECORDED, AuditKind.DECISION_COUNTERSIGNED]


def test_countersign_refused_goes_back_to_the_deciding_lead_with_the_reason(people, proposed):
    signature = countersign(
        proposed, agreed=False, reason="The pilot has no end.", by=people.lead2, **WHEN
    )

    case = proposed.use_case
    case.refresh_from_db()
    assert case.state == State.AWAITING_DECISION
    assert signature.reason == "The pilot has no end."
    assert not Decision.objects.in_force().exists()
    assert kinds(case)[-1] == AuditKind.COUNTERSIGNATURE_REFUSED

    again = record_decision(
        case, scenarios=decisions(case, Outcome.DECLINED), by=people.lead, **WHEN
    )
    assert again.number == 2
    countersign(again, agreed=True, by=people.lead2, **WHEN)
    case.refresh_from_db()
    assert case.state == State.DECLINED
    assert set(Condition.objects.values_list("state", flat=True)) == {ConditionState.RELEASED}


def test_countersign_refused_wants_a_reason(people, proposed):
    with pytest.raises(Incomplete, match="why you refuse"):
        countersign(proposed, agreed=False, reason=" ", by=people.lead2, **WHEN)

    assert not Countersignature.objects.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lead", "you decided on this use case"),
        ("reviewer", "only a second lead can"),
        ("requester", "only a second lead can"),
    ],
)
def test_countersign_is_for_a_second_lead(people, proposed, name, words):
    with pytest.raises(NotPermitted, match=words):
        countersign(proposed, agreed=True, by=getattr(people, name), **WHEN)

    assert not Countersignature.objects.exists()


@pytest.mark.parametrize("right", CoAuthorRight)
def test_countersign_refuses_a_co_author(people, proposed, right):
    co_author(proposed.use_case, people.lead2, right)

    with pytest.raises(NotPermitted, match="on the team of this use case or a co-author"):
        countersign(proposed, agreed=True, by=people.lead2, **WHEN)


def test_countersign_refuses_a_reviewer(people, proposed):
    ReviewAssignment.objects.filter(reviewer=people.reviewer2).update(reviewer=people.lead2)

    with pytest.raises(NotPermitted, match="a reviewer of this use case"):
        countersign(proposed, agreed=True, by=people.lead2, **WHEN)


def test_countersign_twice_is_refused(people, proposed):
    countersign(proposed, agreed=True, by=people.lead2, **WHEN)

    with pytest.raises(TransitionNotAllowed):
        countersign(proposed, agreed=True, by=people.lead3, **WHEN)

    assert Countersignature.objects.count() == 1


def test_countersign_an_older_round_is_refused(people, proposed):
    countersign(proposed, agreed=False, reason="No end.", by=people.lead2, **WHEN)
    case = proposed.use_case
    record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    with pytest.raises(StateConflict, match="not the decision that waits"):
        countersign(proposed, agreed=True, by=people.lead2, **WHEN)


def test_the_countersigner_cannot_decide_on_the_same_case_later(people, proposed):
    countersign(proposed, agreed=False, reason="No end.", by=people.lead2, **WHEN)
    case = proposed.use_case

    with pytest.raises(NotPermitted, match="you countersigned a decision on it"):
        record_decision(case, scenarios=decisions(case), by=people.lead2, **WHEN)


# Superseded ---------------------------------------------------------------------------------------


def test_a_later_round_supersedes_and_lets_go_of_unmet_conditions(people):
    case = awaiting_decision(people)
    promises = tuple(condition_draft(people.requester, people.reviewer) for _ in range(2))
    first = record_decision(
        case, scenarios=decisions(case, Outcome.PILOT, promises), by=people.lead, **WHEN
    )
    met, unmet = Condition.objects.all()
    Condition.objects.filter(pk=met.pk).update(state=ConditionState.MET)
    open_review(case, first.submission, kind=ReviewKind.DELTA)
    type(case).objects.update(state=State.AWAITING_DECISION)

    second = record_decision(case, scenarios=decisions(case), by=people.lead2, **WHEN)

    met.refresh_from_db()
    unmet.refresh_from_db()
    assert (met.state, unmet.state) == (ConditionState.MET, ConditionState.RELEASED)
    assert [d.decision_round for d in Decision.objects.in_force()] == [second]
    event = AuditEvent.objects.order_by("-seq").first()
    assert event.data["released"] == [str(unmet.uid)]
    assert (first.number, second.number) == (1, 2)


def test_a_new_scenario_is_decided_with_the_old_ones(people):
    case = awaiting_decision(people)
    first = record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)
    scenario(case, "A second gate", 2)
    open_review(case, first.submission, kind=ReviewKind.DELTA)
    type(case).objects.update(state=State.AWAITING_DECISION)

    with pytest.raises(Incomplete, match="A second gate"):
        record_decision(case, scenarios=decisions(case)[:1], by=people.lead, **WHEN)


# Back to the reviewers ----------------------------------------------------------------------------


def test_return_to_review_undoes_the_sign_offs_and_keeps_the_reason(people):
    case = awaiting_decision(people, sensitive=True)

    returned = return_to_review(case, reason="Look at A4 again.", by=people.lead, **WHEN)

    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    assert (returned.reason, returned.by) == ("Look at A4 again.", people.lead)
    assignments = ReviewAssignment.objects.filter(review=returned.review)
    assert {(a.signed_off_at, a.recommendation) for a in assignments} == {(None, None)}
    assert all(a.recommendation_reasons for a in assignments)
    event = AuditEvent.objects.get(kind=AuditKind.REVIEW_RETURNED)
    assert len(event.data["sign_offs_undone"]) == 2


def test_return_to_review_wants_a_reason(people):
    case = awaiting_decision(people)

    with pytest.raises(Incomplete, match="look at again"):
        return_to_review(case, reason=" ", by=people.lead, **WHEN)

    assert not ReviewReturn.objects.exists()


def test_return_to_review_is_for_a_free_lead(people):
    case = awaiting_decision(people)

    with pytest.raises(NotPermitted, match="only a lead can"):
        return_to_review(case, reason="Again.", by=people.reviewer, **WHEN)


def test_who_filed_the_case_never_decides_on_it_even_off_the_team(people):
    case = awaiting_decision(people)
    people.requester.groups.set(people.lead.groups.all())
    remove_member(people.team, person=people.requester, by=people.requester, **WHEN)
    filer = User.objects.get(pk=people.requester.pk)

    with pytest.raises(NotPermitted, match="you filed it"):
        record_decision(case, scenarios=decisions(case), by=filer, **WHEN)
