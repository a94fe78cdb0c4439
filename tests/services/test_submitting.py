"""Filing: gate, snapshot, scenarios, rounds, stale decisions."""

import pytest
from django.db import DatabaseError, connection, transaction

from reviews.domain.decisions import ScenarioDecision
from reviews.domain.enums import AuditKind, Outcome, ReviewKind, Role, State
from reviews.domain.errors import Incomplete, NotPermitted, StateConflict, TransitionNotAllowed
from reviews.domain.intake import compare
from reviews.models import (
    AuditEvent,
    DraftPage,
    Review,
    StaleDecision,
    Submission,
    SubmissionPerson,
)
from reviews.services import deciding, drafting, submitting, withdrawing
from tests.builders import NOW, TODAY, team, user
from tests.builders_intake import RECOGNITION, SHORT, draft, fill, merged

WHEN = {"at": NOW, "on": TODAY}

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(roles):
    return user("ana")


@pytest.fixture
def crew(ana):
    return team("Gate crew", ana)


def submit(use_case, by, **more):
    return submitting.submit(use_case, truth=True, by=by, **{**WHEN, **more})


def test_submit_freezes_the_answers_and_opens_a_review(catalogue, ana, crew):
    use_case = draft(crew, by=ana)

    result = submit(use_case, ana)

    assert result.use_case.state == State.IN_REVIEW
    assert result.submission.number == 1
    assert result.submission.answers["deployment"]["region"] == "GB"
    assert Review.objects.get(use_case=use_case).kind == ReviewKind.INITIAL
    assert list(use_case.intended_uses.values_list("name", flat=True)) == ["Main gate"]
    assert AuditEvent.objects.latest("seq").kind == AuditKind.USE_CASE_SUBMITTED


def test_submit_keeps_names_of_people_apart(catalogue, ana, crew):
    result = submit(draft(crew, by=ana), ana)

    frozen = result.submission.answers
    assert frozen["system"]["contacts"].startswith("sha256:")
    assert "Ana Ruiz" not in str(frozen)
    assert "Ana Ruiz" not in str(list(AuditEvent.objects.values_list("data", flat=True)))
    kept = SubmissionPerson.objects.get(submission=result.submission, field="contacts")
    assert kept.text == "Ana Ruiz, product"


def test_submit_gives_a_digest_that_a_verifier_recomputes(catalogue, ana, crew):
    row = Submission.objects.get(pk=submit(draft(crew, by=ana), ana).submission.pk)

    again = submitting.digest_of(
        row.use_case.reference, row.number, row.answers, row.evidence, row.gate
    )

    assert again == row.digest


def test_a_submission_cannot_be_changed(catalogue, ana, crew):
    submission = submit(draft(crew, by=ana), ana).submission

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(answers={})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM reviews_submission")


def test_submit_names_what_is_missing_and_writes_nothing(catalogue, ana, crew):
    use_case = draft(crew, by=ana)
    fill(use_case, "validity", {"failure": ""}, by=ana)

    with pytest.raises(Incomplete) as error:
        submit(use_case, ana)

    assert error.value.missing == ("validity.failure",)
    assert not Submission.objects.exists()


def test_submit_wants_the_statement_of_truth(catalogue, ana, crew):
    use_case = draft(crew, by=ana)

    with pytest.raises(Incomplete, match="statement of truth"):
        submitting.submit(use_case, truth=False, by=ana, **WHEN)


def test_submit_is_for_the_requesters_side(catalogue, ana, crew):
    with pytest.raises(NotPermitted):
        submit(draft(crew, by=ana), user("stranger"))


def test_submit_twice_is_no_second_submission(catalogue, ana, crew):
    use_case = draft(crew, by=ana)
    submit(use_case, ana)

    with pytest.raises(TransitionNotAllowed):
        submit(use_case, ana)

    assert use_case.submissions.count() == 1


def test_submit_of_a_retired_capability_is_refused_with_its_rule(catalogue, ana, crew):
    answers = merged(SHORT, RECOGNITION, EMOTION)
    use_case = draft(crew, by=ana, answers=answers)

    result = submit(use_case, ana)

    assert result.submission is None
    assert result.use_case.state == State.REFUSED
    assert result.use_case.gate_answer == "refused"
    event = AuditEvent.objects.latest("seq")
    assert event.kind == AuditKind.USE_CASE_REFUSED
    assert event.data["rules"] == ["RETIRED-NEW"]


