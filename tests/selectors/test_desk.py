"""What a desk holds for whom: blind until both have signed, and the requester last of all."""

import dataclasses

import pytest

from reviews.domain.enums import LifecycleStage, Outcome, ReviewKind, Role, State
from reviews.models import Membership, Requirement, Review, UseCase, Verdict
from reviews.permissions.reviewing import can_open_desk
from reviews.selectors.desk import desk
from reviews.selectors.questions import of_case
from reviews.selectors.round_questions import visible_questions
from reviews.services import questions, reviewing
from reviews.services.deciding import record_decision, return_to_review
from tests.builders import NOW, user
from tests.builders_deciding import decisions, office
from tests.builders_reviewing import (
    LOW_RISK,
    WHEN,
    assigned,
    full,
    in_review,
    item,
    judge_all,
    merged,
    next_round,
    signed,
)

pytestmark = pytest.mark.django_db
CANARY = "canary-in-the-note"


@pytest.fixture
def people(roles, catalogue):
    return office()


@pytest.fixture
def blind(people):
    """A sensitive round; the first reviewer has left a canary in every text."""
    review = in_review(people, sensitive=True)
    assigned(review, people.reviewer, people)
    assigned(review, people.reviewer2, people)
    judge_all(review, people.reviewer)
    reviewing.save_verdict(
        item(review, "A3.1"),
        value="partly_met",
        note=CANARY,
        gap_plan=CANARY,
        version=1,
        by=people.reviewer,
        **WHEN,
    )
    return review


def fresh(review: Review) -> Review:
    return Review.objects.select_related("use_case__team", "submission").get(pk=review.pk)


def seen(review: Review, person):
    return desk(fresh(review), person)


def view(found, code: str):
    return next(one for one in found.items if one.code == code)


def everything(found) -> str:
    """All texts of a desk, as a page could show them."""
    texts = []
    for one in found.items:
        texts += [said.verdict.note + said.verdict.gap_plan for said in (*one.others, *one.history)]
        texts += [one.mine.note] if one.mine else []
        texts += [one.offer.note] if one.offer else []
        texts += [asked.question.text + asked.by for asked in one.questions]
    texts += [asked.question.text + asked.by for asked in found.general_questions]
    return " ".join(texts)


# Blind --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["reviewer2", "lead"])
def test_nobody_sees_a_verdict_while_a_reviewer_is_at_work(people, blind, who):
    found = seen(blind, getattr(people, who))

    assert not found.sees_all
    assert CANARY not in everything(found)
    assert not any(one.others for one in found.items)


def test_the_second_stays_blind_after_the_first_has_signed(people, blind):
    signed(blind, people.reviewer, "decline", CANARY)

    found = seen(blind, people.reviewer2)

    assert not found.sees_all
    assert CANARY not in everything(found)


def test_the_first_stays_blind_after_having_signed(people, blind):
    signed(blind, people.reviewer, "decline")
    reviewing.save_verdict(
        item(blind, "A4.1"), value="", note="other-canary", version=0, by=people.reviewer2, **WHEN
    )

    assert "other-canary" not in everything(seen(blind, people.reviewer))


def test_an_auditor_who_also_reviews_stays_blind(people, blind):
    people.reviewer2.groups.add(*user("auditor", Role.AUDITOR).groups.all())

    assert CANARY not in everything(seen(blind, people.reviewer2))


@pytest.mark.parametrize("who", ["reviewer2", "reviewer", "lead"])
def test_all_of_the_office_see_all_once_both_have_signed(people, blind, who):
    signed(blind, people.reviewer, "decline")
    signed(blind, people.reviewer2)

    found = seen(blind, getattr(people, who))

    assert found.sees_all
    assert CANARY in everything(found)


def test_a_review_sent_back_stays_open_to_those_who_saw_it(people, blind):
    signed(blind, people.reviewer, "decline")
    signed(blind, people.reviewer2)
    return_to_review(blind.use_case, reason="Look again.", by=people.lead, **WHEN)

    assert CANARY in everything(seen(blind, people.reviewer2))


def test_a_recused_reviewers_verdicts_show_nowhere(people, blind):
    blind.assignments.filter(reviewer=people.reviewer).update(recused_at=NOW)
    third = user("third", Role.REVIEWER)
    assigned(blind, third, people)
    signed(blind, third)
    signed(blind, people.reviewer2)

    assert CANARY not in everything(seen(blind, people.lead))


def test_the_team_reads_a_review_only_after_the_decision(people):
    review = in_review(people)
    assigned(review, people.reviewer, people)
    assert not can_open_desk(people.requester, fresh(review))
    signed(review, people.reviewer)
    assert not can_open_desk(people.requester, fresh(review))

    case = review.use_case
    record_decision(case, scenarios=decisions(case, Outcome.APPROVED), by=people.lead, **WHEN)

    assert can_open_desk(people.requester, fresh(review))
    assert seen(review, people.requester).sees_all


def test_a_lead_who_is_on_the_team_waits_like_the_team(people, blind):
    Membership.objects.create(team=people.team, user=people.lead, since=NOW)

    assert not can_open_desk(people.lead, fresh(blind))


