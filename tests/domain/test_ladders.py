"""Days of steps, what is due, and 09:00 in every zone there is."""

import os
import tomllib
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reviews.domain import ladders
from reviews.domain.calendars import NO_HOLIDAYS, is_business_day, last_safe_filing_on
from reviews.domain.enums import Audience, MailKind, StepAnchor, SubjectKind
from reviews.domain.ladders import StepRule, dated_steps
from reviews.integrations.data_files import DATA, holidays

LAST_DAY = date(2023, 6, 30)
FILING = date(2023, 6, 16)
EXAMPLES = int(os.environ.get("LADDER_EXAMPLES", "300"))
"""``LADDER_EXAMPLES=20000`` for the long run."""


def rules(name: str) -> list[StepRule]:
    table = tomllib.loads(Path(DATA, "ladders", f"{name}.toml").read_text())
    return [
        StepRule(
            code=step["code"],
            offset_days=step["offset_days"],
            audiences=tuple(Audience(one) for one in step["audiences"]),
            anchor=StepAnchor(step.get("anchor", "last_day")),
            is_manual=step.get("is_manual", False),
        )
        for step in table["step"]
    ]


SUNSET = rules("sunset")


def sunset(last_day=LAST_DAY, filing=FILING, calendar=NO_HOLIDAYS):
    return dated_steps(SUNSET, last_day=last_day, last_safe_filing_on=filing, holidays=calendar)


# The year of the sunset ---------------------------------------------------------------------------


def test_the_year_of_a_customer_who_never_answers():
    steps = sunset()
    nominal = sorted({step.nominal_on for step in steps})

    assert [day.isoformat() for day in nominal] == [
        "2022-06-30", "2023-01-01", "2023-04-01", "2023-05-01", "2023-05-31",
        "2023-06-16", "2023-06-23", "2023-06-27", "2023-06-29", "2023-06-30",
        "2023-07-01", "2023-07-07", "2023-07-14", "2023-07-21", "2023-07-28",
    ]  # fmt: skip
    moved = {str(s.nominal_on): str(s.due_on) for s in steps if s.nominal_on != s.due_on}
    assert moved == {
        "2023-01-01": "2022-12-30",
        "2023-04-01": "2023-03-31",
        "2023-07-01": "2023-07-03",
    }


def test_day_after_day_gives_one_line_a_step_and_two_steps_of_one_day_share_it():
    steps = sunset()
    since, lines = ladders.start_on(steps, on=date(2022, 6, 21)), []
    day = date(2022, 6, 21)
    while day <= date(2023, 7, 31):
        if since is not None and (line := ladders.line(steps, since=since, on=day)):
            lines.append(line)
            since = line.next_on
        day += timedelta(days=1)

    assert [line.nearest.rule.code for line in lines] == [
        "T-365", "T-180", "T-90", "T-60", "T-30", "FILING", "T-7", "T-3", "T-1", "T-0",
        "T+1", "T+7", "T+14", "T+21", "T+28",
    ]  # fmt: skip
    assert [s.rule.code for s in lines[5].same_day] == ["T-14"]
    assert not any(line.missed for line in lines)
    assert since is None


def test_us_federal_holidays_move_the_filing_day():
    federal = holidays("us_federal")
    filing = last_safe_filing_on(LAST_DAY, 10, federal)
    days = {s.rule.code: s.due_on for s in sunset(filing=filing, calendar=federal)}

    assert days["FILING"] == date(2023, 6, 15)
    assert days["T-14"] == date(2023, 6, 16)


def test_without_a_filing_day_its_step_has_no_day():
    assert "FILING" not in {s.rule.code for s in sunset(filing=None)}


def test_the_manual_step_has_no_day():
    assert "MANUAL" not in {s.rule.code for s in sunset()}


# What is due --------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2023, 5, 31), date(2023, 6, 1), date(2023, 6, 15)])
def test_reached_never_equals(day):
    line = ladders.line(sunset(), since=date(2023, 5, 31), on=day)

    assert line.nearest.rule.code == "T-30"
    assert line.next_on == FILING


