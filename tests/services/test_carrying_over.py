"""A round after the first: what holds is carried, what moved is looked at again."""

import pytest

from reviews.domain.enums import LifecycleStage, Outcome, ReviewKind, State
from reviews.domain.errors import Incomplete
from reviews.models import Requirement, UseCase, Verdict
from reviews.selectors.delta import Why, delta
from reviews.selectors.desk import desk
from reviews.services import reviewing
from reviews.services.deciding import record_decision
from tests.builders import NOW
from tests.builders_deciding import decisions, office
from tests.builders_reviewing import (
    LOW_RISK,
    WHEN,
    assigned,
    evidence,
    full,
    in_review,
    item,
    judge_all,
    merged,
    next_round,
    signed,
)

pytestmark = pytest.mark.django_db
NEW_PURPOSE = merged(LOW_RISK, {"system": {"purpose": "Something else."}})


@pytest.fixture
def people(roles, catalogue):
    return office()


@pytest.fixture
def first(people):
    """A first round at work: every required item judged, nobody has signed off."""
    review = in_review(people)
    assigned(review, people.reviewer, people)
    judge_all(review, people.reviewer, note="Seen in round one.")
    return review


def carried(review, person) -> set[str]:
    rows = Verdict.objects.filter(
        assignment__review=review, assignment__reviewer=person, carried_from__isnull=False
    ).select_related("item__requirement", "item__probe")
    return {row.item.code for row in rows}


def judged(review, person) -> set[str]:
    rows = Verdict.objects.filter(assignment__review=review, assignment__reviewer=person)
    return {row.item.code for row in rows.select_related("item__requirement", "item__probe")}


def found(review, person):
    shown = desk(review, person)
    return delta(shown.earlier, shown.items, shown.evidence)


def test_a_resubmission_carries_what_rests_on_unchanged_answers(people, first):
    again = next_round(first.use_case, NEW_PURPOSE, ReviewKind.DELTA)

    assert carried(again, people.reviewer) == judged(first, people.reviewer) - {"A3.1"}
    kept = Verdict.objects.get(item=item(again, "A4.1"))
    assert (kept.value, kept.note, kept.saved_at) == ("met", "Seen in round one.", NOW)
    assert kept.carried_from.item == item(first, "A4.1")


def test_the_desk_says_what_to_look_at_again_and_what_was_carried(people, first):
    again = next_round(first.use_case, NEW_PURPOSE, ReviewKind.DELTA)

    said = found(again, people.reviewer)

    assert said.before == 1
    assert [(one.code, one.why, one.changed, one.is_done) for one in said.again] == [
        ("A3.1", Why.CHANGED, ("Which problem does it solve, and what does AI add?",), False)
    ]
    assert (len(said.carried), said.required) == (7, 8)


def test_the_sign_off_counts_what_was_carried_and_asks_for_the_rest(people, first):
    again = next_round(first.use_case, NEW_PURPOSE, ReviewKind.DELTA)
    said = {"recommendation": "approve", "reasons": "Fine.", "by": people.reviewer, **WHEN}

    with pytest.raises(Incomplete) as refusal:
        reviewing.sign_off(again, **said)
    assert refusal.value.missing == ("A3.1",)
    judge_all(again, people.reviewer)
    reviewing.sign_off(again, **said)

    assert UseCase.objects.get(pk=first.use_case_id).state == State.AWAITING_DECISION


def test_a_carried_verdict_may_be_reopened_and_is_then_a_fresh_one(people, first):
    again = next_round(first.use_case, LOW_RISK, ReviewKind.DELTA)
    one = item(again, "A4.1")

    reviewing.save_verdict(
        one, value="partly_met", note="Less.", version=1, by=people.reviewer, **WHEN
    )

    assert "A4.1" not in carried(again, people.reviewer)
    assert Verdict.objects.get(item=item(first, "A4.1")).value == "met"
    assert [(a.code, a.is_done) for a in found(again, people.reviewer).again] == [("A4.1", True)]


def test_a_reviewer_who_comes_back_later_has_their_own_verdicts(people, first):
    reviewing.sign_off(first, recommendation="approve", reasons="Fine.", by=people.reviewer, **WHEN)
    case = first.use_case
    record_decision(case, scenarios=decisions(case, Outcome.APPROVED), by=people.lead, **WHEN)
    UseCase.objects.filter(pk=case.pk).update(state=State.IN_REVIEW)
    case.refresh_from_db()
    again = next_round(case, LOW_RISK, ReviewKind.DELTA)
    assert not Verdict.objects.filter(assignment__review=again).exists()

    assigned(again, people.reviewer, people)

    assert carried(again, people.reviewer) == judged(first, people.reviewer)


