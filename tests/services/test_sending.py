"""One mail at a time: what leaves, what is dropped, what a failure costs."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from reviews.domain.delivering import MAX_ATTEMPTS
from reviews.domain.enums import (
    Audience,
    AuditKind,
    Channel,
    ContactStanding,
    DeploymentStatus,
    MailKind,
    MailState,
    ReminderState,
)
from reviews.integrations import channels
from reviews.integrations.delivery import Deferred, Refused, Unreachable
from reviews.models import AuditEvent, Breaker, Deployment, Mail, RegisterChange, Reminder
from reviews.services.reminding import breaker, claiming, memory, sending, standing
from reviews.services.reminding.drafts import Drafts
from tests.builders import NOW, TODAY, user
from tests.builders_mailing import (
    EVERYBODY,
    LAST_DAY,
    WHEN,
    Letterbox,
    deadline,
    due,
    line,
    mail_to,
    many,
    refuse,
)
from tests.builders_reminding import contact, owned, running
from tests.mail_server import free_port, mail_server, point_mail_at

pytestmark = pytest.mark.usefixtures("roles", "catalogue")


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


def send(box: Letterbox, **options) -> sending.SendResult:
    return sending.send_due(**{**WHEN, "channels": box.as_channels(), **options})


def let_waits_pass(mail: Mail) -> None:
    """The database's clock cannot be moved; what waits for it can."""
    Mail.objects.filter(pk=mail.pk).update(next_try_at=F("next_try_at") - timedelta(days=2))
    Breaker.objects.filter(retry_at__isnull=False).update(
        retry_at=F("retry_at") - timedelta(days=2)
    )


def events(kind: AuditKind) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(kind=kind).order_by("seq"))


# What leaves ------------------------------------------------------------------------------------


def test_a_mail_that_is_due_leaves_once_and_is_kept_as_it_left(box):
    mail = due()

    assert send(box) == sending.SendResult(sent=1)
    assert send(box) == sending.SendResult()

    mail.refresh_from_db()
    ((address, text, message_id),) = box.got
    assert (mail.state, mail.attempts, mail.lease_token) == (MailState.SENT, 1, None)
    assert (mail.address, mail.text, mail.message_id) == (address, text, message_id)
    assert mail.address == mail.contact.email
    assert mail.reply_to == mail.contact.customer.owner.email
    assert (mail.settled_business_at, bool(mail.settled_at)) == (NOW, True)
    assert mail.reminders.get().state == ReminderState.SENT
    (event,) = events(AuditKind.MAIL_SENT)
    assert (event.subject_id, event.actor) == (str(mail.uid), None)
    assert event.data["lines"] == 1


def test_what_is_due_later_waits(box):
    due(due_at=NOW + timedelta(seconds=1))

    assert send(box) == sending.SendResult()


def test_the_first_mail_to_a_contact_notifies_the_deployment(box):
    mail = due()
    send(box)

    row = Deployment.objects.get()
    assert (row.status, row.version) == (DeploymentStatus.NOTIFIED, 2)
    change = RegisterChange.objects.get(deployment=row)
    assert (change.was, change.now, change.by) == ("discovered", "notified", None)
    assert [event.data["now"] for event in events(AuditKind.DEPLOYMENT_MOVED)] == ["notified"]
    assert mail.contact.customer_id == row.customer_id


def test_a_mail_to_the_owner_notifies_nobody_at_the_customer(box):
    row = running()
    mail = mail_to(row.customer.owner, kind=MailKind.ESCALATION)
    line(mail, deadline(row), step="T-14", audience=Audience.OWNER)

    assert send(box).sent == 1
    row.refresh_from_db()
    assert row.status == DeploymentStatus.DISCOVERED


def test_the_oldest_leave_first_and_a_limit_is_kept(box):
    late, early = due(), due(due_at=NOW - timedelta(days=3), local_day=TODAY - timedelta(days=3))

    assert send(box, limit=1).sent == 1
    assert box.addresses == [early.contact.email]
    assert send(box, limit=1).sent == 1
    assert box.addresses[1] == late.contact.email


def test_days_left_are_counted_when_it_leaves(box):
    mail = due()
    sending.send_due(
        at=NOW + timedelta(days=3), on=TODAY + timedelta(days=3), channels=box.as_channels()
    )

    assert "26 days left" in box.got[0][1]
    mail.refresh_from_db()
    assert mail.state == MailState.SENT


# What is dropped --------------------------------------------------------------------------------


