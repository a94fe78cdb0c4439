"""Deadlines follow deployments, extensions, grants, exceptions, conditions and cases."""

from datetime import date, timedelta

import pytest

from reviews.domain.enums import (
    AuditKind,
    ConditionState,
    DeploymentStatus,
    Outcome,
    ReminderState,
    RequestState,
    Role,
    State,
    SubjectKind,
)
from reviews.models import (
    AuditEvent,
    CapabilityPolicy,
    Condition,
    Deadline,
    Extension,
    LadderStep,
    Reminder,
)
from reviews.services.deciding import record_decision
from reviews.services.reminding import deadlines
from tests.builders import NOW, TODAY, team, user
from tests.builders_access import (
    NEXT_SPRING,
    WHEN,
    decided_case,
    granted,
    granted_exception,
    managed,
)
from tests.builders_deciding import awaiting_decision, condition_draft, decisions, office
from tests.builders_reminding import current, followed, running

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]
SEPTEMBER = date(2023, 9, 30)
DEPLOYMENT = SubjectKind.DEPLOYMENT


def extend(row, until=SEPTEMBER, state=RequestState.GRANTED):
    person = user()
    return Extension.objects.create(
        deployment=row, until=until, reason="More time.", state=state, asked_by=person, asked_at=NOW
    )


def planned(deadline, state=ReminderState.PLANNED):
    step = LadderStep.objects.get(ladder__code="sunset", code="T-30")
    return Reminder.objects.create(
        deadline=deadline,
        step=step,
        channel="email",
        recipient_key="c1",
        audience="contact",
        due_on=TODAY,
        state=state,
        planned_at=NOW,
    )


# Deployments --------------------------------------------------------------------------------------


def test_a_deployment_of_a_retired_capability_has_the_policys_last_day():
    deadline = followed(running(time_zone="Asia/Tokyo"), on=TODAY)

    assert (deadline.version, deadline.last_day) == (1, date(2023, 6, 30))
    assert deadline.last_safe_filing_on == date(2023, 6, 16)
    assert deadline.time_zone == "Asia/Tokyo"
    assert deadline.next_step_on == date(2023, 5, 31)  # T-30 is the nearest step reached
    event = AuditEvent.objects.order_by("seq").last()
    assert (event.kind, event.data["now"]) == (AuditKind.DEADLINE_SET, "2023-06-30")


def test_a_second_follow_writes_nothing():
    row = running()
    followed(row, on=TODAY)
    events = AuditEvent.objects.count()

    assert deadlines.follow(DEPLOYMENT, [row.pk], **WHEN) == 0
    assert deadlines.follow_all(**WHEN) == 0
    assert (Deadline.objects.count(), AuditEvent.objects.count()) == (1, events)


@pytest.mark.parametrize(
    ("slug", "fields"),
    [
        ("blur", {}),
        ("emotion", {"status": DeploymentStatus.DISCONTINUED}),
        ("emotion", {"status": DeploymentStatus.NOT_THEIRS}),
    ],
)
def test_what_is_open_or_over_has_no_deadline(slug, fields):
    row = running(slug, **fields)

    assert deadlines.follow(DEPLOYMENT, [row.pk], **WHEN) == 0
    assert not Deadline.objects.exists()


def test_the_policy_in_force_counts_not_one_to_come():
    emotion = CapabilityPolicy.objects.current().get(capability__slug="emotion")
    emotion.pk, emotion.uid = None, None
    emotion.code, emotion.version = "emotion@2023-06-10", 1
    emotion.effective_from, emotion.last_permitted_on = date(2023, 6, 10), SEPTEMBER
    emotion._state.adding = True
    emotion.save()
    row = running()

    assert followed(row, on=date(2023, 6, 9)).last_day == date(2023, 6, 30)
    assert followed(row, on=date(2023, 6, 10)).last_day == SEPTEMBER