def test_a_refused_case_keeps_its_answers_and_can_be_filed_again(catalogue, ana, crew):
    use_case = draft(crew, by=ana, answers=merged(SHORT, RECOGNITION, EMOTION))
    submit(use_case, ana)

    fill(use_case, "system", {"capabilities": ["none"]}, by=ana)
    result = submit(use_case, ana)

    assert result.use_case.state == State.IN_REVIEW
    assert result.submission.number == 1


def test_submit_of_an_accessibility_scenario_is_a_sensitive_case(catalogue, ana, crew):
    answers = merged(SHORT, RECOGNITION, EMOTION, {"scenario": {"accessibility": "accessibility"}})
    use_case = draft(crew, by=ana, answers=answers)

    result = submit(use_case, ana)

    assert result.use_case.gate_answer == "exception_request"
    assert result.use_case.is_sensitive
    assert "ESC-SENSITIVE" in result.use_case.escalations
    assert Review.objects.get(use_case=use_case).is_sensitive


def test_submit_says_which_fact_the_gate_needs(catalogue, ana, crew):
    answers = merged(SHORT, RECOGNITION, {"deployment": {"managed": "unknown"}})
    use_case = draft(crew, by=ana, answers=answers)

    with pytest.raises(Incomplete, match="managed") as error:
        submit(use_case, ana)

    assert error.value.missing == ("managed",)
    use_case.refresh_from_db()
    assert use_case.state == State.DRAFT


def test_submit_of_a_listed_use_goes_to_review(catalogue, ana, crew):
    result = submit(draft(crew, by=ana, answers=merged(SHORT, RECOGNITION)), ana)

    assert result.use_case.gate_answer == "apply_first"
    assert result.use_case.state == State.IN_REVIEW
    assert not result.use_case.is_sensitive


@pytest.mark.parametrize("said", ["yes", "unknown"])
def test_a_trigger_makes_a_case_sensitive_even_without_a_capability(catalogue, ana, crew, said):
    more = {
        "triggers": {"human_rights_threat": said, "trigger_details": "Somebody is sent away."},
        "system": {"reviewers": "Lee"},
        "scenario": RECOGNITION["scenario"],
        "people": {"benefits": "x"},
        "data": {"retention": "x"},
        "oversight": {"contest": "x"},
        "validity": RECOGNITION["validity"],
    }
    result = submit(draft(crew, by=ana, answers=merged(SHORT, more)), ana)

    assert result.use_case.is_sensitive
    assert result.use_case.escalations == ["ESC-SENSITIVE"]


def test_withdraw_closes_the_review_and_reopen_gives_a_draft(catalogue, ana, crew):
    use_case = submit(draft(crew, by=ana), ana).use_case

    withdrawn = withdrawing.withdraw(use_case, by=ana, **WHEN)
    assert withdrawn.state == State.WITHDRAWN
    assert not Review.objects.filter(closed_at__isnull=True).exists()

    assert withdrawing.reopen(use_case, by=ana, **WHEN).state == State.DRAFT
    assert submit(use_case, ana).submission.number == 2


EMOTION = {
    "system": {"capabilities": ["emotion"]},
    "scenario": {"accessibility": "general", "setting": "other"},
    "triggers": dict.fromkeys(
        ["P01", "P05", "P06", "P08", "P09", "P10", "P11", "P12", "P13", "P14", "P16", "P17"], "no"
    ),
}


def decided(use_case):
    """A lead approves every scenario; the reviewer's part is left out."""
    type(use_case).objects.filter(pk=use_case.pk).update(state=State.AWAITING_DECISION)
    outcomes = [
        ScenarioDecision(row, Outcome.APPROVED, "It fits.") for row in use_case.intended_uses.all()
    ]
    lead = user("lea", Role.LEAD)
    deciding.record_decision(use_case, scenarios=outcomes, by=lead, **WHEN)
    use_case.refresh_from_db()


def test_resubmit_after_a_decision_needs_a_change(catalogue, ana, crew):
    use_case = submit(draft(crew, by=ana), ana).use_case
    decided(use_case)

    with pytest.raises(StateConflict, match="Nothing has changed since submission 1"):
        submit(use_case, ana)


def test_a_refusal_leaves_a_decided_case_as_it_is(catalogue, ana, crew):
    use_case = submit(draft(crew, by=ana), ana).use_case
    decided(use_case)
    for page, fields in merged(RECOGNITION, EMOTION).items():
        fill(use_case, page, fields, by=ana)

    result = submit(use_case, ana)

    assert result.submission is None
    assert result.use_case.state == State.APPROVED
    assert list(result.use_case.capabilities.values_list("slug", flat=True)) == []


