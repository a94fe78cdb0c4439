"""How many mails a day should bring, foreseen the day before by the plan's own statements."""

from datetime import date, datetime, timedelta

from django.db import transaction

from reviews.domain.ladders import latest_day, mail_moment
from reviews.models import Forecast
from reviews.services.reminding.lines import Sheet
from reviews.services.reminding.planning import due_groups

_DAY = timedelta(days=1)


def store(*, at: datetime, on: date) -> Forecast | None:
    """Foresee the day after the one that is planned now; ``None`` where that was done.

    Call it after the plan: what is left then is what the next day brings.
    """
    day = max(on, latest_day(at)) + _DAY
    if Forecast.objects.filter(on=day).exists():
        return None
    forecast = Forecast(on=day, mails=_mails_of(day), made_at=at)
    Forecast.objects.bulk_create([forecast], ignore_conflicts=True)
    return forecast


def _mails_of(day: date) -> int:
    groups = due_groups([day])
    if not groups:
        return 0
    with transaction.atomic(), Sheet(at=mail_moment(day, "UTC"), on=day) as sheet:
        sheet.take_due(groups, lock=False)
        return sheet.count_mails(on=day)