def test_a_line_whose_deadline_has_moved_is_dropped_and_the_others_leave(box):
    of = owned()
    mail = mail_to(contact(of))
    moved = deadline(running(of=of), is_current=False)
    kept = line(mail, deadline(running(of=of, use="Door")))
    gone = line(mail, moved)

    assert send(box).sent == 1

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert kept.state == ReminderState.SENT
    assert (gone.state, gone.reason) == (ReminderState.SUPERSEDED, "deadline_moved")
    assert events(AuditKind.MAIL_SENT)[0].data["lines"] == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda mail: mail.reminders.get().deadline.__class__.objects.update(is_open=False),
        lambda mail: _update(mail.contact, departed_at=NOW),
        lambda mail: _update(mail.contact, bounced_at=NOW),
    ],
    ids=["closed", "departed", "bounced"],
)
def test_a_mail_without_a_line_left_does_not_leave(box, change):
    mail = due()
    change(mail)

    assert send(box) == sending.SendResult(empty=1)
    assert send(box) == sending.SendResult()

    mail.refresh_from_db()
    assert (mail.state, box.got) == (MailState.EMPTY, [])
    assert mail.reminders.get().state == ReminderState.SKIPPED
    assert len(events(AuditKind.MAIL_EMPTY)) == 1


def _update(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def test_nobody_who_left_the_portal_gets_a_mail(box):
    row = running()
    owner = row.customer.owner
    mail = mail_to(owner)
    line(mail, deadline(row), audience=Audience.OWNER)
    _update(owner, is_active=False)

    assert send(box) == sending.SendResult(empty=1)
    assert mail.reminders.get().reason == "inactive"


# Failures ---------------------------------------------------------------------------------------


def test_a_temporary_refusal_waits_longer_each_time_and_ends_after_eight(box, caplog):
    mail = due()
    box.acts[EVERYBODY] = [refuse(Deferred("451 later"))] * MAX_ATTEMPTS
    waits = []
    for attempt in range(1, MAX_ATTEMPTS):
        assert send(box) == sending.SendResult(waiting=1)
        assert send(box) == sending.SendResult()
        mail.refresh_from_db()
        assert (mail.state, mail.attempts, mail.last_error) == (
            MailState.DUE,
            attempt,
            "451 later",
        )
        waits.append((mail.next_try_at - _database_now()).total_seconds())
        let_waits_pass(mail)

    for waited, planned in zip(waits, (30, 120, 600, 1800, 7200, 21600, 43200), strict=True):
        assert 0.79 * planned - 5 <= waited <= 1.21 * planned
    assert send(box) == sending.SendResult(dead=1)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.DEAD, MAX_ATTEMPTS)
    line_ = mail.reminders.get()
    assert (line_.state, line_.reason) == (ReminderState.FAILED, "given_up")
    assert len(events(AuditKind.MAIL_DEAD)) == 1
    assert [record.levelname for record in caplog.records if "given up" in record.message] == [
        "ERROR"
    ]


def _database_now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def test_a_recipient_that_does_not_exist_fails_at_once_and_is_a_bounced_contact(box):
    mail = due()
    box.acts[EVERYBODY] = [refuse(Refused("550 5.1.1 nobody", bounced=True))]

    assert send(box) == sending.SendResult(failed=1)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == (
        MailState.FAILED,
        1,
        "550 5.1.1 nobody",
    )
    assert mail.contact.standing == ContactStanding.BOUNCED
    assert mail.contact.bounce_reason == "550 5.1.1 nobody"
    assert mail.reminders.get().state == ReminderState.FAILED
    assert len(events(AuditKind.MAIL_FAILED)) == len(events(AuditKind.CONTACT_BOUNCED)) == 1


def test_refused_contents_leave_the_contact_in_good_standing(box):
    mail = due()
    box.acts[EVERYBODY] = [refuse(Refused("554 spam"))]

    assert send(box).failed == 1
    mail.contact.refresh_from_db()
    assert mail.contact.bounced_at is None


def test_a_server_that_is_away_spends_no_attempt_and_is_left_alone(box):
    mails = many(3)
    box.on_open = [lambda: refuse(Unreachable("nobody listens"))(None)]

    result = send(box)
    assert result == sending.SendResult(waiting=3, unreachable=("email",))
    assert send(box) == sending.SendResult()
    assert breaker.open_channels() == {"email"}
    assert set(Mail.objects.values_list("state", "attempts")) == {(MailState.DUE, 0)}

    let_waits_pass(mails[0])
    assert send(box) == sending.SendResult(sent=3)
    assert breaker.open_channels() == set()
    assert Breaker.objects.get().failures == 0


