"""The demo's clock: on by a day, a week, or to the next reminder; recorded, planned, rung."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reviews.domain.enums import AuditKind, ClockStep, MailState, Role, SubjectKind
from reviews.domain.errors import NotPermitted, StateConflict
from reviews.integrations import bell
from reviews.models import AuditEvent, Deadline, DemoClock, Deployment, Mail, Reminder, SweepHold
from reviews.services.demo import clock
from reviews.services.reminding import deadlines, planning, sweeps
from tests.builders import NOW, TODAY, customer, user
from tests.builders_access import capability
from tests.builders_mail import contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(roles, catalogue):
    DemoClock.objects.create(offset=timedelta(days=-1000))
    return user("ada", Role.ADMIN, time_zone="UTC")


def running(zone="UTC", name="Harbour Bank"):
    """One deployment whose next step is the last safe filing day, 16 June 2023."""
    firm = customer(name)
    contact(firm, time_zone=zone)
    row = Deployment.objects.create(
        customer=firm,
        capability=capability("emotion"),
        use="x",
        registered_at=NOW,
        in_use_since=date(2021, 1, 1),
    )
    deadlines.follow(SubjectKind.DEPLOYMENT, [row.pk], at=NOW, on=TODAY)
    planning.plan(at=NOW, on=TODAY, guarded=False)
    Mail.objects.update(state=MailState.SENT)
    Reminder.objects.update(state="sent")
    return row


@pytest.mark.parametrize(("step", "days"), [(ClockStep.DAY, 1), (ClockStep.WEEK, 7)])
def test_on_by_a_day_or_a_week(ada, step, days):
    now = clock.advance(step, by=ada, at=NOW, on=TODAY)

    assert now == NOW + timedelta(days=days)
    assert DemoClock.objects.get().offset == timedelta(days=days - 1000)


def test_it_is_recorded_with_both_moments(ada):
    clock.advance(ClockStep.WEEK, by=ada, at=NOW, on=TODAY)

    event = AuditEvent.objects.get(kind=AuditKind.CLOCK_ADVANCED)
    assert event.actor == ada
    assert datetime.fromisoformat(event.data["was"]) == NOW
    assert event.business_at == NOW + timedelta(days=7)
    assert event.data["step"] == "week"


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("UTC", datetime(2023, 6, 16, 9, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2023, 6, 15, 19, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2023, 6, 16, 19, tzinfo=UTC)),
    ],
)
def test_to_the_next_reminder_is_nine_where_its_reader_is(ada, zone, moment):
    running(zone)

    assert clock.advance(ClockStep.NEXT, by=ada, at=NOW, on=TODAY) == moment


def test_the_earliest_of_several_readers(ada):
    running("Pacific/Honolulu", "West")
    running("Pacific/Auckland", "East")

    now = clock.advance(ClockStep.NEXT, by=ada, at=NOW, on=TODAY)

    assert now == datetime(2023, 6, 15, 21, tzinfo=UTC)


def test_looking_ahead_writes_nothing(ada):
    running()
    before = (Mail.objects.count(), Reminder.objects.count(), AuditEvent.objects.count())

    assert clock.next_mail_at(at=NOW) == datetime(2023, 6, 16, 9, tzinfo=UTC)

    assert (
        Mail.objects.count(),
        Reminder.objects.count(),
        AuditEvent.objects.count(),
    ) == before


def test_what_is_due_by_then_is_planned_at_once(ada):
    running()

    now = clock.advance(ClockStep.NEXT, by=ada, at=NOW, on=TODAY)

    assert Mail.objects.filter(state=MailState.DUE, due_at__lte=now).exists()


def test_what_no_sweep_has_planned_yet_counts_too(ada):
    """The demo was loaded a moment ago, and the first sweep is minutes away."""
    running()
    Reminder.objects.all().delete()
    Mail.objects.all().delete()
    Deadline.objects.update(next_step_on=date(2023, 5, 31))
    early = datetime(2023, 6, 1, 0, 10, tzinfo=UTC)

    now = clock.advance(ClockStep.NEXT, by=ada, at=early, on=TODAY)

    assert now == datetime(2023, 6, 1, 9, tzinfo=UTC)


def test_one_press_after_the_other_goes_on(ada):
    running()
    moments, at = [], NOW
    for _ in range(4):
        at = clock.advance(ClockStep.NEXT, by=ada, at=at, on=at.date())
        Mail.objects.filter(due_at__lte=at).update(state=MailState.SENT)
        moments.append(at.date().isoformat())

    assert moments == ["2023-06-16", "2023-06-23", "2023-06-27", "2023-06-29"]


def test_a_jump_that_a_person_made_stops_no_sweep(ada):
    running()
    sweeps.plan(at=NOW, on=TODAY)

    now = clock.advance(ClockStep.WEEK, by=ada, at=NOW, on=TODAY)
    sweeps.plan(at=now, on=now.date())

    assert not SweepHold.objects.exists()


def test_the_worker_is_told_after_the_commit(ada, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as after:
        clock.advance(ClockStep.DAY, by=ada, at=NOW, on=TODAY)

    assert after == [bell.ring]


def test_nothing_to_come(ada):
    with pytest.raises(StateConflict, match="No reminder is to come"):
        clock.advance(ClockStep.NEXT, by=ada, at=NOW, on=TODAY)

    assert DemoClock.objects.get().offset == timedelta(days=-1000)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_but_an_administrator(ada, role):
    with pytest.raises(NotPermitted):
        clock.advance(ClockStep.DAY, by=user("other", role), at=NOW, on=TODAY)


def test_without_a_demo_there_is_no_clock(ada):
    DemoClock.objects.all().delete()

    with pytest.raises(StateConflict, match="no demo"):
        clock.advance(ClockStep.DAY, by=ada, at=NOW, on=TODAY)
