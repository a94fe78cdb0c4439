"""Digests: on which day one is due, and what it lists.

A digest sums up and reminds of nothing by itself; the days and the hour are our own.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from reviews.domain.calendars import is_business_day
from reviews.domain.enums import DigestFrequency
from reviews.domain.ladders import local_day, mail_moment

_MONDAY = 0
_LOOK_BACK = 8
"""Days: one more than the longest way from one digest to the next."""


class WaitingKind(StrEnum):
    """What waits for a person; each has its words in ``services.reminding.digests``."""

    PROVE = "prove"
    VERIFY = "verify"
    ANSWER_QUESTIONS = "answer_questions"
    REVIEW = "review"
    RECONCILE = "reconcile"
    ASSIGN = "assign"
    ADVISE = "advise"
    CLOSE_REFERRAL = "close_referral"
    DECIDE = "decide"
    DECIDE_APPEAL = "decide_appeal"
    COUNTERSIGN = "countersign"
    VET = "vet"
    ANSWER_REQUEST = "answer_request"
    MEND_CONTACTS = "mend_contacts"


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """One thing that waits for a person. ``path``: its page in the portal."""

    kind: WaitingKind
    name: str
    path: str
    since: datetime | None = None
    due_on: date | None = None
    is_overdue: bool = False

    @property
    def urgency(self) -> tuple[bool, bool, date, float]:
        """Overdue first, then by due day, then what waits longest."""
        since = self.since.timestamp() if self.since else 0.0
        return (not self.is_overdue, self.due_on is None, self.due_on or date.max, since)


def falls_on(frequency: DigestFrequency, day: date) -> bool:
    """Whether a digest of this frequency belongs to this civil day."""
    if frequency is DigestFrequency.DAILY:
        return is_business_day(day)
    return frequency is DigestFrequency.WEEKLY and day.weekday() == _MONDAY


def due_moment(
    frequency: DigestFrequency, zone: str, *, after: datetime, at: datetime
) -> datetime | None:
    """The latest 09:00 of a digest day in ``zone`` that came after ``after``, up to ``at``.

    So each is looked at once, on the day or, after an outage, when the sweep is back; several that
    were missed are one. ``None``: none came.
    """
    today = local_day(at, zone)
    for back in range(_LOOK_BACK):
        day = today - timedelta(days=back)
        moment = mail_moment(day, zone)
        if moment <= after:
            return None
        if moment <= at and falls_on(frequency, day):
            return moment
    return None
