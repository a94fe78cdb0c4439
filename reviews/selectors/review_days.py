"""How long a review may take: what the policies of a case's capabilities promise."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from reviews.domain.calendars import add_business_days, business_days_between
from reviews.integrations.data_files import holidays
from reviews.models import CapabilityPolicy
from reviews.models.catalogue import HolidayCalendar


@dataclass(frozen=True, slots=True)
class ReviewDays:
    """Working days that a review may take, and the calendar that says which days these are."""

    days: int
    calendar: str

    def due_on(self, opened_on: date) -> date | None:
        """The last day of a review that was opened then; ``None`` where no policy promises one.

        The arithmetic of the last safe filing day, the other way round.
        """
        if not self.days:
            return None
        return add_business_days(opened_on, self.days, holidays(self.calendar))

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to ``end``."""
        return business_days_between(start, end, holidays(self.calendar))


NONE = ReviewDays(0, HolidayCalendar.NONE)
"""No policy speaks: weekends are free, nothing is promised."""


def of_cases(keys: Collection[int], *, on: date) -> Mapping[int, ReviewDays]:
    """By key of the case: the longest time of its capabilities' policies in force. One query."""
    if not keys:
        return {}
    rows = (
        CapabilityPolicy.objects.current()
        .filter(capability__use_cases__in=set(keys), effective_from__lte=on)
        .order_by("effective_from")
        .values_list(
            "capability__use_cases", "capability", "review_business_days", "holiday_calendar"
        )
    )
    latest = {(case, capability): ReviewDays(days, name) for case, capability, days, name in rows}
    found: dict[int, ReviewDays] = {}
    for (case, _), one in latest.items():
        if one.days >= found.get(case, NONE).days:
            found[case] = one
    return found