def test_a_server_that_goes_away_during_a_mail_gives_the_attempt_back(box):
    mail = due()
    box.acts[EVERYBODY] = [refuse(Unreachable("530 sign in first"))]

    assert send(box) == sending.SendResult(waiting=1, unreachable=("email",))
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.DUE, 0)


def test_the_breaker_doubles_its_pause_up_to_five_minutes():
    pauses = []
    for _ in range(6):
        breaker.open_for("email", error="away")
        breaker.open_for("email", error="away, says a second sender in the same pause")
        row = Breaker.objects.get()
        pauses.append(round((row.retry_at - _database_now()).total_seconds()))
        Breaker.objects.update(retry_at=F("retry_at") - timedelta(minutes=10))

    assert pauses == [30, 60, 120, 240, 300, 300]
    assert Breaker.objects.get().failures == 6


def test_one_channel_away_leaves_the_other_running(box, settings):
    point_mail_at(settings, free_port())
    row = running()
    about = deadline(row)
    for channel in Channel:
        line(mail_to(row.customer.owner, channel=channel), about, audience=Audience.OWNER)

    result = sending.send_due(**WHEN)

    assert result == sending.SendResult(sent=1, waiting=1, unreachable=("email",))
    assert Mail.objects.get(state=MailState.SENT).channel == Channel.INBOX


def test_a_mail_that_cannot_be_written_dies_alone(box, caplog):
    poison, *others = many(4)
    box.acts[poison.contact.email] = [refuse(ZeroDivisionError("bad template"))] * 99

    assert send(box) == sending.SendResult(sent=3, waiting=1)
    for _ in range(MAX_ATTEMPTS - 1):
        let_waits_pass(poison)
        result = send(box)

    assert result == sending.SendResult(dead=1)
    poison.refresh_from_db()
    assert (poison.state, poison.attempts) == (MailState.DEAD, MAX_ATTEMPTS)
    assert poison.last_error == "ZeroDivisionError: bad template"
    assert {mail.contact.email for mail in others} == set(box.addresses)


def test_a_mail_whose_sender_died_in_its_last_attempt_is_given_up(box):
    mail = due()
    Mail.objects.filter(pk=mail.pk).update(
        state=MailState.SENDING,
        lease_token=mail.uid,
        lease_until=NOW,
        attempts=MAX_ATTEMPTS,
    )

    assert send(box) == sending.SendResult(dead=1)
    assert box.got == []


# Escalations ------------------------------------------------------------------------------------


def test_an_escalation_waits_beside_a_later_one_for_the_same_person(box):
    """One may wait at a time; a second planned meanwhile must not stop the first."""
    row = running()
    owner, about = row.customer.owner, deadline(row)
    first = mail_to(owner, kind=MailKind.ESCALATION)
    line(first, about, step="T-14", audience=Audience.OWNER)

    def meanwhile():
        second = mail_to(owner, kind=MailKind.ESCALATION)
        line(second, about, step="T-7", audience=Audience.OWNER)

    box.on_open = [meanwhile]
    box.acts[EVERYBODY] = [refuse(Deferred("451 later"))]
    result = send(box)

    assert (result.sent, result.waiting) == (1, 1)
    first.refresh_from_db()
    assert (first.state, first.attempts, first.lease_token) == (MailState.DUE, 1, None)
    Mail.objects.filter(pk=first.pk).update(next_try_at=NOW)
    assert send(box).sent == 1
    assert set(Reminder.objects.values_list("state", flat=True)) == {ReminderState.SENT}


@pytest.mark.parametrize("attempts", [0, 1])
def test_an_escalation_that_nobody_tried_returns_beside_a_later_one_as_tried(attempts):
    """No lease without a sender: whoever looks may cancel it, and the next sender takes it."""
    owner = running().customer.owner
    first = mail_to(owner, kind=MailKind.ESCALATION, attempts=attempts)
    (claim,) = claiming.claim(at=NOW, channels=["email"])
    mail_to(owner, kind=MailKind.ESCALATION)

    claiming.give_back_untouched([claim])

    first.refresh_from_db()
    assert (first.state, first.lease_token, first.attempts) == (MailState.DUE, None, 1)


# Stopping ---------------------------------------------------------------------------------------


