"""What is loaded for “things you forgot”, for whom, and with how many queries."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from reviews.domain.consistency_facts import RuleId, Spot
from reviews.domain.enums import Outcome, ReviewKind
from reviews.models import Comment, Condition, Review, Thread
from reviews.selectors.consistency import before_decision, before_sign_off
from reviews.services import deciding, questions, reviewing
from tests.builders import NOW, TODAY
from tests.builders_deciding import condition_draft, decisions, office
from tests.builders_reviewing import (
    LOW_RISK,
    WHEN,
    assigned,
    evidence,
    in_review,
    item,
    merged,
    next_round,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue", "roles")]
DAY = {"on": TODAY, "zone": UTC}


@pytest.fixture
def people(roles):
    return office()


def said(review, code, reviewer, value="met", **fields):
    given = {"note": "Seen.", "gap_plan": "", "version": 0, **fields}
    return reviewing.save_verdict(item(review, code), value=value, by=reviewer, **given, **WHEN)


def thread(review, opened_by, code="", *, posted=True):
    row = Thread.objects.create(
        review=review, item=item(review, code) if code else None, opened_by=opened_by, opened_at=NOW
    )
    Comment.objects.create(
        thread=row, by=opened_by, text="Hm.", saved_at=NOW, posted_at=NOW if posted else None
    )
    return row


def items_of(found, rule):
    return [spot.item for one in found if one.rule is rule for spot in one.spots]


def rules_of(found):
    return {one.rule for one in found}


def test_a_reviewer_reads_findings_on_verdicts_files_questions_and_threads(people):
    review = in_review(people)
    mine = assigned(review, people.reviewer, people)
    old = evidence(review.use_case)
    old.added_at = NOW - timedelta(days=400)
    old.save(update_fields=["added_at"])
    said(review, "A3.1", people.reviewer, "not_met")
    said(review, "A3.3", people.reviewer, evidence=[old])
    thread(review, people.lead, "A3.1")
    thread(review, people.lead, "A3.2", posted=False)
    questions.ask(review, text="Where?", item=item(review, "A4.1"), by=people.reviewer, **WHEN)

    found = before_sign_off(review, mine, **DAY, advice="approve")

    assert items_of(found, RuleId.MISSED_WITHOUT_PLAN) == ["A3.1"]
    assert items_of(found, RuleId.ADVICE_AGAINST_VERDICTS) == ["A3.1"]
    assert items_of(found, RuleId.OLD_EVIDENCE) == ["A3.3"]
    assert items_of(found, RuleId.THREAD_OPEN) == ["A3.1"]
    assert items_of(found, RuleId.QUESTION_OPEN) == ["A4.1"]


def test_a_file_counts_by_the_day_of_whoever_reads(people):
    """23:30 in London on the last day of the year is the next day in Berlin."""
    review = in_review(people)
    mine = assigned(review, people.reviewer, people)
    file = evidence(review.use_case)
    file.added_at = (NOW - timedelta(days=366)).replace(hour=22, minute=30)
    file.save(update_fields=["added_at"])
    said(review, "A3.3", people.reviewer, evidence=[file])

    here = before_sign_off(review, mine, on=TODAY, zone=UTC)
    there = before_sign_off(review, mine, on=TODAY, zone=ZoneInfo("Europe/Berlin"))

    assert (RuleId.OLD_EVIDENCE in rules_of(here), RuleId.OLD_EVIDENCE in rules_of(there)) == (
        True,
        False,
    )


def test_blind_reviewers_read_nothing_of_each_other(people):
    review = in_review(people, sensitive=True)
    first = assigned(review, people.reviewer, people)
    second = assigned(review, people.reviewer2, people)
    said(review, "A3.1", people.reviewer2, "not_met")
    thread(review, people.reviewer2, "A3.2")
    questions.ask(review, text="Where?", item=item(review, "A3.1"), by=people.reviewer2, **WHEN)

    assert before_sign_off(review, first, **DAY) == []
    assert {RuleId.MISSED_WITHOUT_PLAN, RuleId.THREAD_OPEN, RuleId.QUESTION_OPEN} == rules_of(
        before_sign_off(review, second, **DAY)
    )


def test_a_lead_reads_whose_verdicts_and_whose_advice_it_is(people):
    review = in_review(people, sensitive=True)
    seats = [assigned(review, one, people) for one in (people.reviewer, people.reviewer2)]
    said(review, "A3.1", people.reviewer2, "not_met", gap_plan="By May.")
    for reviewer in (people.reviewer, people.reviewer2):
        judge_missing(review, reviewer)
        reviewing.sign_off(review, recommendation="approve", reasons="Fine.", by=reviewer, **WHEN)

    found = before_decision(Review.objects.get(pk=review.pk), **DAY)

    advice = [one for one in found if one.rule is RuleId.ADVICE_AGAINST_VERDICTS]
    assert [(one.by, one.spots) for one in advice] == [(str(seats[1].pk), (Spot("A3.1"),))]


def judge_missing(review, reviewer):
    """A verdict with a note of its own on every required item that has none."""
    done = review.items.filter(
        verdicts__assignment__reviewer=reviewer, verdicts__is_current=True
    ).values("pk")
    rows = review.items.filter(is_required_now=True).exclude(pk__in=done)
    judgements = [
        (one, reviewing.Judgement("met", f"Seen: {one.pk}."))
        for one in rows.select_related("requirement", "probe")
    ]
    reviewing.confirm_verdicts(review, judgements=judgements, by=reviewer, **WHEN)


def test_a_second_round_is_compared_with_the_one_before(people):
    review = in_review(people)
    assigned(review, people.reviewer, people)
    said(review, "RS1.3", people.reviewer)
    judge_missing(review, people.reviewer)
    reviewing.sign_off(
        review, recommendation="approve", reasons="Fine.", by=people.reviewer, **WHEN
    )
    case = review.use_case
    case.refresh_from_db()
    promise = condition_draft(people.requester, people.lead, due_on=TODAY)
    deciding.record_decision(
        case,
        scenarios=decisions(case, Outcome.WITH_CONDITIONS, conditions=(promise,)),
        by=people.lead,
        **WHEN,
    )
    Review.objects.filter(pk=review.pk).update(closed_at=NOW)
    answers = merged(
        LOW_RISK,
        {"validity": {"limitations": "None."}, "system": {"lifecycle_stage": "maintenance"}},
    )
    case.state = "in_review"
    case.save(update_fields=["state"])
    again = next_round(case, answers, ReviewKind.DELTA)
    mine = assigned(again, people.reviewer, people)
    said(again, "RS1.3", people.reviewer)

    found = before_sign_off(again, mine, on=TODAY + timedelta(days=1), zone=UTC)

    assert items_of(found, RuleId.CHANGED_SAME_VERDICT) == ["RS1.3"]
    kept = Condition.objects.get()
    assert [one.spots for one in found if one.rule is RuleId.PROMISE_OVERDUE] == [
        (Spot(promise=str(kept.uid)),)
    ]


def test_an_answer_of_the_round_before_is_newer_than_a_verdict_that_was_carried_over(people):
    first = in_review(people)
    assigned(first, people.reviewer, people)
    for code in ("A4.1", "A5.1"):
        said(first, code, people.reviewer)
    asked = questions.ask(
        first, text="Where?", item=item(first, "A4.1"), by=people.reviewer, **WHEN
    )
    open_still = questions.ask(
        first, text="Who?", item=item(first, "A5.1"), by=people.reviewer, **WHEN
    )
    later = {"at": NOW + timedelta(hours=1), "on": TODAY}
    questions.answer(asked, text="In the yard.", by=people.requester, **later)
    assert open_still.answered_at is None
    again = next_round(first.use_case, LOW_RISK, ReviewKind.DELTA)

    found = before_sign_off(again, again.assignments.get(reviewer=people.reviewer), **DAY)

    assert items_of(found, RuleId.ANSWERED_LATER) == ["A4.1"]
    assert RuleId.QUESTION_OPEN not in rules_of(found)
    late = {"at": NOW + timedelta(hours=2), "on": TODAY}
    reviewing.save_verdict(
        item(again, "A4.1"), value="met", note="Read.", version=1, by=people.reviewer, **late
    )
    found = before_sign_off(again, again.assignments.get(reviewer=people.reviewer), **DAY)
    assert RuleId.ANSWERED_LATER not in rules_of(found)


@pytest.mark.parametrize("rows", [1, 3])
def test_one_query_whatever_there_is(rows, people, django_assert_num_queries):
    review = in_review(people)
    mine = assigned(review, people.reviewer, people)
    for code in ["A3.1", "A3.3", "A4.1"][:rows]:
        said(review, code, people.reviewer, "not_met", evidence=[evidence(review.use_case, code)])
        thread(review, people.lead, code)

    with django_assert_num_queries(1):
        found = before_sign_off(review, mine, **DAY)
        assert len(items_of(found, RuleId.MISSED_WITHOUT_PLAN)) == rows
    with django_assert_num_queries(1):
        before_decision(review, **DAY)
