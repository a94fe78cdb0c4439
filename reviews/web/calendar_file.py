"""Deadlines as a calendar by RFC 5545. The library folds, escapes and orders."""

from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext
from icalendar import Alarm, Calendar, Event

from reviews.domain.enums import SubjectKind
from reviews.selectors.sunset.feeds import Entry

ALARM_DAYS = (30, 7, 1)
"""Days before the last day on which a calendar program speaks up, at nine in the morning."""

_ALARM_HOUR = timedelta(hours=9)
_READ_AGAIN = timedelta(hours=6)


def calendar_file(name: str, entries: Sequence[Entry]) -> bytes:
    """The feed as bytes, lines ended by CR LF."""
    calendar = Calendar()
    calendar.add("prodid", "-//RAI Portal//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for entry in entries:
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{urlsplit(settings.PORTAL_URL).hostname}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.set_at)
    event.add("last-modified", entry.set_at)
    event.add("dtstart", entry.last_day)
    event.add("dtend", _day_after(entry.last_day))
    event.add("summary", _summary(entry))
    event.add("description", _description(entry))
    event.add("status", "CONFIRMED" if entry.is_open else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "CONFIDENTIAL")
    if entry.url:
        event.add("url", settings.PORTAL_URL + entry.url)
    if entry.is_open:
        for days in ALARM_DAYS:
            event.add_component(_alarm(entry, days))
    return event


def _alarm(entry: Entry, days: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", _ALARM_HOUR - timedelta(days=days))
    alarm.add("description", _summary(entry))
    return alarm


def _day_after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def _summary(entry: Entry) -> str:
    words = {
        SubjectKind.DEPLOYMENT: gettext("Last permitted day: %(what)s"),
        SubjectKind.CONDITION: gettext("Condition due: %(what)s"),
        SubjectKind.EXCEPTION: gettext("Exception ends: %(what)s"),
        SubjectKind.GRANT: gettext("Access to verify again: %(what)s"),
        SubjectKind.REREVIEW: gettext("Re-review due: %(what)s"),
        SubjectKind.EVALUATION: gettext("Evaluation due: %(what)s"),
    }[entry.kind]
    return words % {"what": entry.label}


def _description(entry: Entry) -> str:
    if not entry.is_open:
        return gettext("Settled: nothing is due any more.")
    return gettext("This day included, to its end in %(zone)s.") % {"zone": entry.time_zone}
