"""Several senders, and people who act meanwhile, on real connections."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from reviews.domain.enums import DeploymentStatus, MailState, ReminderState
from reviews.models import AuditEvent, Deadline, Deployment, Mail, Reminder
from reviews.services import audit, catalogue, roles
from reviews.services.reminding import claiming, ladders, reaching, sending
from tests.builders import NOW, TODAY
from tests.builders_mailing import EVERYBODY, WHEN, Letterbox, due, many

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def reference_data(committed_db):
    roles.sync(at=NOW, on=TODAY)
    catalogue.sync(at=NOW, on=TODAY)
    ladders.sync(at=NOW, on=TODAY)


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Run all in threads of their own; returns what they raised."""
    raised: list[Exception] = []

    def run(act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return raised


def send(box: Letterbox) -> sending.SendResult:
    return sending.send_due(**WHEN, channels=box.as_channels())


def expire_leases() -> None:
    """What time does; here by hand."""
    Mail.objects.filter(state=MailState.SENDING).update(lease_until=F("lease_until") - LATER)


def test_four_senders_send_every_mail_once():
    many(60)
    box = Letterbox()
    start = threading.Barrier(4)

    def sender():
        start.wait(timeout=60)
        send(box)

    assert at_once(*[sender] * 4) == []

    assert Counter(Counter(box.addresses).values()) == {1: 60}
    assert set(Mail.objects.values_list("state", "attempts")) == {(MailState.SENT, 1)}
    assert audit.verify().ok


def test_a_claim_is_nobody_elses_until_its_lease_ends():
    due()
    everything = {"at": NOW, "channels": ["email"]}
    (first,) = claiming.claim(**everything)
    assert claiming.claim(**everything) == []

    expire_leases()
    (second,) = claiming.claim(**everything)

    assert second.mail_id == first.mail_id
    assert claiming.renew(first) is False
    assert claiming.give_back(first, error="late", wait=0) is False
    assert claiming.renew(second) is True
    assert Mail.objects.get().attempts == 1


def test_an_expired_lease_cannot_be_renewed_even_if_nobody_took_it():
    due()
    (mine,) = claiming.claim(at=NOW, channels=["email"])
    expire_leases()

    assert claiming.renew(mine) is False


def test_a_sender_that_slept_through_its_lease_leaves_the_batch_to_others():
    """It wakes up in the middle of its batch; the others have gone on meanwhile."""
    many(5)
    slow, quick = Letterbox(), Letterbox()

    def sleep(message):
        assert at_once(_others_take_over) == []

    def _others_take_over():
        expire_leases_but_the_one_in_flight()
        send(quick)

    def expire_leases_but_the_one_in_flight():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE reviews_mail SET lease_until = clock_timestamp() - interval '1 minute'"
                " WHERE id IN (SELECT id FROM reviews_mail WHERE state = 'sending'"
                " FOR UPDATE SKIP LOCKED)"
            )

    slow.acts[EVERYBODY] = [sleep]
    result = send(slow)

    assert (result.sent, result.lost) == (1, 4)
    assert len(quick.got) == 4
    assert set(Counter(slow.addresses + quick.addresses).values()) == {1}


def test_who_lost_the_lease_cannot_mark_the_mail():
    """Fencing: another token stands in the row when the old sender wants to settle."""
    mail = due()
    box = Letterbox()
    (claim,) = claiming.claim(at=NOW, channels=["email"])
    assert claiming.renew(claim)
    expire_leases()
    (other,) = claiming.claim(at=NOW, channels=["email"])
    assert claiming.renew(other)

    sender = sending._Sender(dict.fromkeys(["email"], box), **WHEN)
    with pytest.raises(sending.LeaseLost):
        sender._deliver(claim, box)

    mail.refresh_from_db()
    assert (mail.state, mail.lease_token, box.got) == (MailState.SENDING, other.token, [])
    assert sender._deliver(other, box) == "sent"


def move_deadlines(*, announce: Callable[[], object] = lambda: None) -> None:
    """What a granted extension does to the deadline of a deployment, and to its reminders."""
    with transaction.atomic():
        old = Deadline.objects.select_for_update().get(is_current=True)
        announce()
        old.is_current = False
        old.save()
        Reminder.objects.filter(deadline=old, state=ReminderState.PLANNED).update(
            state=ReminderState.SUPERSEDED
        )
        Deadline.objects.create(
            subject_kind=old.subject_kind,
            subject_id=old.subject_id,
            version=old.version + 1,
            last_day=old.last_day + timedelta(days=90),
            set_at=NOW,
            set_on=TODAY,
        )


