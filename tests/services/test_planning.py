"""What a plan writes: rows of the ledger and the mails that carry them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reviews.domain.enums import (
    AuditKind,
    DeploymentStatus,
    MailKind,
    MailState,
    ReminderState,
    Role,
    SubjectKind,
)
from reviews.models import AuditEvent, Deadline, LadderStep, Mail, Reminder
from reviews.services.reminding import deadlines, planning
from tests.builders import NOW, TODAY, team, use_case, user
from tests.builders_reminding import at_nine, contact, current, followed, owned, running

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]
T30, FILING = date(2023, 5, 31), date(2023, 6, 16)


def plan(day=TODAY, **changed):
    return planning.plan(**{**at_nine(day), **changed})


def ready(*, next_step_on=None, on=TODAY, **fields):
    """A deployment with owner, manager and one contact, whose deadline is followed."""
    row = running(**fields)
    followed(row, on=on)
    if next_step_on:
        Deadline.objects.filter(subject_id=row.pk).update(next_step_on=next_step_on)
    return row


def ledger(**filters):
    return sorted(
        Reminder.objects.filter(**filters).values_list("step__code", "audience", "channel", "state")
    )


# One line -----------------------------------------------------------------------------------------


def test_a_step_becomes_one_row_and_one_mail_at_nine_where_the_contact_is():
    of = owned()
    reader = contact(of, time_zone="Asia/Tokyo")
    ready(of=of)

    result = plan()

    assert (result.rows, result.missed, result.mails, result.hold) == (1, 0, 1, None)
    row, mail = Reminder.objects.get(), Mail.objects.get()
    assert (row.step.code, row.state, row.due_on) == ("T-30", ReminderState.PLANNED, T30)
    assert (row.recipient_key, row.mail) == (f"c{reader.pk}", mail)
    assert (mail.kind, mail.state, mail.contact) == (MailKind.REMINDER, MailState.DUE, reader)
    assert mail.local_day == TODAY
    assert mail.due_at == datetime(2023, 6, 1, 0, 0, tzinfo=UTC)  # 09:00 in Tokyo
    event = AuditEvent.objects.order_by("seq").last()
    assert (event.kind, event.data["rows"]) == (AuditKind.REMINDERS_PLANNED, 1)


def test_a_second_plan_writes_nothing():
    ready()
    plan()
    events = AuditEvent.objects.count()

    result = plan()

    assert (result.rows, result.mails) == (0, 0)
    assert (Reminder.objects.count(), Mail.objects.count()) == (1, 1)
    assert AuditEvent.objects.count() == events


def test_a_step_is_planned_when_its_day_begins_anywhere_and_leaves_on_it():
    of = owned()
    contact(of, time_zone="Pacific/Honolulu")
    ready(of=of, next_step_on=FILING)

    before = planning.plan(at=datetime(2023, 6, 15, 9, 59, tzinfo=UTC), on=date(2023, 6, 15))
    after = planning.plan(at=datetime(2023, 6, 15, 10, 0, tzinfo=UTC), on=date(2023, 6, 15))

    assert (before.rows, after.mails > 0) == (0, True)
    mail = Mail.objects.get(contact__isnull=False)
    assert mail.due_at == datetime(2023, 6, 16, 19, 0, tzinfo=UTC)


def test_the_deadline_looks_at_its_next_step_afterwards():
    row = ready()
    plan()

    assert current(row).next_step_on == FILING


def test_a_catch_up_before_nine_waits_for_nine():
    ready()
    plan(at=datetime(2023, 6, 1, 3, 0, tzinfo=UTC))

    assert Mail.objects.get().due_at == datetime(2023, 6, 1, 9, 0, tzinfo=UTC)


# Who is told --------------------------------------------------------------------------------------


def test_filing_day_tells_contact_and_owner_in_one_line_for_both_steps():
    row = ready(next_step_on=FILING)

    plan(FILING)

    assert ledger(state=ReminderState.PLANNED) == [
        ("FILING", "contact", "email", "planned"),
        ("FILING", "owner", "email", "planned"),
        ("FILING", "owner", "inbox", "planned"),
    ]
    assert ledger(reason="same_day") == [
        ("T-14", "contact", "email", "skipped"),
        ("T-14", "owner", "email", "skipped"),
        ("T-14", "owner", "inbox", "skipped"),
    ]
    owner = row.customer.owner
    assert {mail.kind for mail in Mail.objects.filter(user=owner)} == {MailKind.ESCALATION}
    assert Mail.objects.get(contact__isnull=False).kind == MailKind.REMINDER


def test_the_day_before_tells_everybody_up_to_the_leads():
    lead = user("lead", Role.LEAD)
    gone = user("gone", Role.LEAD)
    gone.is_active = False
    gone.save()
    row = ready(next_step_on=date(2023, 6, 29))

    plan(date(2023, 6, 29))

    told = set(Reminder.objects.values_list("audience", "recipient_key"))
    owner = row.customer.owner
    assert told == {
        ("contact", f"c{row.customer.contacts.get().pk}"),
        ("owner", f"u{owner.pk}"),
        ("manager", f"u{owner.manager_id}"),
        ("lead", f"u{lead.pk}"),
    }


def test_a_person_in_two_audiences_gets_one_line_as_the_nearer_one():
    of = owned(manager=user("boss", Role.LEAD))
    contact(of)
    ready(of=of, next_step_on=date(2023, 6, 29))

    plan(date(2023, 6, 29))

    boss = of.owner.manager
    rows = Reminder.objects.filter(recipient_key=f"u{boss.pk}")
    assert {row.audience for row in rows} == {"manager"}
    assert not Reminder.objects.filter(reason="no_recipient").exists()


def test_own_contacts_come_before_the_customers_and_gone_ones_get_nothing():
    of = owned()
    wide = contact(of)
    row = running(of=of)
    own = contact(of, deployment=row)
    contact(of, departed_at=NOW)
    followed(row, on=TODAY)
    plan()
    assert set(Reminder.objects.values_list("recipient_key", flat=True)) == {f"c{own.pk}"}

    own.bounced_at = NOW
    own.save()
    Deadline.objects.update(next_step_on=FILING)
    plan(FILING)
    told = Reminder.objects.filter(step__code="FILING", audience="contact")
    assert set(told.values_list("recipient_key", flat=True)) == {f"c{wide.pk}"}


def test_a_person_without_an_address_has_the_inbox():
    row = ready(next_step_on=FILING)
    owner = row.customer.owner
    owner.email = ""
    owner.save()

    plan(FILING)

    assert set(Reminder.objects.filter(audience="owner").values_list("channel", flat=True)) == {
        "inbox"
    }


def test_where_nobody_can_be_told_the_ledger_says_so_and_nobody_else_is_told_instead():
    row = running(of=owned(owner=None))
    followed(row, on=TODAY)
    Deadline.objects.update(next_step_on=date(2023, 6, 23))

    plan(date(2023, 6, 23))

    rows = Reminder.objects.filter(step__code="T-7")
    assert {(r.audience, r.recipient_key, r.state, r.reason) for r in rows} == {
        ("contact", "none:contact", "failed", "no_recipient"),
        ("owner", "none:owner", "failed", "no_recipient"),
        ("manager", "none:manager", "failed", "no_recipient"),
    }
    assert not Mail.objects.exists()
    assert plan(date(2023, 6, 23)).rows == 0


# What stays quiet ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["acknowledged", "plan_filed", "migrating"])
def test_who_has_answered_is_left_in_peace_up_to_a_week_before(status):
    ready(status=DeploymentStatus(status))
    plan()
    assert set(Reminder.objects.values_list("state", "reason")) == {("skipped", status)}

    Deadline.objects.update(next_step_on=date(2023, 6, 23))
    plan(date(2023, 6, 23))
    assert Reminder.objects.filter(step__code="T-7", state="planned").exists()


def test_a_snooze_silences_the_contact_and_no_escalation():
    row = ready(next_step_on=FILING, snoozed_until=FILING)

    plan(FILING)

    assert ledger(step__code="FILING") == [
        ("FILING", "contact", "email", "skipped"),
        ("FILING", "owner", "email", "planned"),
        ("FILING", "owner", "inbox", "planned"),
    ]
    assert Reminder.objects.get(step__code="FILING", audience="contact").reason == "snoozed"
    row.snoozed_until = date(2023, 6, 23)
    row.save()
    Deadline.objects.update(next_step_on=date(2023, 6, 23))
    plan(date(2023, 6, 23))
    assert Reminder.objects.get(step__code="T-7", audience="contact").state == "planned"


def test_a_snooze_that_is_over_silences_nothing():
    ready(next_step_on=FILING, snoozed_until=FILING - timedelta(days=1))
    plan(FILING)

    assert Reminder.objects.get(step__code="FILING", audience="contact").state == "planned"


# Many lines, one mail -----------------------------------------------------------------------------


def test_lines_for_one_person_and_day_share_a_mail():
    of = owned()
    contact(of)
    for use in ["Door", "Kiosk", "Till"]:
        ready(of=of, use=use, next_step_on=FILING)

    result = plan(FILING)

    assert Mail.objects.filter(contact__isnull=False).count() == 1
    assert Mail.objects.filter(user=of.owner, channel="email").count() == 1
    assert result.mails == 3  # the owner's inbox, too
    assert Reminder.objects.filter(mail__contact__isnull=False).count() == 3


def test_a_later_line_joins_the_mail_that_waits():
    of = owned()
    contact(of)
    ready(of=of, use="Door")
    plan()
    ready(of=of, use="Kiosk")

    result = plan()

    assert (result.rows, result.mails) == (1, 0)
    assert Mail.objects.get().reminders.count() == 2


@pytest.mark.parametrize("state", [MailState.SENT, MailState.FAILED, MailState.CANCELLED])
def test_a_line_that_comes_after_the_mail_left_goes_into_tomorrows(state):
    of = owned()
    contact(of)
    ready(of=of, use="Door")
    plan()
    Mail.objects.update(state=state)
    ready(of=of, use="Kiosk")
    plan()
    ready(of=of, use="Till")
    plan()

    days = Mail.objects.order_by("local_day").values_list("local_day", "due_at", "state")
    assert [(day, when.date()) for day, when, _ in days] == [
        (TODAY, TODAY),
        (TODAY + timedelta(days=1), TODAY + timedelta(days=1)),
    ]
    assert Mail.objects.get(state="due").reminders.count() == 2


def test_a_mail_that_was_dropped_as_empty_is_taken_up_again():
    of = owned()
    contact(of)
    ready(of=of, use="Door")
    plan()
    Mail.objects.update(state=MailState.EMPTY, settled_at=NOW, attempts=1)
    ready(of=of, use="Kiosk")

    plan()

    mail = Mail.objects.get()
    assert (mail.state, mail.settled_at, mail.attempts) == (MailState.DUE, None, 0)


def test_a_waiting_digest_becomes_the_reminder():
    of = owned()
    reader = contact(of)
    ready(of=of)
    Mail.objects.create(
        kind=MailKind.DIGEST,
        channel="email",
        recipient_key=f"c{reader.pk}",
        contact=reader,
        local_day=TODAY,
        due_at=NOW,
        planned_at=NOW,
    )

    plan()

    assert Mail.objects.get().kind == MailKind.REMINDER


def test_a_mail_that_was_tried_gains_no_line():
    """It may have arrived: what was added would hide behind its Message-ID."""
    of = owned()
    contact(of)
    ready(of=of)
    plan()
    Mail.objects.update(attempts=1)
    ready(of=of, use="Kiosk")

    plan()

    lines = [(mail.local_day, mail.reminders.count()) for mail in Mail.objects.order_by("pk")]
    assert lines == [(TODAY, 1), (TODAY + timedelta(days=1), 1)]


def test_an_escalation_that_was_tried_gains_no_line():
    of = owned()
    contact(of)
    ready(of=of, use="Door", next_step_on=FILING)
    plan(FILING)
    Mail.objects.filter(kind=MailKind.ESCALATION).update(attempts=1)
    ready(of=of, use="Kiosk", next_step_on=FILING)

    plan(FILING)

    mails = Mail.objects.filter(user=of.owner, channel="email").order_by("pk")
    assert [(one.local_day, one.reminders.count()) for one in mails] == [(FILING, 1), (FILING, 1)]


def test_an_escalation_is_held_back_by_no_mail_of_the_day():
    of = owned()
    contact(of)
    ready(of=of, use="Door", next_step_on=FILING)
    plan(FILING)
    Mail.objects.filter(kind=MailKind.ESCALATION).update(state=MailState.SENT)
    ready(of=of, use="Kiosk", next_step_on=FILING)

    plan(FILING)

    again = Mail.objects.filter(user=of.owner, channel="email").order_by("pk")
    assert [(mail.state, mail.local_day) for mail in again] == [("sent", FILING), ("due", FILING)]


# After an outage ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("back_on", "nearest", "missed"),
    [
        (date(2023, 6, 26), "T-7", set()),
        (date(2023, 6, 28), "T-3", {"T-7"}),
        (date(2023, 7, 20), "T+14", {"T-7", "T-3", "T-1", "T-0", "T+1", "T+7"}),
    ],
)
def test_the_nearest_step_alone_is_sent_and_older_ones_are_visibly_missed(back_on, nearest, missed):
    reader = ready(next_step_on=date(2023, 6, 23)).customer.contacts.get()

    plan(back_on)

    mine = Reminder.objects.filter(recipient_key=f"c{reader.pk}")
    assert set(mine.filter(state="planned").values_list("step__code", flat=True)) == {nearest}
    assert set(mine.filter(state="missed").values_list("step__code", flat=True)) == missed
    assert Mail.objects.get(contact=reader).local_day == back_on


@pytest.mark.parametrize("hour", [9, 12, 23])
def test_what_is_due_tomorrow_does_not_take_the_place_of_what_is_due_today(hour):
    """From 10:00 UTC on it is tomorrow already in UTC+14."""
    reader = ready(next_step_on=date(2023, 6, 29)).customer.contacts.get()

    planning.plan(at=datetime(2023, 6, 29, hour, 30, tzinfo=UTC), on=date(2023, 6, 29))

    mine = Reminder.objects.filter(recipient_key=f"c{reader.pk}").order_by("due_on")
    steps = list(mine.values_list("step__code", "state", "mail__local_day"))
    assert steps[0] == ("T-1", "planned", date(2023, 6, 29))
    assert steps[1:] == ([] if hour == 9 else [("T-0", "planned", date(2023, 6, 30))])


def test_a_new_deadline_has_no_missed_steps():
    ready()
    assert plan().missed == 0


# Other subjects, and by hand ----------------------------------------------------------------------


def test_a_step_by_hand_goes_to_the_contacts_once_for_an_occasion():
    row = ready(next_step_on=FILING)
    asked = [current(row).pk]

    first = planning.plan_by_hand(asked, occasion="2023-06-01", **at_nine(TODAY))
    again = planning.plan_by_hand(asked, occasion="2023-06-01", **at_nine(TODAY))

    assert (first.rows, again.rows) == (1, 0)
    reminder = Reminder.objects.get()
    assert (reminder.step.code, reminder.audience, reminder.occasion) == (
        "MANUAL",
        "contact",
        "2023-06-01",
    )
    assert reminder.mail.local_day == TODAY
    assert current(row).next_step_on == FILING


def test_a_ladder_without_steps_says_nothing():
    row = ready()
    LadderStep.objects.update(is_active=False)

    assert plan().rows == 0
    assert current(row).next_step_on is None


def test_grants_and_conditions_tell_their_owner_with_a_reminder():
    person = user("asker")
    row = Deadline.objects.create(
        subject_kind=SubjectKind.REREVIEW,
        subject_id=use_case(team("", person), by=person).pk,
        version=1,
        last_day=FILING,
        next_step_on=date(2023, 6, 9),
        set_at=NOW,
        set_on=TODAY,
    )

    plan(date(2023, 6, 9))

    rows = Reminder.objects.filter(deadline=row)
    assert {(r.step.code, r.audience, r.recipient_key) for r in rows} == {
        ("T-7", "owner", f"u{person.pk}")
    }
    assert {mail.kind for mail in Mail.objects.all()} == {MailKind.REMINDER}


def test_the_number_of_statements_does_not_grow(django_assert_max_num_queries):
    of = owned()
    contact(of)
    for number in range(40):
        running(of=of, use=f"App {number}")
    deadlines.follow(SubjectKind.DEPLOYMENT, None, **at_nine(TODAY))

    with django_assert_max_num_queries(35):
        assert plan().rows == 40