def test_told_to_stop_it_finishes_the_mail_in_flight_and_gives_the_others_back(box):
    many(5)
    answers = itertools.chain([True, True, True], itertools.repeat(False))

    result = send(box, go_on=lambda: next(answers))

    assert result == sending.SendResult(sent=2, waiting=3)
    waiting = Mail.objects.filter(state=MailState.DUE)
    assert set(waiting.values_list("attempts", "lease_token")) == {(0, None)}
    assert len(waiting) == 3
    assert send(box).sent == 3
    assert len(set(box.addresses)) == len(box.got) == 5


# Channels ---------------------------------------------------------------------------------------


def test_the_inbox_keeps_the_message_and_nothing_leaves(settings):
    point_mail_at(settings, free_port())
    row = running()
    mail = mail_to(row.customer.owner, channel=Channel.INBOX)
    line(mail, deadline(row), audience=Audience.OWNER)

    assert sending.send_due(**WHEN) == sending.SendResult(sent=1)
    mail.refresh_from_db()
    assert (mail.state, mail.message_id) == (MailState.SENT, "")
    assert mail.subject
    assert mail.text


def test_a_third_channel_is_one_entry(box):
    """The sweep knows no channel by name. A real one also gets a word in the enum."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reviews_mail DROP CONSTRAINT mail_channel_known")
        cursor.execute("ALTER TABLE reviews_reminder DROP CONSTRAINT reminder_channel_known")
    row = running()
    mail = mail_to(row.customer.owner, channel="carrier_pigeon")
    line(mail, deadline(row), audience=Audience.OWNER)
    assert sending.send_due(**WHEN) == sending.SendResult()

    channels.CHANNELS["carrier_pigeon"] = lambda: box
    try:
        assert sending.send_due(**WHEN) == sending.SendResult(sent=1)
    finally:
        del channels.CHANNELS["carrier_pigeon"]
    assert box.addresses == [row.customer.owner.email]


# The whole way ----------------------------------------------------------------------------------


def test_the_second_attempt_has_the_same_message_id(settings):
    mail = due()
    address = mail.contact.email
    with mail_server(settings, **{f"DATA {address}": ["hang up"]}) as server:
        assert sending.send_due(**WHEN).waiting == 1
        let_waits_pass(mail)
        assert sending.send_due(**WHEN).sent == 1

    first, second = server.taken
    assert first["Message-ID"] == second["Message-ID"] == f"<mail.{mail.uid}@localhost>"
    assert [first["X-RAI-Attempt"], second["X-RAI-Attempt"]] == ["1", "2"]
    assert str(LAST_DAY.day) in first["Subject"]


def test_a_person_without_an_address_is_no_poison(box):
    person = user()
    _update(person, email="")
    row = running()
    mail = mail_to(person)
    line(mail, deadline(row), audience=Audience.LEAD)

    assert send(box) == sending.SendResult(empty=1)
    assert mail.reminders.get().reason == "no_address"


# Drafts -----------------------------------------------------------------------------------------


def test_a_mail_is_written_while_its_predecessor_is_delivered(box, django_assert_num_queries):
    first, second = many(2)
    with memory.of_one_sweep():
        drafts = Drafts([first.pk, second.pk], at=NOW)
        drafts.write(first.pk)
        lines = list(standing.lines_of([second.pk]))
        with django_assert_num_queries(0):
            drafts.write(second.pk)
            message = drafts.message(second, lines)

    assert message.to == second.contact.email


@pytest.mark.parametrize(
    "change",
    [
        lambda mail: _update(mail.contact, email="new@customer.test", name="New Name"),
        lambda mail: _update(mail.reminders.get().deadline, last_day=LAST_DAY + timedelta(days=9)),
    ],
    ids=["reader", "deadline"],
)
def test_a_draft_that_no_longer_holds_is_never_sent(box, change):
    _, second = many(2)
    box.meanwhile_after = [lambda: change(second)]

    assert send(box).sent == 2

    address, text, _ = box.got[1]
    second.contact.refresh_from_db()
    assert address == second.contact.email
    assert second.contact.name in text
    assert f"{second.reminders.get().deadline.last_day:%-d %B %Y}" in text


def test_a_batch_that_cannot_be_read_ahead_is_sent_all_the_same(box, monkeypatch):
    def break_off(keys, *, at):
        raise ZeroDivisionError("a bad row")

    many(2)
    monkeypatch.setattr(sending, "Drafts", break_off)

    assert send(box).sent == 2