def test_a_deadline_that_moves_while_its_mail_is_sent_waits_for_it():
    due()
    box = Letterbox()
    order: list[str] = []
    asked, mover = threading.Event(), None

    def during_the_dialogue(message):
        nonlocal mover
        mover = threading.Thread(target=move)
        mover.start()
        asked.wait(timeout=60)
        mover.join(timeout=0.5)  # it waits for us
        order.append("delivered")

    def move():
        try:
            asked.set()
            move_deadlines(announce=lambda: order.append("moved"))
        finally:
            connection.close()

    box.acts[EVERYBODY] = [during_the_dialogue]
    assert send(box).sent == 1
    mover.join(timeout=60)

    assert order == ["delivered", "moved"]
    assert Reminder.objects.get().state == ReminderState.SENT
    assert send(box) == sending.SendResult()


def test_no_mail_with_the_old_day_leaves_after_the_commit_of_a_moved_deadline():
    mails = 12
    for _ in range(mails):
        due()
    box = Letterbox()
    moved: dict[str, bool] = {}
    gate = threading.Barrier(2)

    def mover():
        gate.wait(timeout=60)
        for old in list(Deadline.objects.order_by("-pk")):
            with transaction.atomic():
                locked = Deadline.objects.select_for_update().get(pk=old.pk)
                Deadline.objects.filter(pk=locked.pk).update(is_current=False)
            moved[str(old.pk)] = True

    def sender():
        gate.wait(timeout=60)
        send(box)

    for mail in Mail.objects.all():
        key = str(mail.reminders.get().deadline_id)
        box.acts[mail.contact.email] = [
            lambda message, key=key: stale.append(key) if moved.get(key) else None
        ]
    stale: list[str] = []

    assert at_once(mover, sender) == []

    assert stale == []
    states = Counter(Mail.objects.values_list("state", flat=True))
    assert states[MailState.SENT] + states[MailState.EMPTY] == mails
    assert len(box.got) == states[MailState.SENT]


def test_a_deployment_that_somebody_holds_is_notified_once_it_is_free():
    """The sender never waits for it while it holds the deadline: that would be a deadlock."""
    due()
    row = Deployment.objects.get()
    box = Letterbox()
    held, sent = threading.Event(), threading.Event()

    def holder():
        with transaction.atomic():
            Deployment.objects.select_for_update().get(pk=row.pk)
            held.set()
            sent.wait(timeout=60)
            Deadline.objects.select_for_update().get(subject_id=row.pk)

    def sender():
        held.wait(timeout=60)
        box.acts[EVERYBODY] = [lambda message: sent.set()]
        send(box)

    assert at_once(holder, sender) == []

    row.refresh_from_db()
    assert row.status == DeploymentStatus.NOTIFIED
    assert Mail.objects.get().state == MailState.SENT
    assert reaching.notify([row.pk], **WHEN) == set()


def test_a_frozen_sender_is_cut_off_by_the_database(settings):
    """It cannot hold its locks for longer than a lease, and cannot mark afterwards."""
    settings.MAIL_LEASE_SECONDS = 2
    due()
    frozen, quick = Letterbox(), Letterbox()
    taken: list[sending.SendResult] = []

    def freeze(message):
        threading.Event().wait(4)
        at_once(lambda: taken.append(send(quick)))

    frozen.acts[EVERYBODY] = [freeze]
    result = send(frozen)

    assert taken == [sending.SendResult(sent=1)]
    assert result == sending.SendResult(lost=1)
    assert Mail.objects.get().state == MailState.SENT
    assert len(frozen.got) == len(quick.got) == 1
    assert AuditEvent.objects.filter(kind="mail.sent").count() == 1


def test_a_database_that_goes_away_after_the_servers_yes_is_waited_for():
    """The mail has left: it is marked on a new connection, and not sent again."""
    due()
    box = Letterbox()

    def cut(message):
        (pid,) = _row("SELECT pg_backend_pid()")
        assert at_once(lambda: _row("SELECT pg_terminate_backend(%s)", pid)) == []

    box.acts[EVERYBODY] = [cut]

    assert send(box) == sending.SendResult(sent=1)
    assert Mail.objects.get().state == MailState.SENT
    assert send(box) == sending.SendResult()


def _row(query: str, *values: object) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()


def test_a_claim_never_waits_for_a_mail_that_somebody_holds():
    held, free = due(), due()
    claimed: list[int] = []

    def claim():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
        claimed.extend(one.mail_id for one in claiming.claim(at=NOW, channels=["email"]))

    with transaction.atomic():
        Mail.objects.select_for_update().get(pk=held.pk)
        assert at_once(claim) == []

    assert claimed == [free.pk]
