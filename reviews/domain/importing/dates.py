"""Dates as people and spreadsheets write them: believed, or reported with the reason."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

SPREADSHEET_DAY_ZERO = date(1899, 12, 30)
"""Day 0 of the calendar that spreadsheets count in (the 1900 system with its leap-year error)."""


@dataclass(frozen=True, slots=True)
class DateRules:
    """``forms`` are tried in order (``strptime``); ``earliest`` and ``latest`` are inclusive."""

    forms: tuple[str, ...]
    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class DateReading:
    """Either a day, or the reason why the text was not believed, or neither: nothing was said."""

    day: date | None = None
    doubt: str = ""


def read_date(text: str, rules: DateRules) -> DateReading:
    """Read one cell that is already trimmed and not blank."""
    for form in rules.forms:
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007  a civil day has no zone
        except ValueError:
            continue
        if rules.earliest <= day <= rules.latest:
            return DateReading(day=day)
        return DateReading(doubt=_out_of_range(text, day, rules))
    return DateReading(doubt=f"“{_short(text)}” is in none of the date forms of the profile.")


def _out_of_range(text: str, day: date, rules: DateRules) -> str:
    year = (day - SPREADSHEET_DAY_ZERO) // timedelta(days=1)
    if rules.earliest.year <= year <= rules.latest.year:
        return (
            f"“{_short(text)}” is what a spreadsheet makes of the number {year}:"
            f" the year {year} may be meant, no day is known."
        )
    return (
        f"“{_short(text)}” lies outside {rules.earliest.isoformat()} to {rules.latest.isoformat()}."
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
