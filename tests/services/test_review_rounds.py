"""Rounds: the frozen checklist, the earlier round, and who goes on."""

import pytest

from reviews.domain.enums import LifecycleStage, ReviewKind
from reviews.domain.errors import StateConflict
from reviews.models import ChecklistItem, Membership, Probe, Requirement, Standard
from reviews.services import assigning, review_rounds
from tests.builders import NOW
from tests.builders_deciding import office
from tests.builders_reviewing import (
    LOW_RISK,
    WHEN,
    assigned,
    full,
    in_review,
    merged,
    next_round,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(roles, catalogue):
    return office()


def codes(review, **conditions) -> list[str]:
    items = review.items.filter(**conditions).select_related("requirement", "probe")
    return [item.code for item in items]


def test_open_round_freezes_every_item_of_a_case_to_which_all_applies(people):
    review = in_review(people, full())

    found = codes(review)
    assert found[:8] == [f"A3.{n}" for n in range(1, 9)]
    assert found[8:13] == [f"A4.{n}" for n in range(1, 6)]
    assert found[13:20] == [f"A5.{n}" for n in range(1, 8)]
    assert found[20:23] == ["A1.1", "A1.2", "A1.3"]
    assert len(codes(review, requirement__isnull=False)) == 90
    assert {"PS1", "PS2", "I1"} <= set(found)
    assert codes(review, probe__isnull=False) == found[90:]


def test_open_round_leaves_out_what_does_not_apply(people):
    review = in_review(people, LOW_RISK)

    goals = {code.split(".")[0] for code in codes(review, requirement__isnull=False)}
    assert goals == {"A1", "A2", "A3", "A4", "A5", "T2", "RS1", "RS2", "RS3"}


def test_open_round_asks_the_reviewers_probes_of_the_families_only(people):
    review = in_review(people, merged(LOW_RISK, {"system": {"capabilities": ["emotion"]}}))

    assert codes(review, probe__isnull=False) == [
        "P01", "P02", "P03", "P04", "P05", "P07", "P08", "P15", "P18", "P19", "P20",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "required"),
    [
        (LifecycleStage.PLANNING, {"A1.1", "A1.2", "A2.1", "A2.2", "A3.1", "A4.1", "A5.1", "T2.1"}),
        (LifecycleStage.MAINTENANCE, None),
    ],
)
def test_open_round_requires_what_the_declared_stage_demands(people, stage, required):
    review = in_review(people, merged(LOW_RISK, {"system": {"lifecycle_stage": stage.value}}))

    due = set(codes(review, is_required_now=True, requirement__isnull=False))
    assert due == (required or set(codes(review, requirement__isnull=False)))


def test_open_round_counts_reviewers_by_sensitivity(people):
    assert in_review(people).reviewers_needed == 1
    assert in_review(people, sensitive=True).reviewers_needed == 2


def test_open_round_keeps_the_wording_that_held_when_it_was_opened(people):
    review = in_review(people)
    old = Requirement.objects.current().get(code="A3.1")
    Requirement.objects.filter(pk=old.pk).update(is_current=False)
    new = Requirement.objects.get(pk=old.pk)
    new.pk, new.version, new.is_current = None, old.version + 1, True
    new.question, new.recorded_at = "Another wording?", NOW
    new.save()

    later = in_review(people)

    assert review.items.get(requirement__code="A3.1").requirement_id == old.pk
    assert later.items.get(requirement__code="A3.1").requirement_id == new.pk


def test_open_round_closes_the_earlier_one_and_its_reviewer_goes_on(people):
    first = in_review(people)
    assigned(first, people.reviewer, people)

    second = next_round(first.use_case, LOW_RISK, ReviewKind.INITIAL)

    first.refresh_from_db()
    assert first.closed_at == NOW
    assert (second.number, second.closed_at) == (2, None)
    assert [seat.reviewer for seat in second.assignments.all()] == [people.reviewer]


def test_open_round_does_not_bring_back_a_recused_reviewer(people):
    first = in_review(people)
    seat = assigned(first, people.reviewer, people)
    assigning.recuse(seat, reason="On leave.", by=people.reviewer, **WHEN)

    second = next_round(first.use_case, LOW_RISK, ReviewKind.INITIAL)

    assert not second.assignments.exists()


def test_open_round_drops_a_reviewer_who_joined_the_team(people):
    first = in_review(people)
    assigned(first, people.reviewer, people)
    Membership.objects.create(team=people.team, user=people.reviewer, since=NOW)

    second = next_round(first.use_case, LOW_RISK, ReviewKind.INITIAL)

    assert not second.assignments.exists()


def test_open_round_after_a_closed_one_starts_without_reviewers(people):
    first = in_review(people)
    assigned(first, people.reviewer, people)
    first.closed_at = NOW
    first.save()

    assert not next_round(first.use_case, LOW_RISK, ReviewKind.DELTA).assignments.exists()


def test_open_round_of_an_appeal_has_no_checklist_and_no_reviewers(people):
    first = in_review(people)
    assigned(first, people.reviewer, people)

    appeal = next_round(first.use_case, LOW_RISK, ReviewKind.APPEAL)

    assert not ChecklistItem.objects.filter(review=appeal).exists()
    assert not appeal.assignments.exists()


def test_current_standard_says_what_to_do_without_one(db):
    with pytest.raises(StateConflict, match="sync_catalogue"):
        review_rounds.current_standard()


def test_every_current_requirement_and_probe_can_stand_on_a_checklist(people):
    review = in_review(people, full())

    wanted = Requirement.objects.current().filter(goal__standard=Standard.objects.get())
    assert review.items.filter(requirement__in=wanted).count() == wanted.count()
    asked = Probe.objects.current().exclude(kind="trigger")
    assert review.items.filter(probe__in=asked).count() == asked.count()
