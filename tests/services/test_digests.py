"""Digests: written once for each nine o'clock, silent when nothing waits."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reviews.domain.digests import WaitingItem, WaitingKind
from reviews.domain.enums import (
    AuditKind,
    Channel,
    DigestFrequency,
    MailKind,
    MailState,
    SweepName,
)
from reviews.models import AuditEvent, Mail, SweepRun
from reviews.services.reminding import digests, messages, sending, sweeps
from reviews.services.sunset import links
from tests.builders import user
from tests.builders_mailing import Letterbox, mail_to

pytestmark = pytest.mark.usefixtures("roles", "catalogue")

NINE = datetime(2023, 6, 1, 9, 0, tzinfo=UTC)  # a Thursday
QUARTER = timedelta(minutes=15)


def item(name="Old promise", **fields):
    return WaitingItem(WaitingKind.PROVE, name, "/conditions/", **fields)


def something(person, on):
    return [item(due_on=date(2023, 5, 31), is_overdue=True), item("Newer", due_on=on)]


def nothing(person, on):
    return []


def reader(frequency=DigestFrequency.DAILY, zone="UTC", **fields):
    person = user(time_zone=zone)
    person.digest = frequency
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    return person


def planned(at, waiting=something):
    return sweeps.plan_digests(waiting=waiting, at=at, on=at.date())


def test_it_is_written_at_nine_where_the_person_is():
    person = reader(zone="Europe/Berlin")  # 07:00 UTC

    assert planned(NINE - timedelta(hours=2, minutes=1)) == 0
    assert planned(NINE - timedelta(hours=1, minutes=50)) == 1

    mail = Mail.objects.get()
    assert (mail.kind, mail.channel, mail.user) == (MailKind.DIGEST, Channel.EMAIL, person)
    assert mail.due_at == NINE - timedelta(hours=2)
    assert mail.local_day == date(2023, 6, 1)
    assert mail.subject == "2 things wait for you, 1 of them overdue"


def test_the_sweep_writes_it_once():
    reader()
    planned(NINE - QUARTER)

    assert [planned(NINE + QUARTER * n) for n in range(4)] == [1, 0, 0, 0]
    assert AuditEvent.objects.filter(kind=AuditKind.DIGESTS_PLANNED).count() == 1


def test_two_sweeps_side_by_side_write_one():
    reader()
    at = NINE + timedelta(minutes=1)

    made = [digests.plan_digests(waiting=something, at=at, on=at.date()) for _ in range(2)]

    assert made == [1, 0]


def test_nothing_to_do_is_no_mail_also_later_that_day():
    reader()
    planned(NINE - QUARTER)

    assert planned(NINE, nothing) == 0
    assert planned(NINE + QUARTER, something) == 0
    assert not Mail.objects.exists()
    assert not AuditEvent.objects.filter(kind=AuditKind.DIGESTS_PLANNED).exists()


@pytest.mark.parametrize(
    "fields",
    [{"digest": DigestFrequency.OFF}, {"is_active": False}, {"email": ""}],
    ids=["off", "left", "no address"],
)
def test_who_gets_none(fields):
    reader(**fields)

    assert planned(NINE) == 0


def test_weekly_comes_on_monday():
    reader(DigestFrequency.WEEKLY)
    planned(NINE - QUARTER)
    days = [NINE + timedelta(days=n) for n in range(8)]

    assert [planned(at) for at in days] == [0, 0, 0, 0, 1, 0, 0, 0]


def test_daily_rests_at_the_weekend():
    reader()
    planned(NINE - QUARTER)

    assert [planned(NINE + timedelta(days=n)) for n in range(7)] == [1, 1, 0, 0, 1, 1, 1]


def test_after_days_away_it_is_one():
    reader()
    planned(NINE - QUARTER)

    assert planned(NINE + timedelta(days=5)) == 1


def test_on_a_day_with_a_reminder_the_digest_is_left_out():
    person = reader()
    mail_to(person, local_day=date(2023, 6, 1))

    assert planned(NINE) == 0


def test_an_escalation_takes_no_digest_away():
    person = reader()
    mail_to(person, local_day=date(2023, 6, 1), kind=MailKind.ESCALATION)

    assert planned(NINE) == 1


# What it says -------------------------------------------------------------------------------------


def written():
    person = reader()
    planned(NINE)
    mail = Mail.objects.select_related("user", "contact").get()
    message = messages.compose(mail, [], at=NINE)
    assert message is not None
    return person, message


def test_it_lists_the_overdue_first_with_a_link_each():
    _, message = written()

    assert message.text.index("Old promise") < message.text.index("Newer")
    assert "1 day overdue" in message.text
    assert "http://localhost:8000/conditions/" in message.text


def test_one_click_turns_it_off():
    person, message = written()

    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message.headers["List-Unsubscribe"].strip("<>")
    assert url in message.text
    assert links.read_unsubscribe(url.rstrip("/").rsplit("/", 1)[1]) == person.uid


def test_names_cannot_break_out_of_the_html():
    reader(full_name="<b>Evil</b>")
    planned(NINE, lambda person, on: [item("<script>alert(1)</script>")])

    mail = Mail.objects.get()
    assert "<script>" not in mail.html
    assert "<b>Evil" not in mail.html


def test_yesterdays_digest_is_dropped_unsent():
    written()
    mail = Mail.objects.select_related("user").get()

    assert messages.compose(mail, [], at=NINE + timedelta(hours=14)) is not None
    assert messages.compose(mail, [], at=NINE + timedelta(days=1)) is None


def test_it_leaves_through_the_same_machine_as_every_mail():
    person = reader()
    planned(NINE)
    box = Letterbox()

    result = sending.send_due(at=NINE, on=NINE.date(), channels=box.as_channels())

    assert (result.sent, box.addresses) == (1, [person.email])
    assert Mail.objects.get().state == MailState.SENT


# Choosing -----------------------------------------------------------------------------------------


def test_a_choice_is_recorded_with_what_was():
    person = reader(DigestFrequency.OFF)

    digests.choose(person, frequency=DigestFrequency.WEEKLY, at=NINE, on=NINE.date())
    digests.unsubscribe(person, at=NINE, on=NINE.date())

    events = AuditEvent.objects.filter(kind=AuditKind.DIGEST_SET).order_by("seq")
    assert [(one.data["was"], one.data["now"], one.data["how"]) for one in events] == [
        ("off", "weekly", "settings"),
        ("weekly", "off", "link"),
    ]
    assert [one.actor for one in events] == [person, None]


def test_a_heartbeat_is_left():
    planned(NINE)

    assert SweepRun.objects.get(name=SweepName.DIGEST).business_at == NINE
