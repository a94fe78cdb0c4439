"""The machine stops and asks: an excess, a jump of the clock, a restored database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reviews.domain.enums import AuditKind, HoldReason, MailState, ReminderState, Role, SweepName
from reviews.domain.errors import Incomplete, NotPermitted, StateConflict
from reviews.integrations import checkpoints
from reviews.integrations.checkpoints import Checkpoint
from reviews.models import (
    AuditEvent,
    Deadline,
    DemoClock,
    Forecast,
    Mail,
    Reminder,
    SweepRun,
)
from reviews.services import audit, checkpointing
from reviews.services.reminding import forecasts, guard, heartbeats, holds, planning
from tests.builders import TODAY, user
from tests.builders_reminding import at_nine, contact, current, followed, owned, running

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]
FILING = date(2023, 6, 16)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def owner():
    return user("sunny", Role.SUNSET_OWNER)


def customers(number, *, next_step_on, on=TODAY):
    """So many deployments, each with a contact of its own and no owner."""
    for _ in range(number):
        of = owned(owner=None)
        contact(of)
        followed(running(of=of), on=on)
    Deadline.objects.filter(next_step_on__lt=next_step_on).update(next_step_on=next_step_on)


def foreseen(mails, *, on=FILING):
    return Forecast.objects.create(on=on, mails=mails, made_at=datetime(2023, 6, 14, tzinfo=UTC))


def plan(day=FILING, **changed):
    return planning.plan(**{**at_nine(day), **changed})


def settle(act, hold, by, day=FILING, reason="Looked at."):
    return act(hold, reason=reason, by=by, **at_nine(day))


# Forecast -----------------------------------------------------------------------------------------


def test_the_next_day_is_foreseen_once_by_the_plans_own_rule():
    customers(3, next_step_on=FILING)
    before = at_nine(FILING - timedelta(days=1))

    forecast = forecasts.store(**before)

    assert (forecast.on, forecast.mails) == (FILING, 3)
    assert forecasts.store(**before) is None
    assert not Mail.objects.exists()
    assert not Reminder.objects.exists()
    assert plan().mails == 3


def test_a_quiet_day_is_foreseen_too():
    assert forecasts.store(**at_nine(TODAY)).mails == 0


def test_what_is_left_behind_is_no_part_of_tomorrow():
    customers(2, next_step_on=date(2023, 6, 9))
    planning.plan(**at_nine(date(2023, 6, 9)))

    assert forecasts.store(**at_nine(date(2023, 6, 12))).mails == 0


# Excess -------------------------------------------------------------------------------------------


@pytest.fixture
def small_bounds(monkeypatch):
    """The same rule with 5 mails for 500."""
    monkeypatch.setattr(guard, "EXCESS_MAILS", 5)


@pytest.mark.parametrize(
    ("forecast", "mails", "is_held"), [(2, 7, False), (2, 8, True), (40, 48, False)]
)
def test_an_excess_is_more_than_both_bounds(small_bounds, forecast, mails, is_held):
    foreseen(forecast)
    of = owned(owner=None)
    for _ in range(mails):
        contact(of)
    followed(running(of=of), on=TODAY)
    Deadline.objects.update(next_step_on=FILING)

    result = plan()

    assert result.mails == mails
    assert (result.hold is not None) is is_held
    states = set(Mail.objects.values_list("state", flat=True))
    assert states == ({MailState.HELD} if is_held else {MailState.DUE})


def test_an_excess_says_what_was_foreseen_and_goes_on_planning(small_bounds):
    foreseen(1)
    customers(7, next_step_on=FILING)

    hold = plan().hold

    assert (hold.reason, hold.mail_count, hold.forecast_count) == (HoldReason.EXCESS, 7, 1)
    assert set(Mail.objects.values_list("hold", flat=True)) == {hold.pk}
    assert AuditEvent.objects.filter(kind=AuditKind.HOLD_OPENED).exists()
    assert holds.is_stopped() is None
    assert not Deadline.objects.filter(next_step_on__lte=FILING).exists()


def test_a_further_sweep_of_the_same_day_adds_to_the_count(small_bounds):
    foreseen(1)
    customers(5, next_step_on=FILING)
    assert plan().hold is None
    customers(3, next_step_on=FILING)

    hold = plan().hold

    assert hold.mail_count == 8
    assert Mail.objects.filter(state="held").count() == 3


def test_catching_up_after_an_outage_never_waits(small_bounds):
    foreseen(1, on=date(2023, 6, 19))
    customers(9, next_step_on=FILING)
    Deadline.objects.update(set_at=datetime(2023, 6, 1, tzinfo=UTC))

    result = plan(date(2023, 6, 19))

    assert (result.mails, result.hold) == (9, None)


def test_deadlines_that_the_forecast_could_not_know_are_no_catch_up(small_bounds):
    foreseen(1, on=date(2023, 6, 19))
    customers(9, next_step_on=FILING)
    Deadline.objects.update(set_at=datetime(2023, 6, 18, tzinfo=UTC))

    assert plan(date(2023, 6, 19)).hold is not None


def test_a_day_without_a_forecast_holds_nothing(small_bounds):
    customers(9, next_step_on=FILING)
    assert plan().hold is None


def test_released_mails_are_due_discarded_ones_cancelled(small_bounds, owner):
    foreseen(1)
    customers(7, next_step_on=FILING)
    first = plan().hold
    settle(holds.release, first, owner)
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.DUE}

    customers(7, next_step_on=FILING)
    second = plan().hold
    settle(holds.discard, second, owner)

    assert second.pk != first.pk
    cancelled = Mail.objects.filter(hold=second)
    assert set(cancelled.values_list("state", flat=True)) == {MailState.CANCELLED}
    lines = Reminder.objects.filter(mail__in=cancelled)
    assert set(lines.values_list("state", "reason")) == {(ReminderState.CANCELLED, "discarded")}
    kinds = AuditEvent.objects.order_by("-seq").values_list("kind", flat=True)
    assert kinds[0] == AuditKind.HOLD_DISCARDED


def test_who_settles_a_hold_and_how(small_bounds, owner):
    foreseen(1)
    customers(7, next_step_on=FILING)
    hold = plan().hold

    with pytest.raises(NotPermitted):
        settle(holds.release, hold, user("stranger"))
    with pytest.raises(Incomplete):
        settle(holds.release, hold, owner, reason=" ")
    settle(holds.release, hold, owner)
    with pytest.raises(StateConflict, match="already"):
        settle(holds.discard, hold, owner)
    hold.refresh_from_db()
    assert (hold.settled_by, hold.settled_reason, hold.is_discarded) == (
        owner,
        "Looked at.",
        False,
    )


# The clock ----------------------------------------------------------------------------------------


def beat(day):
    heartbeats.beat(SweepName.PLAN, **at_nine(day))


@pytest.mark.parametrize(("hours", "is_stopped"), [(35, False), (37, True), (87_600, True)])
def test_a_jump_of_more_than_36_hours_stops(hours, is_stopped):
    beat(TODAY)
    customers(1, next_step_on=FILING)
    at = at_nine(TODAY)["at"] + timedelta(hours=hours)

    result = planning.plan(at=at, on=at.date())

    assert (result.hold is not None) is is_stopped
    assert (holds.is_stopped() is not None) is is_stopped
    if is_stopped:
        assert result.hold.reason == HoldReason.CLOCK
        assert not Reminder.objects.exists()
        assert planning.plan(at=at, on=at.date()).hold == result.hold


def test_a_week_of_real_time_is_no_jump():
    beat(TODAY)
    SweepRun.objects.update(real_at=guard.real_now() - timedelta(days=15))

    assert plan().hold is None


def test_a_clock_that_goes_back_stops_nothing():
    beat(FILING)
    assert plan(TODAY).hold is None


def test_a_recorded_demo_advance_explains_the_jump_and_no_more():
    beat(TODAY)
    clock = DemoClock.objects.create(offset=timedelta(0))

    def advanced(to):
        audit.record(
            AuditKind.CLOCK_ADVANCED,
            subject=clock,
            by=None,
            at=at_nine(to)["at"],
            on=to,
            was=at_nine(TODAY)["at"],
        )

    advanced(FILING)
    assert plan(FILING).hold is None
    assert plan(FILING + timedelta(days=2)).hold.reason == HoldReason.CLOCK


def test_a_person_who_asks_for_a_day_is_not_asked_back():
    beat(TODAY)
    customers(1, next_step_on=FILING)

    assert plan(guarded=False).rows > 0


def test_a_released_clock_goes_on_from_there(owner):
    beat(TODAY)
    customers(1, next_step_on=FILING)
    hold = plan().hold

    settle(holds.release, hold, owner)

    assert plan().rows > 0
    assert plan(FILING + timedelta(days=3)).hold is not None


def test_a_discarded_clock_hold_counts_what_was_due_as_done(owner):
    beat(TODAY)
    customers(1, next_step_on=FILING)
    hold = plan().hold

    settle(holds.discard, hold, owner)

    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.CANCELLED}
    assert Reminder.objects.filter(state="cancelled").exists()
    assert plan().rows == 0


# An old database ----------------------------------------------------------------------------------


def test_a_checkpoint_is_recorded_and_attests_its_own_event(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        checkpointing.write_checkpoint(**at_nine(TODAY))

    newest = AuditEvent.objects.order_by("seq").last()
    assert newest.kind == AuditKind.CHECKPOINT_WRITTEN
    found = checkpoints.read()
    assert (found.seq, found.digest) == (newest.seq, newest.digest)
    assert plan().hold is None


def written(**changed):
    """A checkpoint of our own log, with something changed."""
    found = checkpointing.renew()
    given = {
        "seq": found.seq,
        "digest": found.digest,
        "chain": found.chain,
        "real_at": found.real_at,
        **changed,
    }
    checkpoints.write(Checkpoint(**given))
    return Checkpoint(**given)


def test_a_database_older_than_the_checkpoint_stops(owner, django_capture_on_commit_callbacks):
    customers(1, next_step_on=FILING)
    newer = AuditEvent.objects.count() + 40
    written(seq=newer, digest="f" * 64)

    hold = plan().hold

    assert (hold.reason, hold.detail["checkpoint_seq"]) == (HoldReason.OLD_DATABASE, newer)
    assert holds.is_stopped() == hold
    assert not Reminder.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        settle(holds.release, hold, owner)
    assert plan().rows > 0


def test_a_log_that_says_something_else_at_that_number_stops():
    written(digest="f" * 64)
    assert plan().hold.reason == HoldReason.OLD_DATABASE


def test_the_checkpoint_of_another_log_and_a_forged_one_stop_nothing():
    written(seq=10**6, chain="f" * 64)
    assert plan().hold is None

    path = checkpoints.path()
    path.write_text(path.read_text().replace(":", "x:", 1))
    assert checkpoints.read() is None
    assert plan().hold is None


def test_the_step_is_not_lost_while_the_machine_stands_still(owner):
    row = running()
    followed(row, on=TODAY)
    written(seq=10**6)
    plan()

    assert current(row).next_step_on <= FILING
