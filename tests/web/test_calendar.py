"""Digest and calendar feeds of a person, and the feed as another program reads it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews.domain.enums import Role
from reviews.models import AuditEvent, CalendarFeed, Deadline
from reviews.services.sunset import feeds
from tests.builders import NOW, TODAY, user
from tests.builders_access import capability
from tests.builders_mailing import deadline
from tests.builders_reminding import owned, running

pytestmark = pytest.mark.usefixtures("roles", "catalogue")

WHEN = {"at": NOW, "on": TODAY}
SOON = datetime.now(UTC).date() + timedelta(days=29)


@pytest.fixture
def of():
    return owned("Bäckerei, Söhne; & Co. \\ with a very long name that has to be folded over lines")


@pytest.fixture
def row(of):
    return running(of=of)


def made(person, **options):
    return feeds.create(person, **WHEN, **options)


def read(client, token):
    """The feed as a calendar program sees it, without a session."""
    client.logout()
    response = client.get(f"/calendar/{token}.ics")
    assert response.status_code == 200
    return response, vobject.readOne(response.content.decode())


def events(client, token):
    return list(read(client, token)[1].contents.get("vevent", []))


def test_another_library_reads_the_feed(client, of, row):
    deadline(row, last_day=SOON)
    _, token = made(of.owner)

    response, calendar = read(client, token)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    (event,) = calendar.vevent_list
    assert event.dtstart.value == SOON
    assert event.dtend.value == SOON + timedelta(days=1)
    assert event.summary.value == f"Last permitted day: {of.name}: Emotion"
    assert event.url.value.endswith(row.get_absolute_url())
    assert event.status.value == "CONFIRMED"


def test_lines_are_folded_and_ended_as_the_standard_says(client, of, row):
    deadline(row, last_day=SOON)
    _, token = made(of.owner)

    body = read(client, token)[0].content

    assert b"\r\n" in body
    assert not re.search(rb"(?<!\r)\n", body)
    assert max(len(one) for one in body.split(b"\r\n")) <= 75


def test_three_alarms_ring_at_nine(client, of, row):
    deadline(row, last_day=SOON)
    _, token = made(of.owner)

    (event,) = events(client, token)
    midnight = datetime(SOON.year, SOON.month, SOON.day)

    rings = sorted(midnight + alarm.trigger.value for alarm in event.valarm_list)
    assert [(SOON - ring.date()).days for ring in rings] == [30, 7, 1]
    assert {ring.hour for ring in rings} == {9}


def test_a_moved_deadline_keeps_its_uid_and_its_sequence_grows(client, of, row):
    deadline(row, last_day=SOON)
    _, token = made(of.owner)
    (before,) = events(client, token)
    Deadline.objects.update(is_current=False, is_open=False)
    deadline(row, last_day=SOON + timedelta(days=60), version=2)

    (after,) = events(client, token)

    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.dtstart.value == SOON + timedelta(days=60)


def test_a_closed_deadline_is_cancelled_for_a_while(client, of, row):
    deadline(row, last_day=SOON)
    _, token = made(of.owner)
    (before,) = events(client, token)
    Deadline.objects.update(is_open=False)

    (after,) = events(client, token)

    assert after.status.value == "CANCELLED"
    assert int(after.sequence.value) > int(before.sequence.value)
    assert "valarm" not in after.contents
    Deadline.objects.update(last_day=SOON - timedelta(days=200))
    assert events(client, token) == []


def test_a_person_sees_what_they_answer_for_and_nothing_else(client, of, row):
    deadline(row, last_day=SOON)
    deadline(running(of=owned("Another")), last_day=SOON)
    _, token = made(of.owner)

    assert len(events(client, token)) == 1


def test_a_feed_of_a_capability_shows_as_much_as_the_person_may_see(client, of, row):
    deadline(row, last_day=SOON)
    deadline(running(of=owned("Another")), last_day=SOON)
    deadline(running("identify", of=of), last_day=SOON)
    _, of_owner = made(of.owner, capability=capability("emotion"))
    _, of_stranger = made(user(), capability=capability("emotion"))

    assert len(events(client, of_owner)) == 2
    assert events(client, of_stranger) == []


def test_what_a_person_may_no_longer_see_leaves_the_feed(client, of, row):
    deadline(row, last_day=SOON)
    _, token = made(of.owner, capability=capability("emotion"))
    assert len(events(client, token)) == 1

    of.owner.groups.clear()
    type(of).objects.update(owner=None)

    assert events(client, token) == []


def test_the_number_of_queries_does_not_grow_with_the_deadlines(client, of, row):
    deadline(row, last_day=SOON)
    _, token = made(of.owner)
    found = []
    for count in (0, 10):
        for number in range(count):
            deadline(running(of=of, use=f"Use {number}"), last_day=SOON)
        client.get(f"/calendar/{token}.ics")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/calendar/{token}.ics")
        found.append(len(queries))

    assert found[0] == found[1]


def test_a_wrong_token_is_not_found(client, of):
    feed, token = made(of.owner)

    for wrong in ("wrong", token[:-1], token + "x", feed.token_digest, feed.token_hint):
        assert client.get(f"/calendar/{wrong}.ics").status_code == 404


def test_a_revoked_feed_and_one_of_a_person_who_left_answer_no_more(client, of):
    feed, token = made(of.owner)
    _, other = made(of.owner)
    feeds.revoke(feed, by=of.owner, **WHEN)

    assert client.get(f"/calendar/{token}.ics").status_code == 404
    assert client.get(f"/calendar/{other}.ics").status_code == 200
    of.owner.is_active = False
    of.owner.save()
    assert client.get(f"/calendar/{other}.ics").status_code == 404


def test_reading_notes_when(client, of):
    feed, token = made(of.owner)

    read(client, token)

    feed.refresh_from_db()
    assert feed.last_read_at is not None


# The page -----------------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_only_its_hash_is_kept(client, of):
    client.force_login(of.owner)

    page = client.post("/calendar/feeds/", {"capability": ""})

    token = re.search(r"/calendar/([\w-]+)\.ics", page.content.decode())[1]
    assert "no-store" in page["Cache-Control"]
    feed = CalendarFeed.objects.get()
    assert token not in str(CalendarFeed.objects.values())
    assert token not in str(list(AuditEvent.objects.values("data")))
    later = client.get("/calendar/").content.decode()
    assert token not in later
    assert feed.token_hint in later


def test_a_person_offers_only_capabilities_that_they_see(client, of, row):
    client.force_login(of.owner)
    assert ">Emotion<" in client.get("/calendar/").content.decode()

    client.force_login(user())
    assert ">Emotion<" not in client.get("/calendar/").content.decode()


def test_nobody_revokes_the_feed_of_another(client, of):
    feed, _ = made(of.owner)
    client.force_login(user("", Role.LEAD))

    assert client.post(f"/calendar/feeds/{feed.uid}/revoke/").status_code == 404
    client.force_login(of.owner)
    assert client.get(f"/calendar/feeds/{feed.uid}/revoke/").status_code == 200
    feed.refresh_from_db()
    assert feed.revoked_at is None
    client.post(f"/calendar/feeds/{feed.uid}/revoke/")
    feed.refresh_from_db()
    assert feed.revoked_at is not None


def test_the_digest_is_chosen_on_the_page_and_recorded_once(client):
    person = user()
    client.force_login(person)

    for _ in range(2):
        client.post("/calendar/digest/", {"frequency": "weekly"})

    person.refresh_from_db()
    assert person.digest == "weekly"
    assert AuditEvent.objects.filter(kind="digest.set").count() == 1
    assert client.post("/calendar/digest/", {"frequency": "hourly"}).status_code == 200


def test_feeds_have_a_limit(client, of):
    for _ in range(feeds.MOST_FEEDS):
        made(of.owner)
    client.force_login(of.owner)

    page = client.post("/calendar/feeds/", {"capability": ""}).content.decode()

    assert "Revoke one that you do not use." in page
    assert CalendarFeed.objects.count() == feeds.MOST_FEEDS