def test_a_round_cut_short_by_a_new_submission_stays_closed_to_the_team(people, blind):
    next_round(blind.use_case, LOW_RISK, ReviewKind.INITIAL)

    assert not can_open_desk(people.requester, fresh(blind))
    assert CANARY not in everything(seen(blind, people.lead))


# Questions ----------------------------------------------------------------------------------------


def test_a_question_of_the_other_shows_once_answered_and_without_a_name(people, blind):
    asked = questions.ask(blind, text=CANARY, by=people.reviewer, **WHEN)
    assert visible_questions(fresh(blind), people.reviewer2) == []
    assert [row.by for row in visible_questions(fresh(blind), people.reviewer)] == ["Reviewer"]

    questions.answer(asked, text="Yes.", by=people.requester, **WHEN)

    (row,) = visible_questions(fresh(blind), people.reviewer2)
    assert (row.question.answer, row.by) == ("Yes.", "")


def test_a_question_of_a_lead_shows_to_both(people, blind):
    questions.ask(blind, text="Who pays?", by=people.lead, **WHEN)

    assert [row.by for row in visible_questions(fresh(blind), people.reviewer2)] == ["Lead"]


def test_a_reviewer_who_is_not_assigned_yet_is_as_blind(people):
    review = in_review(people, sensitive=True)
    assigned(review, people.reviewer, people)
    questions.ask(review, text=CANARY, by=people.reviewer, **WHEN)

    assert visible_questions(fresh(review), people.reviewer2) == []


def test_the_team_reads_every_question_and_the_name_of_a_lead_only(people, blind):
    questions.ask(blind, text="Which data?", by=people.reviewer, **WHEN)
    asked = questions.ask(blind, text="Who pays?", by=people.lead, **WHEN)
    questions.answer(asked, text="We do.", by=people.requester, **WHEN)

    found = of_case(blind.use_case, people.requester)

    assert [row.by for row in found.open] == [""]
    assert [row.by for row in found.answered] == ["Lead"]


def test_a_question_of_an_ended_round_is_no_longer_to_be_answered(people, blind):
    questions.ask(blind, text="Which data?", by=people.reviewer, **WHEN)
    next_round(blind.use_case, LOW_RISK, ReviewKind.INITIAL)

    found = of_case(blind.use_case, people.requester)

    assert (len(found.open), len(found.ended)) == (0, 1)


# Contents -----------------------------------------------------------------------------------------


def test_a_desk_links_items_with_the_answers_they_rest_on(people):
    review = in_review(people)
    assigned(review, people.reviewer, people)

    found = seen(review, people.reviewer)

    anchors = {row.anchor for section in found.sections for row in section.rows}
    sections = {section.anchor for section in found.sections}
    assert {link.anchor for one in found.items for link in one.links} <= anchors | sections
    purpose = next(
        row for section in found.sections for row in section.rows
        if row.anchor == "answer-system-purpose"
    )  # fmt: skip
    assert [(link.code, link.anchor) for link in purpose.items] == [("A3.1", "item-A3-1")]


def test_a_desk_shows_goals_at_rest_with_the_teams_reason(people):
    review = in_review(people)

    resting = {rest.goal.code: rest.reason for rest in seen(review, people.lead).resting}

    assert resting == {
        "T1": "Nobody decides anything with it.",
        "T3": "It says nothing to anybody.",
        "F1": "Blur is blur.",
        "F2": "Nothing is given out.",
        "F3": "It describes pictures.",
        "PS1": "",
        "PS2": "",
        "I1": "",
    }


def test_a_desk_shows_near_twins_together_and_what_builds_on_what(people):
    review = in_review(people, full())
    assigned(review, people.reviewer, people)
    for code, value in (("RS3.7", "met"), ("A4.1", "not_met")):
        reviewing.save_verdict(
            item(review, code), value=value, version=0, by=people.reviewer, **WHEN
        )

    found = seen(review, people.reviewer)

    assert [(t.code, t.value) for t in view(found, "A3.7").twins] == [("RS3.7", "met")]
    assert [(n.code, n.value) for n in view(found, "A4.4").unmet] == [("A4.1", "not_met")]
    assert [n.code for n in view(found, "RS3.8").unmet] == ["T2.1", "T2.2", "T2.3"]
    assert view(found, "A4.1").unmet == ()


def test_a_desk_counts_required_items_only(people):
    review = in_review(people)
    assigned(review, people.reviewer, people)
    for code in ("A3.1", "A3.2"):
        reviewing.save_verdict(
            item(review, code), value="met", version=0, by=people.reviewer, **WHEN
        )

    found = seen(review, people.reviewer)

    assert (found.answered, len(found.due)) == (1, 8)
    assert "A3.1" not in [one.code for one in found.open]


def test_a_desk_says_why_an_item_applies(people):
    found = seen(in_review(people, full()), people.lead)

    why = view(found, "T1.1").why
    assert why.link.anchor == "answer-people-informs_decisions"
    assert view(found, "P04").why.family == "Inferring attributes from a face"
    assert view(found, "A3.1").why == dataclasses.replace(why, link=None, family="")


