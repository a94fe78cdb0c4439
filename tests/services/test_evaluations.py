"""Evaluations come back as long as the case is approved."""

from datetime import timedelta

import pytest

from reviews.domain.enums import AuditKind, Outcome, SubjectKind
from reviews.domain.errors import BadInput, Incomplete, NotPermitted, StateConflict
from reviews.models import (
    AuditEvent,
    ChecklistItem,
    Deadline,
    Evaluation,
    Evidence,
    Requirement,
    Verdict,
)
from reviews.services.deciding import record_decision
from reviews.services.reminding import evaluations
from reviews.services.withdrawing import withdraw
from tests.builders import NOW, TODAY, user
from tests.builders_access import WHEN
from tests.builders_deciding import awaiting_decision, decisions, office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]


@pytest.fixture
def people():
    return office()


def reviewed(people, *codes):
    """A case whose open review has these requirements on its checklist."""
    case = awaiting_decision(people)
    review = case.reviews.get()
    for position, code in enumerate(codes, 1):
        ChecklistItem.objects.create(
            review=review,
            position=position,
            requirement=Requirement.objects.current().get(code=code),
            is_required_now=True,
            why="always",
        )
    return case


def decide(case, people, outcome=Outcome.APPROVED):
    record_decision(case, scenarios=decisions(case, outcome), by=people.lead, **WHEN)
    case.refresh_from_db()
    return case


def open_codes(case):
    rows = case.evaluations.filter(done_at__isnull=True, is_dropped=False)
    return sorted(row.requirement.code for row in rows)


def test_an_approval_opens_an_evaluation_for_each_checkpoint(people):
    case = decide(reviewed(people, "A3.4", "A3.5", "A1.1"), people)

    assert open_codes(case) == ["A3.4", "A3.5"]  # A1.1 is no checkpoint
    row = case.evaluations.first()
    assert (row.interval_days, row.due_on) == (365, TODAY + timedelta(days=365))
    deadline = Deadline.objects.get(subject_kind=SubjectKind.EVALUATION, subject_id=row.pk)
    assert (deadline.last_day, deadline.is_open) == (row.due_on, True)


def test_what_every_reviewer_found_not_applicable_is_not_owed(people):
    case = reviewed(people, "A3.4", "A3.5")
    item = ChecklistItem.objects.get(requirement__code="A3.4")
    Verdict.objects.create(
        item=item,
        assignment=item.review.assignments.get(),
        value="not_applicable",
        note="No metric.",
        saved_at=NOW,
    )

    assert open_codes(decide(case, people)) == ["A3.5"]


def test_a_refusal_opens_none(people):
    assert open_codes(decide(reviewed(people, "A3.4"), people, Outcome.DECLINED)) == []


def test_a_withdrawn_case_owes_nothing(people):
    case = decide(reviewed(people, "A3.4"), people)

    withdraw(case, by=people.requester, **WHEN)

    assert open_codes(case) == []
    assert not Deadline.objects.filter(is_open=True).exists()


def test_a_new_decision_leaves_the_day_of_what_waits(people):
    case = decide(reviewed(people, "A3.4"), people)
    before = case.evaluations.get()

    evaluations.follow_decision(case, at=NOW, on=TODAY + timedelta(days=90))

    assert case.evaluations.get().due_on == before.due_on


def test_recording_opens_the_next(people):
    case = decide(reviewed(people, "A3.4"), people)
    first = case.evaluations.get()
    later = TODAY + timedelta(days=300)

    following = evaluations.record_evaluation(
        first, note="Thresholds hold.", by=people.requester, at=NOW, on=later
    )

    first.refresh_from_db()
    assert (first.done_by, first.done_on, first.note) == (
        people.requester,
        later,
        "Thresholds hold.",
    )
    assert following.due_on == later + timedelta(days=365)
    open_ones = Deadline.objects.filter(subject_kind=SubjectKind.EVALUATION, is_open=True)
    assert [one.subject_id for one in open_ones] == [following.pk]
    event = AuditEvent.objects.order_by("seq").last()
    assert (event.kind, event.data["requirement"]) == (AuditKind.EVALUATION_RECORDED, "A3.4")


def test_recording_refuses(people):
    case = decide(reviewed(people, "A3.4"), people)
    row = case.evaluations.get()
    other = decide(reviewed(office("other_")), people)
    foreign = Evidence.objects.create(
        use_case=other, name="a.txt", media_type="text/plain", size=1, digest="0" * 64,
        file="evidence/a", added_by=people.requester, added_at=NOW,
    )  # fmt: skip

    def record(**changed):
        given = {"note": "Fine.", "by": people.requester, **WHEN, **changed}
        return evaluations.record_evaluation(row, **given)

    with pytest.raises(NotPermitted, match="Only the team"):
        record(by=user("stranger"))
    with pytest.raises(Incomplete, match="what the evaluation showed"):
        record(note=" ")
    with pytest.raises(BadInput, match="not among the evidence"):
        record(evidence=foreign)
    record()
    with pytest.raises(StateConflict, match="recorded already"):
        record()
    Evaluation.objects.filter(done_at__isnull=True).update(is_dropped=True)
    row = Evaluation.objects.get(is_dropped=True)
    with pytest.raises(StateConflict, match="no longer asked for"):
        record()
