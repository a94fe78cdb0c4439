"""On which day a digest is due: once for each nine o'clock, whenever the sweep looks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain.digests import due_moment, falls_on
from reviews.domain.enums import DigestFrequency
from reviews.domain.ladders import local_day, mail_moment

FRIDAY = date(2023, 6, 2)
MONDAY = date(2023, 6, 5)
ZONES = ["UTC", "Europe/Berlin", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York"]


@pytest.mark.parametrize(
    ("frequency", "days"),
    [(DigestFrequency.DAILY, "MTWTF"), (DigestFrequency.WEEKLY, "M"), (DigestFrequency.OFF, "")],
)
def test_the_days_of_a_digest(frequency, days):
    week = [MONDAY + timedelta(days=n) for n in range(7)]

    assert "".join("MTWTFSS"[day.weekday()] for day in week if falls_on(frequency, day)) == days


def test_it_is_due_at_nine_where_the_person_is():
    nine = datetime(2023, 6, 2, 7, tzinfo=UTC)
    before = nine - timedelta(minutes=10)

    def due(at):
        return due_moment(DigestFrequency.DAILY, "Europe/Berlin", after=before, at=at)

    assert due(nine - timedelta(seconds=1)) is None
    assert due(nine) == nine
    assert due_moment(DigestFrequency.DAILY, "Europe/Berlin", after=nine, at=nine) is None


def test_after_an_outage_several_are_one():
    after = datetime(2023, 5, 30, 12, tzinfo=UTC)
    at = datetime(2023, 6, 2, 12, tzinfo=UTC)

    assert due_moment(DigestFrequency.DAILY, "UTC", after=after, at=at) == mail_moment(
        FRIDAY, "UTC"
    )


def test_a_missed_monday_is_made_up_for_once():
    after = datetime(2023, 6, 4, 12, tzinfo=UTC)
    tuesday = datetime(2023, 6, 6, 12, tzinfo=UTC)

    assert due_moment(DigestFrequency.WEEKLY, "UTC", after=after, at=tuesday) == mail_moment(
        MONDAY, "UTC"
    )
    later = tuesday + timedelta(hours=1)
    assert due_moment(DigestFrequency.WEEKLY, "UTC", after=tuesday, at=later) is None


@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(datetime(2023, 1, 1), datetime(2024, 1, 1), timezones=st.just(UTC)),
    steps=st.lists(st.integers(1, 60 * 30), min_size=1, max_size=30),
    frequency=st.sampled_from([DigestFrequency.DAILY, DigestFrequency.WEEKLY]),
)
def test_no_nine_oclock_is_told_twice_however_often_the_sweep_looks(zone, start, steps, frequency):
    told, after = [], start
    for minutes in steps:
        at = after + timedelta(minutes=minutes)
        moment = due_moment(frequency, zone, after=after, at=at)
        if moment is not None:
            assert after < moment <= at
            assert falls_on(frequency, local_day(moment, zone))
            told.append(moment)
        after = at

    assert told == sorted(set(told))
