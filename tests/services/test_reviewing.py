"""Verdicts and sign-offs: what is kept, what is refused, and what moves the case."""

from datetime import timedelta

import pytest

from reviews.domain.enums import AuditKind, Outcome, State, VerdictValue
from reviews.domain.errors import (
    BadInput,
    Incomplete,
    NotPermitted,
    StaleVersion,
    StateConflict,
    TransitionNotAllowed,
)
from reviews.models import AuditEvent, UseCase, Verdict
from reviews.services import questions, reviewing
from reviews.services.deciding import record_decision, return_to_review
from reviews.services.teams import add_member
from reviews.services.verdict_rows import Judgement
from tests.builders import NOW, TODAY
from tests.builders_deciding import decisions, office
from tests.builders_reviewing import (
    WHEN,
    assigned,
    evidence,
    full,
    in_review,
    item,
    judge_all,
    signed,
)

pytestmark = pytest.mark.django_db
LATER = {"at": NOW + timedelta(hours=1), "on": TODAY}


@pytest.fixture
def people(roles, catalogue):
    return office()


@pytest.fixture
def review(people):
    found = in_review(people)
    assigned(found, people.reviewer, people)
    return found


def save(review, by, code="A3.1", *, value="met", version=0, when=WHEN, **said) -> Verdict:
    return reviewing.save_verdict(
        item(review, code), value=value, version=version, by=by, **said, **when
    )


def state_of(review) -> State:
    return State(UseCase.objects.get(pk=review.use_case_id).state)


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("-seq").first()


# Verdicts -----------------------------------------------------------------------------------------


def test_save_verdict_keeps_words_and_evidence(people, review):
    file = evidence(review.use_case)

    verdict = save(review, people.reviewer, note=" Read it. ", gap_plan="", evidence=[file])

    assert (verdict.value, verdict.note, verdict.version) == (VerdictValue.MET, "Read it.", 1)
    assert list(verdict.evidence.all()) == [file]
    assert verdict.saved_at == NOW


def test_save_verdict_records_values_and_no_prose(people, review):
    save(review, people.reviewer, note="Very secret words")

    event = last_event()
    assert event.kind == AuditKind.VERDICT_SAVED
    assert event.data == {"item": "A3.1", "was": "", "value": "met", "version": 1, "round": 1}


def test_save_verdict_counts_versions_in_one_row(people, review):
    save(review, people.reviewer)
    second = save(review, people.reviewer, value="not_met", version=1, when=LATER)

    assert (second.version, second.saved_at) == (2, LATER["at"])
    assert Verdict.objects.count() == 1


def test_save_verdict_makes_no_version_of_the_same_words(people, review):
    save(review, people.reviewer, note="Yes.")
    events = AuditEvent.objects.count()

    again = save(review, people.reviewer, note="Yes. ", version=0)

    assert again.version == 1
    assert AuditEvent.objects.count() == events


def test_save_verdict_of_two_tabs_keeps_both_texts(people, review):
    save(review, people.reviewer, note="From the first tab.")

    with pytest.raises(StaleVersion) as stale:
        save(review, people.reviewer, value="not_met", note="From the second tab.", version=0)

    assert stale.value.theirs["note"] == "From the first tab."
    assert stale.value.yours["note"] == "From the second tab."
    assert stale.value.version == 1
    assert Verdict.objects.get().note == "From the first tab."


def test_save_verdict_keeps_a_note_before_the_verdict_is_chosen(people, review):
    assert save(review, people.reviewer, value="", note="Still reading.").value == ""


def test_save_verdict_wants_a_reason_for_does_not_apply(people, review):
    with pytest.raises(Incomplete, match="why it does not apply"):
        save(review, people.reviewer, value="not_applicable", note="  ")

    assert not Verdict.objects.exists()
    assert save(review, people.reviewer, value="not_applicable", note="No models.").value


@pytest.mark.parametrize("value", ["perhaps", "MET"])
def test_save_verdict_knows_four_values(people, review, value):
    with pytest.raises(BadInput):
        save(review, people.reviewer, value=value)


def test_save_verdict_takes_evidence_of_this_case_only(people, review):
    foreign = evidence(in_review(people).use_case)

    with pytest.raises(BadInput, match="another use case"):
        save(review, people.reviewer, evidence=[foreign])


@pytest.mark.parametrize("who", ["requester", "reviewer2", "lead"])
def test_save_verdict_is_for_the_assigned_reviewer(people, review, who):
    with pytest.raises(NotPermitted):
        save(review, getattr(people, who))

    assert not Verdict.objects.exists()


def test_save_verdict_goes_on_while_the_team_answers(people, review):
    questions.ask(review, text="Which data?", by=people.reviewer, **WHEN)

    assert save(review, people.reviewer).value == "met"


