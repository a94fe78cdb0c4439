"""Looked at again right before a mail leaves."""

from datetime import date

import pytest
from django.db import transaction

from reviews.domain.enums import DeploymentStatus, MailState, ReminderState, Role
from reviews.models import Deadline, Extension, Mail, Reminder
from reviews.services.reminding import planning, standing
from tests.builders import NOW, TODAY, user
from tests.builders_reminding import at_nine, contact, followed, owned, running

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]
FILING = date(2023, 6, 16)


@pytest.fixture
def row():
    """A deployment whose filing step is planned for contact and owner."""
    made = running()
    followed(made, on=TODAY)
    Deadline.objects.update(next_step_on=FILING)
    planning.plan(**at_nine(FILING))
    return made


def looked(mail=None, *, on=FILING):
    mail = mail or to_contact()
    with transaction.atomic():
        return [(one.state, one.reason) for one in standing.check(mail, **at_nine(on))]


def to_contact() -> Mail:
    return Mail.objects.get(contact__isnull=False)


def to_owner() -> Mail:
    return Mail.objects.get(user__isnull=False, channel="email")


HOLDS = [(ReminderState.PLANNED, "")]


def test_what_still_holds_is_kept(row):
    assert looked() == HOLDS
    assert looked(to_owner()) == HOLDS


@pytest.mark.parametrize("status", ["acknowledged", "plan_filed", "migrating"])
def test_an_answer_that_came_meanwhile_silences(row, status):
    row.status = DeploymentStatus(status)
    row.save()

    assert looked() == looked(to_owner()) == [(ReminderState.SKIPPED, status)]


def test_a_snooze_that_came_meanwhile_silences_the_contact_alone(row):
    row.snoozed_until = FILING
    row.save()

    assert looked() == [(ReminderState.SKIPPED, "snoozed")]
    assert looked(on=date(2023, 6, 17)) == HOLDS
    assert looked(to_owner()) == HOLDS


@pytest.mark.parametrize(
    ("field", "word"), [("departed_at", "departed"), ("bounced_at", "bounced")]
)
def test_a_contact_who_cannot_be_reached_any_more(row, field, word):
    reader = row.customer.contacts.get()
    setattr(reader, field, NOW)
    reader.save()

    assert looked() == [(ReminderState.SKIPPED, word)]


def test_a_contact_of_its_own_takes_the_place_of_the_customers(row):
    contact(row.customer, deployment=row)

    assert looked() == [(ReminderState.SKIPPED, "not_addressed")]


def test_an_owner_who_handed_over_is_not_told(row):
    row.customer.owner = user("new_owner", Role.SUNSET_OWNER)
    row.customer.save()

    assert looked(to_owner()) == [(ReminderState.SKIPPED, "not_addressed")]


def test_a_moved_and_a_closed_deadline_say_nothing(row):
    Extension.objects.create(
        deployment=row,
        until=date(2023, 9, 30),
        reason="Time.",
        state="granted",
        asked_by=user(),
        asked_at=NOW,
    )
    mail = to_contact()
    followed(row, on=FILING)
    assert Reminder.objects.get(mail=mail).state == ReminderState.SUPERSEDED
    assert looked(mail) == []


def test_of_two_mails_that_waited_too_long_the_nearer_one_speaks(row):
    Deadline.objects.update(next_step_on=date(2023, 6, 23))
    planning.plan(**at_nine(date(2023, 6, 23)))
    old, new = Mail.objects.filter(contact__isnull=False).order_by("local_day")

    assert looked(old, on=FILING) == HOLDS  # the later one is not due yet
    assert looked(old, on=date(2023, 6, 23)) == [(ReminderState.MISSED, "nearer_step")]
    assert looked(new, on=date(2023, 6, 23)) == HOLDS


def test_a_nearer_step_that_is_held_takes_no_place(row):
    Deadline.objects.update(next_step_on=date(2023, 6, 23))
    planning.plan(**at_nine(date(2023, 6, 23)))
    old, new = Mail.objects.filter(contact__isnull=False).order_by("local_day")
    Mail.objects.filter(pk=new.pk).update(state=MailState.HELD)

    assert looked(old, on=date(2023, 6, 23)) == HOLDS


def test_a_mail_of_many_lines_is_looked_at_in_few_statements(django_assert_max_num_queries):
    of = owned()
    contact(of)
    for number in range(25):
        followed(running(of=of, use=f"App {number}"), on=TODAY)
    planning.plan(**at_nine(TODAY))

    with django_assert_max_num_queries(8):
        assert len(looked(on=TODAY)) == 25
