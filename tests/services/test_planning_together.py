"""Plans, follows and senders at the same moment, on real connections."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from reviews.domain.enums import DeploymentStatus, ReminderState, SubjectKind
from reviews.models import AuditEvent, Deadline, Deployment, Extension, Mail, Reminder
from reviews.services import audit, catalogue, roles
from reviews.services.reminding import deadlines, ladders, planning, standing
from tests.builders import NOW, user
from tests.builders_access import WHEN
from tests.builders_reminding import at_nine, current, followed, running

pytestmark = pytest.mark.django_db(transaction=True)
FILING = date(2023, 6, 16)
ROWS = 12


@pytest.fixture
def register(committed_db):
    """Deployments with owner, manager and contact, whose filing step is due."""
    roles.sync(**WHEN)
    catalogue.sync(**WHEN)
    ladders.sync(**WHEN)
    rows = [running() for _ in range(ROWS)]
    deadlines.follow(SubjectKind.DEPLOYMENT, None, **WHEN)
    Deadline.objects.update(next_step_on=FILING)
    return rows


def at_once(*works):
    """Run each in a thread of its own; returns what they raised."""
    surprises: list[BaseException] = []
    together = threading.Barrier(len(works))

    def run(work):
        try:
            together.wait(timeout=60)
            work()
        except BaseException as error:  # noqa: BLE001 - nobody stands above a thread
            surprises.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return surprises


def plan():
    planning.plan(**at_nine(FILING))


def test_five_plans_at_once_write_what_one_writes(register):
    assert at_once(plan, plan, plan, plan, plan) == []

    lines = Reminder.objects.filter(state="planned")
    assert lines.count() == 3 * ROWS  # the contact, and the owner on two channels
    assert Mail.objects.count() == 3 * ROWS
    assert audit.verify().ok


def test_five_follows_at_once_make_one_version(register):
    for row in register:
        Extension.objects.create(
            deployment=row,
            until=date(2023, 9, 30),
            reason="Time.",
            state="granted",
            asked_by=user(),
            asked_at=NOW,
        )

    def follow():
        deadlines.follow_all(**WHEN)

    assert at_once(follow, follow, follow, follow, follow) == []
    assert Deadline.objects.filter(version=2, is_current=True).count() == ROWS
    assert Deadline.objects.count() == 2 * ROWS


def test_a_plan_beside_services_that_close_leaves_nothing_planned_for_what_is_closed(register):
    def close(row):
        with transaction.atomic():
            fresh = Deployment.objects.select_for_update().get(pk=row.pk)
            fresh.status = DeploymentStatus.DISCONTINUED
            fresh.save()
            deadlines.follow(SubjectKind.DEPLOYMENT, [row.pk], **WHEN)

    half = register[: ROWS // 2]
    surprises = at_once(plan, lambda: [close(row) for row in half], plan)
    plan()

    assert surprises == []
    closed = Deadline.objects.filter(subject_id__in=[row.pk for row in half])
    assert not closed.filter(is_open=True).exists()
    assert not Reminder.objects.filter(deadline__in=closed, state="planned").exists()
    assert Reminder.objects.filter(state="planned").count() == 3 * (ROWS - ROWS // 2)


def test_a_deadline_moves_only_when_the_sender_has_let_go(register):
    plan()
    row = register[0]
    mail = Mail.objects.get(reminders__deadline__subject_id=row.pk, contact__isnull=False)
    looking, moved = threading.Event(), threading.Event()
    order = []

    def send():
        with transaction.atomic():
            standing.hold(mail.pk)
            (line,) = standing.check(mail, **at_nine(FILING))
            assert line.holds
            looking.set()
            moved.wait(timeout=1)  # the other one is waiting for us all this time
            order.append("sent")

    def move():
        looking.wait(timeout=30)
        Extension.objects.create(
            deployment=row,
            until=date(2023, 9, 30),
            reason="Time.",
            state="granted",
            asked_by=user(),
            asked_at=NOW,
        )
        followed(row, on=FILING)
        order.append("moved")
        moved.set()

    assert at_once(send, move) == []
    assert order == ["sent", "moved"]
    assert current(row).version == 2
    with transaction.atomic():
        assert standing.check(mail, **at_nine(FILING)) == []
    assert Reminder.objects.get(mail=mail).state == ReminderState.SUPERSEDED


def test_a_deadline_that_somebody_holds_is_left_to_the_next_plan(register):
    holding, planned = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Deadline.objects.select_for_update().get(subject_id=register[0].pk)
            holding.set()
            planned.wait(timeout=60)

    def look():
        holding.wait(timeout=30)
        plan()
        planned.set()

    assert at_once(hold, look) == []
    assert Reminder.objects.filter(state="planned").count() == 3 * (ROWS - 1)
    plan()
    assert Reminder.objects.filter(state="planned").count() == 3 * ROWS
    assert AuditEvent.objects.filter(kind="reminders.planned").count() == 2