def test_a_day_ahead_says_its_own_and_the_day_before_keeps_its_own():
    days = [date(2023, 6, 29), date(2023, 6, 30)]
    found = ladders.lines(sunset(), since=FILING, days=days)

    assert [line.nearest.rule.code for line in found] == ["T-1", "T-0"]
    assert [step.rule.code for step in found[0].missed] == ["T-14", "FILING", "T-7", "T-3"]
    assert found[1].missed == ()


def test_the_days_of_a_moment_are_all_that_it_is_anywhere():
    at = datetime(2023, 6, 29, 11, 0, tzinfo=UTC)
    days = tuple(date(2023, 6, day) for day in (28, 29, 30))

    assert ladders.days_at(at, until=date(2023, 6, 30)) == days
    assert ladders.days_at(at, until=date(2023, 6, 29)) == days[:2]
    assert ladders.days_at(at, until=date(2023, 7, 9)) == (*days, date(2023, 7, 9))


@pytest.mark.parametrize(
    ("back_on", "nearest", "missed"),
    [
        (date(2023, 6, 26), "T-7", ["T-14", "FILING"]),
        (date(2023, 7, 10), "T+7", ["T-14", "FILING", "T-7", "T-3", "T-1", "T-0", "T+1"]),
    ],
)
def test_after_an_outage_the_nearest_step_speaks_and_older_ones_are_missed(
    back_on, nearest, missed
):
    line = ladders.line(sunset(), since=FILING, on=back_on)

    assert line.nearest.rule.code == nearest
    assert [s.rule.code for s in line.missed] == missed


def test_steps_of_one_working_day_speak_to_everybody_of_both():
    saturday = date(2023, 7, 1)
    line = ladders.line(sunset(last_day=saturday), since=date(2023, 6, 30), on=date(2023, 6, 30))

    assert line.nearest.rule.code == "T-0"
    assert [s.rule.code for s in line.same_day] == ["T-1"]
    assert line.audiences == tuple(Audience)


def test_a_new_deadline_starts_at_its_nearest_step():
    assert ladders.start_on(sunset(), on=date(2023, 6, 1)) == date(2023, 5, 31)
    assert ladders.start_on(sunset(), on=date(2022, 6, 21)) == date(2022, 6, 30)
    assert ladders.start_on(sunset(), on=date(2024, 1, 1)) == date(2023, 7, 28)
    assert ladders.start_on((), on=LAST_DAY) is None


def test_changed_days_repeat_nothing_and_drop_nothing():
    steps = sunset()

    said = ladders.on_from(steps, pending=date(2023, 6, 23), on=date(2023, 6, 20))
    not_yet = ladders.on_from(steps, pending=date(2023, 6, 16), on=date(2023, 6, 20))
    never = ladders.on_from(steps, pending=None, on=date(2023, 8, 20))

    assert (said, not_yet, never) == (date(2023, 6, 23), FILING, None)


@pytest.mark.parametrize(
    ("code", "told_next"),
    [("T-30", "T-14"), ("FILING", "T-7"), ("T-14", "T-7"), ("T-7", "T-1"), ("T-3", "T-1")],
)
def test_whoever_is_told_next_is_announced_in_the_step_before(code, told_next):
    steps = sunset()
    step = next(s for s in steps if s.rule.code == code)

    assert ladders.announced(steps, step).rule.code == told_next


def test_after_everybody_is_told_nobody_is_announced():
    steps = sunset()
    assert ladders.announced(steps, next(s for s in steps if s.rule.code == "T+1")) is None


@pytest.mark.parametrize("name", ["condition", "exception", "grant", "rereview", "evaluation"])
def test_the_other_ladders_begin_with_the_owner_alone(name):
    steps = dated_steps(rules(name), last_day=LAST_DAY)

    assert steps[0].rule.audiences == (Audience.OWNER,)
    assert len({s.rule.code for s in steps}) == len(steps)


def test_escalation_is_for_everybody_but_the_first_audience():
    kind = ladders.mail_kind
    assert kind(SubjectKind.DEPLOYMENT, Audience.CONTACT) is MailKind.REMINDER
    assert kind(SubjectKind.DEPLOYMENT, Audience.OWNER) is MailKind.ESCALATION
    assert kind(SubjectKind.CONDITION, Audience.OWNER) is MailKind.REMINDER
    assert kind(SubjectKind.CONDITION, Audience.MANAGER) is MailKind.ESCALATION


