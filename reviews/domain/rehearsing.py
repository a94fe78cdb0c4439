"""Walking through days to come, or days that were: when a day's first mail can leave."""

from datetime import date, datetime

from reviews.domain.ladders import mail_moment

EASTERNMOST = "Pacific/Kiritimati"
"""UTC+14: the first zone to begin a day."""


def first_mail(day: date) -> datetime:
    """09:00 of ``day`` where it is earliest; by then the plan looks at that day's steps."""
    return mail_moment(day, EASTERNMOST)