def test_nothing_of_somebody_else_is_carried(people, first):
    signed(first, people.reviewer)
    case = first.use_case
    record_decision(case, scenarios=decisions(case, Outcome.APPROVED), by=people.lead, **WHEN)
    UseCase.objects.filter(pk=case.pk).update(state=State.IN_REVIEW)
    case.refresh_from_db()
    again = next_round(case, LOW_RISK, ReviewKind.DELTA)

    assigned(again, people.reviewer2, people)

    assert not judged(again, people.reviewer2)


def test_in_a_sensitive_round_the_other_ones_verdicts_are_not_even_offered(people):
    review = in_review(people, sensitive=True)
    for reviewer in (people.reviewer, people.reviewer2):
        assigned(review, reviewer, people)
        judge_all(review, reviewer, note="Mine.")
    again = next_round(review.use_case, LOW_RISK, ReviewKind.DELTA)
    seat = again.assignments.get(reviewer=people.reviewer2)
    seat.recused_at = NOW
    seat.recused_reason = "Away."
    seat.save()
    third = people.lead3
    third.groups.set(people.reviewer.groups.all())
    third = third.__class__.objects.get(pk=third.pk)
    assigned(again, third, people)

    assert not judged(again, third)
    assert [view.offer for view in desk(again, third).items if view.offer] == []
    assert carried(again, people.reviewer) == judged(review, people.reviewer)


def test_a_rereview_judges_anew(people, first):
    again = next_round(first.use_case, LOW_RISK, ReviewKind.REREVIEW)

    assert not judged(again, people.reviewer)


def test_a_new_wording_is_looked_at_again(people, first):
    old = Requirement.objects.current().get(code="A4.1")
    Requirement.objects.filter(pk=old.pk).update(is_current=False)
    new = Requirement.objects.get(pk=old.pk)
    new.pk, new.version, new.is_current, new.recorded_at = None, old.version + 1, True, NOW
    new.save()

    again = next_round(first.use_case, LOW_RISK, ReviewKind.DELTA)

    assert "A4.1" not in carried(again, people.reviewer)
    assert [(a.code, a.why) for a in found(again, people.reviewer).again] == [
        ("A4.1", Why.REWORDED)
    ]


def test_evidence_goes_along_and_a_file_that_was_taken_off_asks_for_another_look(people, first):
    kept, gone = evidence(first.use_case, "kept.pdf"), evidence(first.use_case, "gone.pdf")
    for code, file in (("A4.1", kept), ("A5.1", gone)):
        reviewing.save_verdict(
            item(first, code), value="met", evidence=[file], version=1, by=people.reviewer, **WHEN
        )
    gone.removed_at = NOW
    gone.save()

    again = next_round(first.use_case, LOW_RISK, ReviewKind.DELTA)

    assert carried(again, people.reviewer) == judged(first, people.reviewer) - {"A5.1"}
    assert list(Verdict.objects.get(item=item(again, "A4.1")).evidence.all()) == [kept]
    assert [(a.code, a.why) for a in found(again, people.reviewer).again] == [("A5.1", Why.OPEN)]


def test_a_move_of_the_stage_asks_for_what_is_due_now_and_no_more(people):
    answers = full(LifecycleStage.PLANNING)
    review = in_review(people, answers)
    assigned(review, people.reviewer, people)
    judge_all(review, people.reviewer)
    before = judged(review, people.reviewer)

    again = next_round(review.use_case, full(LifecycleStage.MAINTENANCE), ReviewKind.DELTA)

    said = found(again, people.reviewer)
    due = {one.code for one in again.items.all() if one.is_required_now}
    assert {one.code for one in said.again} | {one.code for one in said.carried} == due
    assert {one.code for one in said.carried} == carried(again, people.reviewer) & due
    assert carried(again, people.reviewer) <= before
    assert said.carried
    assert len(said.again) >= len(due - before) > 0


def test_the_other_answers_drop_and_bring_items(people):
    review = in_review(people, full())
    assigned(review, people.reviewer, people)
    judge_all(review, people.reviewer)

    again = next_round(review.use_case, LOW_RISK, ReviewKind.DELTA)

    said = found(again, people.reviewer)
    old = {one.code for one in review.items.all()}
    new = {one.code for one in again.items.all()}
    assert set(said.dropped) == old - new
    assert said.dropped