def test_days_left_on_the_last_day_and_after():
    assert ladders.days_left(LAST_DAY, on=LAST_DAY) == 0
    assert not ladders.is_overdue(LAST_DAY, on=LAST_DAY)
    assert ladders.is_overdue(LAST_DAY, on=date(2023, 7, 1))


# Every zone ---------------------------------------------------------------------------------------

ZONES = sorted(zoneinfo.available_timezones())
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2050, 12, 31))


def test_there_are_about_600_zones():
    assert len(ZONES) >= 590


@settings(max_examples=EXAMPLES, deadline=None)
@given(day=DAYS, zone=st.sampled_from(ZONES))
@example(day=date(2011, 12, 30), zone="Pacific/Apia")  # a day that never was there
@example(day=date(2024, 2, 29), zone="Pacific/Kiritimati")  # UTC+14
@example(day=date(2024, 2, 29), zone="Etc/GMT+12")  # UTC-12
@example(day=date(2023, 3, 26), zone="Europe/Berlin")
@example(day=date(2023, 10, 29), zone="Europe/Berlin")
@example(day=date(2023, 10, 1), zone="Australia/Lord_Howe")  # half an hour
@example(day=date(2018, 11, 4), zone="America/Sao_Paulo")  # midnight does not exist
@example(day=date(2023, 4, 23), zone="Africa/Casablanca")
@example(day=date(2023, 6, 30), zone="Asia/Kathmandu")
def test_nine_in_the_morning_everywhere(day, zone):
    moment = ladders.mail_moment(day, zone)

    local = moment.astimezone(zoneinfo.ZoneInfo(zone))
    assert moment.tzinfo is UTC
    if (zone, day) not in NEVER_WERE:
        assert (local.date(), local.hour, local.minute) == (day, 9, 0)
        assert ladders.local_day(moment, zone) == day
    # The plan, which looks at the latest day on Earth, knows of it before it leaves.
    assert ladders.latest_day(moment - timedelta(hours=1)) >= day
    # A second before and after midnight of the last day, where it runs.
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time()).replace(
        tzinfo=zoneinfo.ZoneInfo(zone)
    )
    before = ladders.local_day(midnight.astimezone(UTC) - timedelta(seconds=1), zone)
    assert not ladders.is_overdue(day, on=before) or (zone, day) in NEVER_WERE
    assert ladders.days_left(day, on=before) >= 0 or (zone, day) in NEVER_WERE


NEVER_WERE = {
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Fakaofo", date(2011, 12, 30)),
    ("Pacific/Kiritimati", date(1994, 12, 31)),
    ("Pacific/Kiritimati", date(1995, 1, 1)),
    ("Pacific/Enderbury", date(1994, 12, 31)),
    ("Pacific/Kanton", date(1994, 12, 31)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Kwajalein", date(1993, 8, 21)),
}
"""Days that a zone left out when it changed sides of the date line."""


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    last_day=DAYS,
    review_days=st.integers(0, 30),
    calendar=st.sampled_from(["none", "us_federal"]),
    start=st.integers(-400, 60),
    gaps=st.lists(st.integers(1, 60), max_size=12),
)
@example(date(2024, 2, 29), 10, "none", -366, [1])
@example(date(2028, 2, 29), 10, "us_federal", 0, [])
def test_every_ladder_whatever_the_days(last_day, review_days, calendar, start, gaps):
    free = holidays(calendar)
    filing = last_safe_filing_on(last_day, review_days, free)
    steps = sunset(last_day, filing, free)

    assert all(is_business_day(s.due_on, free) for s in steps)
    for step in steps:
        early = step.nominal_on <= last_day
        assert step.due_on <= step.nominal_on if early else step.due_on >= step.nominal_on
        assert abs(step.due_on - step.nominal_on) <= timedelta(days=5)
    # However the sweep comes and goes: each step is said or missed exactly once, in order.
    day = last_day + timedelta(days=start)
    since = ladders.start_on(steps, on=day)
    first, seen = since, []
    for gap in [0, *gaps, 900]:
        day += timedelta(days=gap)
        line = ladders.line(steps, since=since, on=day) if since else None
        if line:
            seen += [*line.missed, *line.same_day, line.nearest]
            assert line.nearest.due_on <= day
            since = line.next_on
    assert seen == [s for s in steps if first and s.due_on >= first]
    assert since is None