def test_a_granted_extension_moves_the_day_and_supersedes_what_was_planned():
    row = running()
    first = followed(row, on=TODAY)
    waiting, sent = planned(first), planned(followed(running(), on=TODAY), ReminderState.SENT)
    extend(row)

    second = followed(row, on=TODAY)

    assert (second.version, second.last_day, second.is_open) == (2, SEPTEMBER, True)
    assert second.last_safe_filing_on == date(2023, 9, 15)  # 30 September is a Saturday
    first.refresh_from_db()
    waiting.refresh_from_db()
    sent.refresh_from_db()
    assert (first.is_current, first.is_open, first.next_step_on) == (False, False, None)
    assert (waiting.state, sent.state) == (ReminderState.SUPERSEDED, ReminderState.SENT)
    event = AuditEvent.objects.order_by("seq").last()
    assert (event.data["was"], event.data["now"]) == ("2023-06-30", "2023-09-30")


def test_an_extension_that_was_refused_or_ends_earlier_moves_nothing():
    row = running()
    followed(row, on=TODAY)
    extend(row, state=RequestState.REFUSED)
    extend(row, until=date(2023, 6, 10))

    assert deadlines.follow(DEPLOYMENT, [row.pk], **WHEN) == 0


def test_a_discontinued_deployment_closes_and_skips_with_the_reason():
    row = running()
    deadline = followed(row, on=TODAY)
    waiting = planned(deadline)
    row.status = DeploymentStatus.DISCONTINUED
    row.save()

    assert deadlines.follow(DEPLOYMENT, [row.pk], **WHEN) == 1

    deadline.refresh_from_db()
    waiting.refresh_from_db()
    assert (deadline.is_current, deadline.is_open, deadline.next_step_on) == (True, False, None)
    assert (waiting.state, waiting.reason) == (ReminderState.SKIPPED, "discontinued")


def test_a_deployment_that_runs_again_gets_a_fresh_version():
    row = running(status=DeploymentStatus.MIGRATING)
    followed(row, on=TODAY)
    row.status = DeploymentStatus.DISCONTINUED
    row.save()
    followed(row, on=TODAY)
    row.status = DeploymentStatus.MIGRATING
    row.save()

    assert followed(row, on=TODAY).version == 2


def test_a_running_grant_closes_a_limited_access_deployment_and_its_lapse_opens_it():
    of = managed()
    row = running("verify", of=of)
    followed(row, on=TODAY)
    requester = user("", Role.REQUESTER)
    granted(team("", requester), requester, for_customer=of, until=NEXT_SPRING)

    deadlines.follow(DEPLOYMENT, None, **WHEN)
    assert not current(row).is_open

    after = NEXT_SPRING + timedelta(days=1)
    again = followed(row, on=after)
    assert (again.is_open, again.version) == (True, 2)


def test_an_exception_that_names_customer_and_capability_moves_the_day():
    people = office()
    case = decided_case(people)
    row = running()
    case.customer = row.customer
    case.save()
    exception = granted_exception(people, case, until=SEPTEMBER)
    deadlines.follow_exception(exception, **WHEN)

    assert current(row).last_day == SEPTEMBER
    own = Deadline.objects.get(subject_kind=SubjectKind.EXCEPTION)
    assert (own.subject_id, own.last_day) == (exception.pk, SEPTEMBER)

    case.state = State.WITHDRAWN
    case.save()
    deadlines.follow_case(case, **WHEN)
    assert current(row).last_day == date(2023, 6, 30)
    own.refresh_from_db()
    assert not own.is_open


def test_a_changed_zone_or_calendar_changes_the_row_and_says_nothing_twice():
    row = running()
    followed(row, on=TODAY)
    Deadline.objects.update(next_step_on=date(2023, 6, 16))  # T-30 has been planned
    row.time_zone = "America/New_York"
    row.save()
    CapabilityPolicy.objects.filter(capability__slug="emotion").update(
        holiday_calendar="us_federal"
    )

    deadline = followed(row, on=TODAY)

    assert (deadline.version, deadline.time_zone) == (1, "America/New_York")
    assert (deadline.last_safe_filing_on, deadline.next_step_on) == (
        date(2023, 6, 15),
        date(2023, 6, 15),
    )


