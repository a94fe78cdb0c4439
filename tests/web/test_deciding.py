"""The decision page: fill in, look again, record; and what everybody else may read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.domain.enums import Outcome, ReviewKind, Role, State, VerdictValue
from reviews.models import (
    ChecklistItem,
    Condition,
    DecisionRound,
    Probe,
    StaleDecision,
    UseCase,
    Verdict,
)
from reviews.services.appealing import appeal
from reviews.services.deciding import countersign, record_decision, return_to_review
from tests.builders import NOW, TODAY, team, user
from tests.builders_deciding import (
    awaiting_decision,
    condition_draft,
    decisions,
    office,
    open_review,
)

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}
FAR = "2099-01-31"


@pytest.fixture
def people(roles):
    return office()


def url(name, case) -> str:
    return reverse(f"reviews:{name}", args=[case.reference])


def filled(case, outcome=Outcome.APPROVED, rows=(), **more) -> dict:
    """What a lead typed, the same for every scenario; ``rows``: dicts of condition fields."""
    data = dict(more)
    for use in case.intended_uses.all():
        key = use.uid.hex
        data[f"{key}-outcome"] = outcome.value
        data[f"{key}-reasons"] = f"Reasons for {use.name}."
        data[f"{key}-row"] = [str(number) for number in range(len(rows))]
        for number, row in enumerate(rows):
            data |= {f"{key}-{number}-{name}": value for name, value in row.items()}
    return data


def promise(people, **more) -> dict:
    return {
        "text": "Two people look at each match.",
        "proof_wanted": "The rota.",
        "owner": str(people.requester.uid),
        "verifier": str(people.reviewer.uid),
        "due_on": FAR,
        **more,
    }


# Deciding -----------------------------------------------------------------------------------------


def test_a_lead_fills_in_looks_again_and_records(client, people):
    case = awaiting_decision(people, scenarios=2)
    client.force_login(people.lead)
    data = filled(case, Outcome.PILOT, [promise(people)])

    preview = client.post(url("decision", case), data | {"continue": "1"})
    assert "Record this decision?" in preview.text
    assert "Reasons for Scenario 2." in preview.text
    assert "becomes “Approved” at once" in preview.text
    assert not DecisionRound.objects.exists()

    answer = client.post(url("decision", case), data | {"confirmed": "1"}, follow=True)

    decided = DecisionRound.objects.get()
    assert [d.outcome for d in decided.decisions.all()] == [Outcome.PILOT] * 2
    assert Condition.objects.filter(owner=people.requester, verifier=people.reviewer).count() == 2
    assert "The decision is recorded." in answer.text
    assert answer.redirect_chain == [(url("decision", case), 302)]


def test_the_preview_carries_every_field_to_the_next_step(client, people):
    case = awaiting_decision(people)
    client.force_login(people.lead)

    preview = client.post(url("decision", case), filled(case, Outcome.PILOT, [promise(people)]))

    for value in ("Reasons for Scenario 1.", "Two people look at each match.", "The rota.", FAR):
        assert f'value="{value}"' in preview.text


def test_a_sensitive_case_says_that_a_second_lead_signs(client, people):
    case = awaiting_decision(people, sensitive=True)
    client.force_login(people.lead)

    preview = client.post(url("decision", case), filled(case))

    assert "a second lead has to countersign" in preview.text


def test_add_another_condition_keeps_every_text_and_checks_nothing(client, people):
    case = awaiting_decision(people)
    (use,) = case.intended_uses.all()
    client.force_login(people.lead)
    data = filled(case, Outcome.PILOT, [promise(people, due_on="")], add=use.uid.hex)

    page = client.post(url("decision", case), data)

    form = page.context["form"]
    assert [row.number for row in form.blocks[0].rows] == ["0", "1"]
    assert form.errors == []
    assert "Two people look at each match." in page.text
    assert "Reasons for Scenario 1." in page.text


def test_remove_takes_one_row_away_and_keeps_the_others(client, people):
    case = awaiting_decision(people)
    (use,) = case.intended_uses.all()
    client.force_login(people.lead)
    rows = [promise(people, text=words) for words in ("First.", "Second.", "Third.")]

    page = client.post(
        url("decision", case), filled(case, Outcome.PILOT, rows, remove=f"{use.uid.hex}-1")
    )

    assert [row["text"].value() for row in page.context["form"].blocks[0].rows] == [
        "First.",
        "Third.",
    ]


def test_change_something_comes_back_with_every_text(client, people):
    case = awaiting_decision(people)
    client.force_login(people.lead)

    page = client.post(
        url("decision", case), filled(case, Outcome.PILOT, [promise(people)], change="1")
    )

    assert "Two people look at each match." in page.text
    assert page.context["form"].errors == []


@pytest.mark.parametrize(
    ("outcome", "row", "words"),
    [
        (Outcome.PILOT, None, "needs at least one condition"),
        (Outcome.APPROVED, {}, "takes no conditions"),
        (Outcome.PILOT, {"due_on": "2001-01-01"}, "the due day lies in the past"),
        (Outcome.PILOT, {"due_on": ""}, "Due day: This field is required"),
        (Outcome.PILOT, {"owner": ""}, "Owner: This field is required"),
        (Outcome.PILOT, {"owner": "nobody"}, "Owner: Select a valid choice"),
    ],
)
def test_a_problem_is_named_and_nothing_is_recorded(client, people, outcome, row, words):
    case = awaiting_decision(people)
    client.force_login(people.lead)
    rows = [] if row is None else [promise(people, **row)]

    page = client.post(url("decision", case), filled(case, outcome, rows, confirmed="1"))

    assert any(words in problem for problem, _ in page.context["form"].errors)
    assert "There is a problem" in page.text
    assert "Reasons for Scenario 1." in page.text
    assert not DecisionRound.objects.exists()


def test_the_owner_cannot_be_the_verifier(client, people):
    case = awaiting_decision(people)
    client.force_login(people.lead)
    row = promise(people, owner=str(people.reviewer.uid))

    page = client.post(url("decision", case), filled(case, Outcome.PILOT, [row], confirmed="1"))

    assert "the verifier must be another person than the owner" in page.text
    assert not DecisionRound.objects.exists()


def test_an_empty_condition_row_counts_for_nothing(client, people):
    case = awaiting_decision(people)
    client.force_login(people.lead)
    blank = dict.fromkeys(promise(people), "")

    client.post(url("decision", case), filled(case, Outcome.APPROVED, [blank], confirmed="1"))

    assert DecisionRound.objects.get().decisions.get().outcome == Outcome.APPROVED


def test_who_comes_too_late_keeps_the_text(client, people):
    case = awaiting_decision(people)
    record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)
    client.force_login(people.lead2)

    page = client.post(url("decision", case), filled(case, confirmed="1"))

    assert page.status_code == 409
    assert f"{people.lead} decided on it" in page.text
    assert "Reasons for Scenario 1." in page.text
    assert 'name="continue"' not in page.text
    assert DecisionRound.objects.count() == 1


def test_unmet_conditions_of_the_decision_in_force_are_offered_again(client, people):
    case = awaiting_decision(people)
    draft = condition_draft(people.requester, people.reviewer, text="Keep the rota.")
    first = record_decision(
        case, scenarios=decisions(case, Outcome.PILOT, (draft,)), by=people.lead, **WHEN
    )
    open_review(case, first.submission, kind=ReviewKind.DELTA)
    UseCase.objects.update(state=State.AWAITING_DECISION)
    client.force_login(people.lead)

    page = client.get(url("decision", case))
    assert page.context["form"].blocks[0].rows[0]["text"].value() == "Keep the rota."

    preview = client.post(url("decision", case), filled(case))
    assert "1 open condition of the earlier decision is no longer required." in preview.text


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.LEAD])
def test_nobody_but_a_lead_can_post(client, people, role):
    case = awaiting_decision(people)
    person = user("someone", role)
    client.force_login(person)

    answer = client.post(url("decision", case), filled(case, confirmed="1"))

    sees = UseCase.objects.visible_to(person).exists()
    assert answer.status_code == (403 if sees else 404)
    assert not DecisionRound.objects.exists()


def test_a_lead_on_the_team_reads_why_not(client, people):
    case = awaiting_decision(people)
    people.team.members.add(people.lead, through_defaults={"since": NOW})
    client.force_login(people.lead)

    page = client.get(url("decision", case))

    assert page.context["form"] is None
    assert "you are on its team or a co-author. Another lead can." in page.text


def test_a_stranger_gets_404_and_anonymous_the_sign_in(client, people):
    case = awaiting_decision(people)
    assert client.get(url("decision", case)).status_code == 302

    stranger = user("stranger", Role.REQUESTER)
    team("", stranger)
    client.force_login(stranger)
    assert client.get(url("decision", case)).status_code == 404


# What the lead has before the eyes ----------------------------------------------------------------


def test_the_lead_sees_both_reviewers_differences_first(client, people, catalogue):
    case = awaiting_decision(people, sensitive=True)
    review = case.reviews.get()
    first, second = review.assignments.order_by("pk")
    probes = list(Probe.objects.all()[:3])
    values = [
        (VerdictValue.MET, VerdictValue.MET),
        (VerdictValue.PARTLY, VerdictValue.PARTLY),
        (VerdictValue.MET, VerdictValue.NOT_MET),
    ]
    for position, (probe, pair) in enumerate(zip(probes, values, strict=True)):
        item = ChecklistItem.objects.create(
            review=review, position=position, probe=probe, is_required_now=True, why="always"
        )
        for assignment, value in zip((first, second), pair, strict=True):
            Verdict.objects.create(item=item, assignment=assignment, value=value, saved_at=NOW)
    client.force_login(people.lead)

    page = client.get(url("decision", case))

    findings = page.context["findings"]
    assert [line.item.position for line in findings.notable] == [2, 1]
    assert [line.item.position for line in findings.rest] == [0]
    assert [line.reviewer for line in findings.signed] == [people.reviewer, people.reviewer2]


def test_blind_verdicts_are_shown_to_nobody_while_reviewers_work(client, people):
    case = awaiting_decision(people, sensitive=True, state=State.IN_REVIEW)
    case.reviews.get().assignments.filter(reviewer=people.reviewer2).update(
        signed_off_at=None, recommendation=None
    )
    for person in (people.lead, people.reviewer2):
        client.force_login(person)
        assert client.get(url("decision", case)).context["findings"] is None


def test_an_appeal_shows_its_grounds_and_the_old_reasons(client, people):
    case = awaiting_decision(people)
    record_decision(case, scenarios=decisions(case, Outcome.DECLINED), by=people.lead, **WHEN)
    appeal(case, grounds="The pilot was misread.", by=people.requester, **WHEN)
    client.force_login(people.lead2)

    page = client.get(url("decision", case))

    assert page.context["form"] is not None
    assert "The pilot was misread." in page.text
    assert "The old reasons" in page.text
    assert "It helps, and the harm is contained." in page.text
    client.force_login(people.lead)
    refused = client.get(url("decision", case))
    assert refused.context["form"] is None
    assert "the appeal is against a decision of yours" in refused.text


def test_the_page_says_where_no_free_person_is_left(client, people):
    case = awaiting_decision(people, sensitive=True)
    for lead in (people.lead2, people.lead3):
        lead.is_active = False
        lead.save()
    client.force_login(people.lead)

    page = client.get(url("decision", case))

    assert "no second lead is free to countersign" in page.text.replace("\n", " ") or (
        "too few different people are free" in page.text
    )
    assert "named outsider" in page.text


# What everybody reads -----------------------------------------------------------------------------


@pytest.fixture
def decided(people):
    case = awaiting_decision(people)
    draft = condition_draft(people.requester, people.reviewer, text="Keep the rota.")
    return record_decision(
        case, scenarios=decisions(case, Outcome.PILOT, (draft,)), by=people.lead, **WHEN
    )


@pytest.mark.parametrize("name", ["requester", "reviewer", "lead2"])
def test_everybody_who_sees_the_case_reads_the_decision(client, people, decided, name):
    client.force_login(getattr(people, name))

    page = client.get(url("decision", decided.use_case))

    assert page.status_code == 200
    for words in ("Pilot only", "It helps, and the harm is contained.", "Keep the rota.", "Lead"):
        assert words in page.text
    assert "In force" in page.text


def test_a_proposal_stays_in_the_office(client, people):
    case = awaiting_decision(people, sensitive=True)
    record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)

    client.force_login(people.requester)
    team_page = client.get(url("decision", case))
    client.force_login(people.lead2)
    office_page = client.get(url("decision", case))

    assert "It helps, and the harm is contained." not in team_page.text
    assert "Nothing is decided yet" in team_page.text
    assert "Waits for the countersignature" in office_page.text


def test_superseded_and_stale_are_said(client, people, decided):
    case = decided.use_case
    open_review(case, decided.submission, kind=ReviewKind.DELTA)
    UseCase.objects.update(state=State.AWAITING_DECISION)
    second = record_decision(case, scenarios=decisions(case), by=people.lead2, **WHEN)
    StaleDecision.objects.create(
        decision=second.decisions.get(),
        submission=decided.submission,
        since=NOW,
        changed=["system.no_such_field"],
    )
    client.force_login(people.requester)

    page = client.get(url("decision", case))

    assert [(r.in_force, r.superseded) for r in page.context["rounds"]] == [
        (True, False),
        (False, True),
    ]
    assert "This decision is stale" in page.text
    assert "Changed: “no_such_field”" in page.text


def test_the_page_costs_the_same_for_any_number_of_scenarios_and_conditions(client, people):
    counts = []
    for count in (1, 3):
        case = awaiting_decision(people, scenarios=count)
        drafts = tuple(condition_draft(people.requester, people.reviewer) for _ in range(count))
        first = record_decision(
            case, scenarios=decisions(case, Outcome.PILOT, drafts), by=people.lead, **WHEN
        )
        open_review(case, first.submission, kind=ReviewKind.DELTA)
        UseCase.objects.filter(pk=case.pk).update(state=State.AWAITING_DECISION)
        client.force_login(people.lead)
        client.get(url("decision", case))
        with CaptureQueriesContext(connection) as seen:
            client.get(url("decision", case))
        counts.append(len(seen))

    assert counts[0] == counts[1] < 70


# Countersign --------------------------------------------------------------------------------------


@pytest.fixture
def proposed(people):
    case = awaiting_decision(people, sensitive=True)
    people.lead2.set_password("a-long-password-of-lead2")
    people.lead2.save()
    return record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)


def signed(**more) -> dict:
    return {"agreed": "yes", "reason": "", "password": "a-long-password-of-lead2", **more}


def test_a_second_lead_signs_with_the_password(client, people, proposed):
    client.force_login(people.lead2)
    case = proposed.use_case
    assert "It helps, and the harm is contained." in client.get(url("countersign", case)).text

    answer = client.post(url("countersign", case), signed(), follow=True)

    case.refresh_from_db()
    assert case.state == State.APPROVED
    assert "Countersigned. The decision is in force." in answer.text


@pytest.mark.parametrize("password", ["", "wrong", "a-long-password-of-lead2 "])
def test_without_the_password_nothing_is_signed(client, people, proposed, password):
    client.force_login(people.lead2)
    case = proposed.use_case

    page = client.post(
        url("countersign", case), signed(password=password, reason="I read it twice.")
    )

    case.refresh_from_db()
    assert case.state == State.AWAITING_COUNTERSIGNATURE
    assert page.context["form"].errors["password"]
    assert "I read it twice." in page.text
    assert "a-long-password-of-lead2" not in page.text


def test_guessing_the_password_is_slowed_down(client, people, proposed):
    client.force_login(people.lead2)
    address = url("countersign", proposed.use_case)
    for _ in range(10):
        client.post(address, signed(password="wrong"))

    page = client.post(address, signed())

    assert "Too many tries" in page.text
    proposed.use_case.refresh_from_db()
    assert proposed.use_case.state == State.AWAITING_COUNTERSIGNATURE


def test_an_account_without_a_password_cannot_sign_by_one(client, people, proposed):
    client.force_login(people.lead3)

    page = client.post(url("countersign", proposed.use_case), signed())

    assert "no password here" in page.text


def test_a_refusal_needs_its_reason_and_goes_back(client, people, proposed):
    client.force_login(people.lead2)
    case = proposed.use_case
    page = client.post(url("countersign", case), signed(agreed="no"))
    assert "Say why you refuse" in page.text

    client.post(url("countersign", case), signed(agreed="no", reason="The pilot has no end."))

    case.refresh_from_db()
    assert case.state == State.AWAITING_DECISION
    client.force_login(people.lead)
    again = client.get(url("decision", case))
    assert f"{people.lead2} refused to countersign decision 1" in again.text
    assert "The pilot has no end." in again.text
    assert again.context["form"].blocks[0].form["outcome"].value() == Outcome.APPROVED
    assert "It helps" in again.context["form"].blocks[0].form["reasons"].value()
    client.force_login(people.requester)
    assert "The pilot has no end." not in client.get(url("decision", case)).text


@pytest.mark.parametrize("name", ["lead", "reviewer", "requester"])
def test_countersigning_is_refused_to_everybody_else(client, people, proposed, name):
    client.force_login(getattr(people, name))

    for method in (client.get, client.post):
        assert method(url("countersign", proposed.use_case), signed()).status_code == 403


def test_countersigning_twice_is_a_conflict(client, people, proposed):
    countersign(proposed, agreed=True, by=people.lead2, **WHEN)
    client.force_login(people.lead3)

    assert client.post(url("countersign", proposed.use_case), signed()).status_code == 409


# Back to review, re-review, appeal ----------------------------------------------------------------


def test_a_lead_sends_back_with_a_reason_that_the_office_reads(client, people):
    case = awaiting_decision(people)
    client.force_login(people.lead)
    assert client.post(url("return_to_review", case), {"reason": ""}).status_code == 200

    client.post(url("return_to_review", case), {"reason": "Look at A4 again."})

    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    assert "Look at A4 again." in client.get(url("decision", case)).text
    client.force_login(people.requester)
    assert "Look at A4 again." not in client.get(url("decision", case)).text


def test_what_the_reviewers_found_is_hidden_after_it_was_sent_back(client, people):
    case = awaiting_decision(people)
    return_to_review(case, reason="Again.", by=people.lead, **WHEN)
    client.force_login(people.lead)

    assert client.get(url("decision", case)).context["findings"] is None


def test_a_lead_opens_the_rereview(client, people, decided):
    case = decided.use_case
    client.force_login(people.lead)
    page = client.get(url("decision", case))
    assert url("rereview", case) in page.text
    assert "stay in force until the next decision" in client.get(url("rereview", case)).text

    client.post(url("rereview", case))

    case.refresh_from_db()
    assert case.state == State.IN_REVIEW


def test_the_team_appeals_once(client, people):
    case = awaiting_decision(people)
    record_decision(case, scenarios=decisions(case, Outcome.DECLINED), by=people.lead, **WHEN)
    client.force_login(people.requester)
    page = client.get(url("use_case_appeal", case))
    assert "It helps, and the harm is contained." in page.text

    client.post(url("use_case_appeal", case), {"grounds": "Misread."})

    case.refresh_from_db()
    assert case.state == State.UNDER_APPEAL
    assert client.post(url("use_case_appeal", case), {"grounds": "Again."}).status_code == 409


@pytest.mark.parametrize("name", ["return_to_review", "rereview", "refer", "use_case_appeal"])
def test_a_person_without_the_right_gets_403_in_words(client, people, decided, name):
    client.force_login(people.reviewer)

    answer = client.get(url(name, decided.use_case))

    assert answer.status_code == 403
    assert "You cannot" in answer.text


def test_due_days_in_the_page_are_days(client, people, decided):
    client.force_login(people.requester)

    page = client.get(url("decision", decided.use_case))

    assert f'datetime="{TODAY + timedelta(days=30)}"' in page.text


# Nothing typed is lost to the sign-in -------------------------------------------------------------


def test_a_decision_typed_while_the_session_ended_is_there_after_the_sign_in(client, people):
    case = awaiting_decision(people)
    data = filled(case, Outcome.PILOT, [promise(people)], typed_by=str(people.lead.uid))
    assert client.post(url("decision", case), data | {"confirmed": "1"}).status_code == 302

    client.force_login(people.lead)
    page = client.get(url("decision", case))

    assert "Your text from before you signed in is back" in page.text
    assert "Reasons for Scenario 1." in page.text
    assert "Two people look at each match." in page.text
    assert page.context["form"].errors == []
    assert not DecisionRound.objects.exists()


def test_a_password_is_never_kept(client, people, proposed):
    address = url("countersign", proposed.use_case)
    client.post(address, signed(agreed="no", reason="No end.", typed_by=str(people.lead2.uid)))
    assert "a-long-password" not in str(dict(client.session))

    client.force_login(people.lead2)
    page = client.get(address)

    assert "No end." in page.text
    proposed.use_case.refresh_from_db()
    assert proposed.use_case.state == State.AWAITING_COUNTERSIGNATURE