# Carried over -------------------------------------------------------------------------------------


@pytest.fixture
def decided(people):
    """A first round, reviewed by one person and decided."""
    review = in_review(people)
    assigned(review, people.reviewer, people)
    judge_all(review, people.reviewer, note="Seen in round one.")
    reviewing.sign_off(
        review, recommendation="approve", reasons="Fine.", by=people.reviewer, **WHEN
    )
    case = review.use_case
    record_decision(case, scenarios=decisions(case, Outcome.APPROVED), by=people.lead, **WHEN)
    UseCase.objects.filter(pk=case.pk).update(state=State.IN_REVIEW)
    case.refresh_from_db()
    return case


NEW_PURPOSE = merged(LOW_RISK, {"system": {"purpose": "Something else."}})


def test_a_delta_offers_another_reviewer_what_rests_on_unchanged_answers(people, decided):
    delta = next_round(decided, NEW_PURPOSE, ReviewKind.DELTA)
    assigned(delta, people.reviewer2, people)

    found = seen(delta, people.reviewer2)

    assert "A3.1" not in [one.code for one in found.carried]
    offer = view(found, "A3.1").offer
    assert not offer.fills_in
    assert offer.changed == ("Which problem does it solve, and what does AI add?",)
    kept = view(found, "A4.1")
    assert kept.starting.is_carried
    assert (kept.starting.value, kept.starting.note) == ("met", "Seen in round one.")
    assert not kept.offer.is_own
    assert found.answered == 0


def test_a_delta_carries_nothing_over_an_item_with_a_new_wording(people, decided):
    old = Requirement.objects.current().get(code="A4.1")
    Requirement.objects.filter(pk=old.pk).update(is_current=False)
    new = Requirement.objects.get(pk=old.pk)
    new.pk, new.version, new.is_current = None, old.version + 1, True
    new.recorded_at = NOW
    new.save()
    delta = next_round(decided, LOW_RISK, ReviewKind.DELTA)
    assigned(delta, people.reviewer, people)

    offer = view(seen(delta, people.reviewer), "A4.1").offer

    assert (offer.fills_in, offer.is_reworded) == (False, True)


def test_a_delta_notices_a_new_scenario(people, decided):
    more = merged(LOW_RISK, {"scenario:ff": {"name": "Back door"}})
    delta = next_round(decided, more, ReviewKind.DELTA)
    assigned(delta, people.reviewer, people)

    assert not view(seen(delta, people.reviewer), "A3.1").offer.fills_in


def test_a_rereview_judges_anew_with_the_last_words_beside_it(people, decided):
    rereview = next_round(decided, LOW_RISK, ReviewKind.REREVIEW)
    assigned(rereview, people.reviewer, people)

    found = seen(rereview, people.reviewer)

    assert found.carried == []
    assert view(found, "A4.1").offer.note == "Seen in round one."


def test_a_new_submission_in_mid_review_gives_back_ones_own_words_only(people, blind):
    second = next_round(blind.use_case, NEW_PURPOSE, ReviewKind.INITIAL)
    seats = {seat.reviewer for seat in second.assignments.all()}

    mine = view(seen(second, people.reviewer), "A3.1").offer
    assert (mine.note, mine.fills_in, mine.is_own) == (CANARY, False, True)
    assert seats == {people.reviewer, people.reviewer2}
    assert CANARY not in everything(seen(second, people.reviewer2))


def test_where_the_reviewers_differed_nothing_is_offered(people):
    review = in_review(people, sensitive=True)
    for reviewer, value in ((people.reviewer, "met"), (people.reviewer2, "not_met")):
        assigned(review, reviewer, people)
        reviewing.save_verdict(
            item(review, "A4.1"), value=value, note="Mine.", version=0, by=reviewer, **WHEN
        )
        signed(review, reviewer, "pilot_only")
    UseCase.objects.filter(pk=review.use_case_id).update(state=State.IN_REVIEW, is_sensitive=False)
    review.use_case.refresh_from_db()
    delta = next_round(review.use_case, LOW_RISK, ReviewKind.DELTA)
    Verdict.objects.filter(assignment__review=delta).delete()
    delta.assignments.all().delete()
    third = user("third", Role.REVIEWER)
    assigned(delta, third, people)

    found = seen(delta, third)

    assert view(found, "A4.1").offer is None
    assert view(found, "A3.1").offer.fills_in


@pytest.mark.parametrize("stage", [LifecycleStage.PLANNING, LifecycleStage.MAINTENANCE])
def test_a_desk_costs_the_same_for_any_number_of_items(
    people, stage, django_assert_max_num_queries
):
    small = merged(LOW_RISK, {"system": {"lifecycle_stage": stage.value}})
    review = in_review(people, full() if stage is LifecycleStage.MAINTENANCE else small)
    assigned(review, people.reviewer, people)
    judge_all(review, people.reviewer)
    found = fresh(review)

    with django_assert_max_num_queries(20):
        found_desk = desk(found, people.reviewer)
        for one in found_desk.items:
            assert one.own or not one.required