# Many at once -------------------------------------------------------------------------------------


def test_many_are_followed_in_few_statements_and_one_event(django_assert_max_num_queries):
    of = running().customer
    rows = [running(of=of, use=f"App {number}") for number in range(30)]

    with django_assert_max_num_queries(30):
        changed = deadlines.follow(DEPLOYMENT, None, **WHEN)

    assert changed == len(rows) + 1
    event = AuditEvent.objects.order_by("seq").last()
    assert (event.kind, event.data["made"]) == (AuditKind.DEADLINES_FOLLOWED, 31)


def test_a_sweep_goes_on_in_portions(monkeypatch):
    monkeypatch.setattr(deadlines, "CHUNK", 2)
    of = running().customer
    for number in range(4):
        running(of=of, use=f"App {number}")

    assert deadlines.follow(DEPLOYMENT, None, **WHEN) == 5
    assert Deadline.objects.count() == 5


def test_without_ids_nothing_is_done():
    running()
    assert deadlines.follow(DEPLOYMENT, [], **WHEN) == 0


# Conditions, grants, cases ------------------------------------------------------------------------


def decided(people, *, sensitive=False):
    case = awaiting_decision(people, sensitive=sensitive)
    draft = condition_draft(people.requester, people.reviewer)
    made = record_decision(
        case,
        scenarios=decisions(case, Outcome.WITH_CONDITIONS, (draft,)),
        by=people.lead,
        **WHEN,
    )
    case.refresh_from_db()
    return case, made


def test_a_condition_is_followed_while_it_is_open():
    case, _ = decided(office())
    deadlines.follow_case(case, **WHEN)
    condition = Condition.objects.get()

    def its_deadline():
        deadlines.follow(SubjectKind.CONDITION, [condition.pk], **WHEN)
        return Deadline.objects.get(subject_kind=SubjectKind.CONDITION, is_current=True)

    assert its_deadline().last_day == condition.due_on
    condition.state = ConditionState.PROOF_GIVEN
    condition.save()
    assert not its_deadline().is_open
    condition.state = ConditionState.OPEN
    condition.save()
    assert (its_deadline().is_open, its_deadline().version) == (True, 2)


def test_a_condition_of_a_decision_that_waits_for_its_second_lead_has_no_deadline():
    case, _ = decided(office(), sensitive=True)
    deadlines.follow_case(case, **WHEN)

    assert not Deadline.objects.filter(subject_kind=SubjectKind.CONDITION).exists()


def test_a_grant_is_followed_until_it_is_revoked():
    requester = user("", Role.REQUESTER)
    grant = granted(team("", requester), requester)
    deadlines.follow(SubjectKind.GRANT, [grant.pk], **WHEN)
    deadline = Deadline.objects.get(subject_kind=SubjectKind.GRANT)
    assert deadline.last_day == grant.reverify_by

    grant.revoked_by, grant.revoked_at, grant.revoked_on = requester, NOW, TODAY
    grant.save()
    deadlines.follow(SubjectKind.GRANT, [grant.pk], **WHEN)
    deadline.refresh_from_db()
    assert not deadline.is_open


def test_a_rereview_is_followed_while_the_case_is_approved():
    case, _ = decided(office())
    deadlines.follow_case(case, **WHEN)
    deadline = Deadline.objects.get(subject_kind=SubjectKind.REREVIEW)
    assert (deadline.last_day, deadline.is_open) == (case.rereview_on, True)

    case.state = State.IN_REVIEW
    case.save()
    deadlines.follow_case(case, **WHEN)
    deadline.refresh_from_db()
    assert not deadline.is_open