def test_a_material_change_after_a_decision_makes_it_stale_and_opens_a_delta(catalogue, ana, crew):
    use_case = submit(draft(crew, by=ana), ana).use_case
    decided(use_case)
    fill(use_case, "deployment", {"region": "EU"}, by=ana)
    assert type(use_case).objects.get().state == State.APPROVED

    result = submit(use_case, ana)

    assert result.submission.number == 2
    assert result.use_case.state == State.IN_REVIEW
    assert Review.objects.get(closed_at__isnull=True).kind == ReviewKind.DELTA
    assert StaleDecision.objects.get().changed == ["deployment.region"]


def test_a_change_of_words_after_a_decision_leaves_it_fresh(catalogue, ana, crew):
    use_case = submit(draft(crew, by=ana), ana).use_case
    decided(use_case)
    fill(use_case, "people", {"harms": "A good picture is thrown away, now and then."}, by=ana)

    submit(use_case, ana)

    assert Review.objects.get(closed_at__isnull=True).kind == ReviewKind.DELTA
    assert not StaleDecision.objects.exists()


def test_a_change_in_one_scenario_leaves_the_decision_on_another_fresh(catalogue, ana, crew):
    use_case = draft(crew, by=ana)
    second = drafting.add_scenario(use_case, by=ana, **WHEN).page
    fill(use_case, second, {**SHORT["scenario"], "name": "Back door"}, by=ana)
    use_case = submit(use_case, ana).use_case
    decided(use_case)
    fill(use_case, second, {"role_of_humans": "veto_before_action"}, by=ana)

    submit(use_case, ana)

    (stale,) = StaleDecision.objects.all()
    assert stale.decision.intended_use.name == "Back door"
    assert stale.changed == [f"{second}.role_of_humans"]


def test_resubmit_while_information_is_needed_goes_on_with_the_same_kind(catalogue, ana, crew):
    use_case = submit(draft(crew, by=ana), ana).use_case
    type(use_case).objects.filter(pk=use_case.pk).update(state=State.NEEDS_INFORMATION)
    fill(use_case, "people", {"harms": "More words."}, by=ana)

    result = submit(use_case, ana)

    assert result.use_case.state == State.IN_REVIEW
    assert list(use_case.reviews.values_list("kind", flat=True)) == ["initial", "initial"]
    assert AuditEvent.objects.latest("seq").kind == AuditKind.USE_CASE_RESUBMITTED


def test_a_scenario_stays_the_same_row_over_submissions_and_is_marked_when_it_goes(
    catalogue, ana, crew
):
    use_case = draft(crew, by=ana)
    second = drafting.add_scenario(use_case, by=ana, **WHEN).page
    fill(use_case, second, {**SHORT["scenario"], "name": "Back door"}, by=ana)
    use_case = submit(use_case, ana).use_case
    before = dict(use_case.intended_uses.values_list("key", "pk"))
    decided(use_case)
    drafting.remove_scenario(use_case, second, by=ana, **WHEN)

    submit(use_case, ana)

    assert dict(use_case.intended_uses.values_list("key", "pk")) == before
    assert use_case.intended_uses.get(key=second).dropped_at == NOW


def test_any_two_submissions_compare_field_by_field(catalogue, ana, crew):
    use_case = submit(draft(crew, by=ana), ana).use_case
    decided(use_case)
    fill(use_case, "deployment", {"region": "EU"}, by=ana)
    submit(use_case, ana)

    first, second = use_case.submissions.order_by("number")

    found = [(one.field, one.old, one.new) for one in compare(first.answers, second.answers)]
    assert found == [("region", "United Kingdom", "In the European Union")]
    assert DraftPage.objects.filter(use_case=use_case).count() == 8


def test_a_material_change_in_a_later_submission_makes_it_stale_too(catalogue, ana, crew):
    use_case = submit(draft(crew, by=ana), ana).use_case
    decided(use_case)
    fill(use_case, "people", {"harms": "More words."}, by=ana)
    submit(use_case, ana)
    type(use_case).objects.filter(pk=use_case.pk).update(state=State.NEEDS_INFORMATION)
    fill(use_case, "deployment", {"region": "EU"}, by=ana)

    submit(use_case, ana)

    assert StaleDecision.objects.get().changed == ["deployment.region"]


def test_a_material_change_after_reopening_makes_it_stale_too(catalogue, ana, crew):
    use_case = submit(draft(crew, by=ana), ana).use_case
    decided(use_case)
    withdrawing.withdraw(use_case, by=ana, **WHEN)
    withdrawing.reopen(use_case, by=ana, **WHEN)
    fill(use_case, "deployment", {"region": "EU"}, by=ana)

    submit(use_case, ana)

    assert StaleDecision.objects.get().changed == ["deployment.region"]