def test_save_verdict_ends_with_the_round(people, review):
    review.closed_at = NOW
    review.save()

    with pytest.raises(StateConflict, match="closed"):
        save(review, people.reviewer)


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.AWAITING_COUNTERSIGNATURE])
def test_save_verdict_stops_where_the_case_is_out_of_reach(people, review, state):
    UseCase.objects.filter(pk=review.use_case_id).update(state=state)

    with pytest.raises(TransitionNotAllowed):
        save(review, people.reviewer)


# Sign-off -----------------------------------------------------------------------------------------


def sign_off(review, by, recommendation="approve", reasons="It holds."):
    return reviewing.sign_off(review, recommendation=recommendation, reasons=reasons, by=by, **WHEN)


def test_sign_off_is_refused_while_a_required_item_is_open_and_names_it(people, review):
    judge_all(review, people.reviewer)
    Verdict.objects.filter(item__requirement__code__in=["A3.1", "T2.1"]).update(value="")

    with pytest.raises(Incomplete) as refusal:
        sign_off(review, people.reviewer)

    assert refusal.value.missing == ("A3.1", "T2.1")
    assert "A3.1, T2.1" in refusal.value.message
    assert state_of(review) is State.IN_REVIEW
    assert review.assignments.get().signed_off_at is None


def test_sign_off_counts_what_it_cannot_name(people):
    review = in_review(people, full())
    assigned(review, people.reviewer, people)

    with pytest.raises(Incomplete) as refusal:
        sign_off(review, people.reviewer)

    assert "and 89 more" in refusal.value.message
    assert len(refusal.value.missing) == 101


def test_sign_off_leaves_items_that_are_due_later(people, review):
    judge_all(review, people.reviewer)

    assert sign_off(review, people.reviewer).signed_off_at == NOW
    assert Verdict.objects.count() == review.items.filter(is_required_now=True).count()


def test_sign_off_of_the_only_reviewer_hands_the_case_to_a_lead(people, review):
    judge_all(review, people.reviewer)

    seat = sign_off(review, people.reviewer, "approve_with_conditions", " Two people look. ")

    assert (seat.recommendation, seat.recommendation_reasons) == (
        "approve_with_conditions",
        "Two people look.",
    )
    assert state_of(review) is State.AWAITING_DECISION
    assert last_event().kind == AuditKind.REVIEW_SIGNED_OFF


def test_sign_off_of_a_sensitive_case_waits_for_the_second(people):
    review = in_review(people, sensitive=True)
    assigned(review, people.reviewer, people)
    assigned(review, people.reviewer2, people)

    signed(review, people.reviewer)
    assert state_of(review) is State.IN_REVIEW
    signed(review, people.reviewer2)
    assert state_of(review) is State.AWAITING_DECISION


@pytest.mark.parametrize("value", [VerdictValue.NOT_MET, VerdictValue.PARTLY])
def test_sign_off_wants_a_gap_plan_for_what_is_missed(people, review, value):
    judge_all(review, people.reviewer)
    save(review, people.reviewer, "A4.1", value=value, version=1)

    with pytest.raises(Incomplete, match=r"gap plan: A4\.1\. .*conditions") as refusal:
        sign_off(review, people.reviewer)

    assert refusal.value.missing == ("A4.1",)


def test_sign_off_takes_a_gap_plan(people, review):
    judge_all(review, people.reviewer)
    save(review, people.reviewer, "A4.1", value="not_met", gap_plan="By May.", version=1)

    assert sign_off(review, people.reviewer).signed_off_at


@pytest.mark.parametrize("recommendation", ["approve_with_conditions", "pilot_only", "decline"])
def test_sign_off_takes_a_condition_to_come_in_place_of_a_gap_plan(people, review, recommendation):
    judge_all(review, people.reviewer)
    save(review, people.reviewer, "A4.1", value="not_met", version=1)

    assert sign_off(review, people.reviewer, recommendation).signed_off_at


@pytest.mark.parametrize(
    ("recommendation", "reasons", "missing"),
    [
        ("", "Fine.", "recommendation"),
        ("maybe", "Fine.", "recommendation"),
        ("approve", " ", "reasons"),
    ],
)
def test_sign_off_wants_recommendation_and_reasons(
    people, review, recommendation, reasons, missing
):
    judge_all(review, people.reviewer)

    with pytest.raises(Incomplete) as refusal:
        sign_off(review, people.reviewer, recommendation, reasons)

    assert refusal.value.missing == (missing,)


def test_sign_off_is_refused_while_a_question_is_open(people, review):
    judge_all(review, people.reviewer)
    questions.ask(review, text="Which data?", by=people.reviewer, **WHEN)

    with pytest.raises(TransitionNotAllowed, match="has not answered"):
        sign_off(review, people.reviewer)


def test_sign_off_happens_once(people, review):
    signed(review, people.reviewer)

    with pytest.raises(StateConflict, match="already"):
        sign_off(review, people.reviewer)


@pytest.mark.parametrize("who", ["requester", "reviewer2", "lead"])
def test_sign_off_is_for_the_assigned_reviewer(people, review, who):
    with pytest.raises(NotPermitted):
        sign_off(review, getattr(people, who))


# After the sign-off -------------------------------------------------------------------------------


def change(review, by, *, value="not_met", note="I read it again.", version=1, when=LATER, **said):
    return reviewing.change_verdict(
        item(review, "A3.1"), value=value, note=note, version=version, by=by, **said, **when
    )


def test_save_verdict_refuses_after_the_sign_off(people, review):
    signed(review, people.reviewer)

    with pytest.raises(StateConflict, match="signed"):
        save(review, people.reviewer, value="not_met", version=1)


def test_change_verdict_adds_a_dated_row_and_keeps_the_signed_one(people, review):
    signed(review, people.reviewer)

    change(review, people.reviewer)

    rows = Verdict.objects.filter(item=item(review, "A3.1")).order_by("version")
    assert [
        (row.value, row.version, row.is_current, row.changed_after_sign_off, row.saved_at)
        for row in rows
    ] == [("met", 1, False, False, NOW), ("not_met", 2, True, True, LATER["at"])]
    assert last_event().kind == AuditKind.VERDICT_CHANGED


def test_change_verdict_wants_value_and_note(people, review):
    signed(review, people.reviewer)

    with pytest.raises(Incomplete, match="changed your mind"):
        change(review, people.reviewer, note=" ")


def test_change_verdict_notices_the_other_tab(people, review):
    signed(review, people.reviewer)
    change(review, people.reviewer)

    with pytest.raises(StaleVersion):
        change(review, people.reviewer, value="partly_met")


def test_change_verdict_is_for_the_time_after_the_sign_off(people, review):
    with pytest.raises(StateConflict, match="not signed off yet"):
        change(review, people.reviewer)


def test_change_verdict_ends_with_the_decision(people, review):
    signed(review, people.reviewer)
    case = review.use_case
    record_decision(case, scenarios=decisions(case, Outcome.APPROVED), by=people.lead, **WHEN)

    with pytest.raises(StateConflict, match="closed"):
        change(review, people.reviewer)


def test_a_review_sent_back_is_signed_again_and_the_signed_verdicts_stay(people, review):
    signed(review, people.reviewer)
    return_to_review(review.use_case, reason="Look at A3 again.", by=people.lead, **WHEN)

    save(review, people.reviewer, value="partly_met", note="True.", version=1, when=LATER)
    save(review, people.reviewer, value="partly_met", note="Quite true.", version=2, when=LATER)

    rows = Verdict.objects.filter(item=item(review, "A3.1")).order_by("version")
    assert [(row.value, row.version, row.is_current) for row in rows] == [
        ("met", 1, False),
        ("partly_met", 3, True),
    ]
    assert sign_off(review, people.reviewer, "pilot_only").signed_off_at
    assert state_of(review) is State.AWAITING_DECISION


# Taking over --------------------------------------------------------------------------------------


def test_confirm_verdicts_writes_what_has_none_yet(people, review):
    save(review, people.reviewer, "A3.1", value="not_met", note="Mine.")
    judgements = [
        (item(review, code), Judgement("met", "From before.")) for code in ("A3.1", "A4.1")
    ]

    count = reviewing.confirm_verdicts(review, judgements=judgements, by=people.reviewer, **WHEN)

    assert count == 1
    found = {row.item.code: row.note for row in Verdict.objects.select_related("item__requirement")}
    assert found == {"A3.1": "Mine.", "A4.1": "From before."}
    assert last_event().data["carried_over"] == {"A4.1": "met"}


def test_confirm_verdicts_refuses_items_of_another_round(people, review):
    other = in_review(people)

    with pytest.raises(BadInput, match="another review"):
        reviewing.confirm_verdicts(
            review,
            judgements=[(item(other, "A3.1"), Judgement("met"))],
            by=people.reviewer,
            **WHEN,
        )


# Changing sides -----------------------------------------------------------------------------------


def test_a_reviewer_who_joined_the_team_judges_no_more(people, review):
    add_member(people.team, person=people.reviewer, by=people.requester, **WHEN)

    with pytest.raises(NotPermitted, match="on the team of this use case"):
        save(review, people.reviewer, "A3.1")
    with pytest.raises(NotPermitted, match="on the team of this use case"):
        reviewing.sign_off(
            review, recommendation="approve", reasons="Ours.", by=people.reviewer, **WHEN
        )
