"""What a board is made of: sections of a chart, its table and the addresses of what they count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext

from reviews.domain.ageing import AGES, Age
from reviews.domain.tallies import PERIODS, Period, Took
from reviews.web.board_charts import Chart

Query = Mapping[str, object]


FILES = {
    "filings": "filings",
    "decisions": "decisions",
    "refusals": "refusals",
    "verdicts": "verdicts",
    "conditions": "pending-conditions",
}
"""Kind of rows → the export of the same list."""


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` with the address of exactly the rows that it counts; without one it is no count."""

    column: str
    text: str
    url: str = ""
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    cells: Sequence[Cell]
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    head: str
    rows: Sequence[Row]
    empty: str = ""

    @property
    def columns(self) -> Sequence[Cell]:
        return self.rows[0].cells if self.rows else ()


@dataclass(frozen=True, slots=True)
class Section:
    """``rows_url``: the list of everything in it."""

    name: str
    title: str
    tables: Sequence[Table]
    lead: str = ""
    chart: Chart | None = None
    rows_url: str = ""
    rows_text: str = ""

    @property
    def export_url(self) -> str:
        """The rows of ``rows_url`` as a file, where its list has one."""
        path, _, query = self.rows_url.partition("?")
        names = {reverse("reviews:use_cases"): "use-cases", reverse("reviews:teams"): "teams"}
        names |= {reverse("reviews:board_rows", args=[kind]): name for kind, name in FILES.items()}
        if path not in names:
            return ""
        url = reverse("reviews:export", args=[names[path], "csv"])
        return f"{url}?{query}" if query else url


@dataclass(frozen=True, slots=True)
class Tile:
    """As ``stat_tile`` takes it."""

    figure: object
    label: str
    url: str = ""
    note: str = ""
    tone: str = ""


def cases_url(**query: object) -> str:
    """The list of use cases with exactly these filters."""
    return _address(reverse("reviews:use_cases"), query)


def rows_url(kind: str, **query: object) -> str:
    """A list of the board's own with exactly these filters."""
    return _address(reverse("reviews:board_rows", args=[kind]), query)


def list_url(name: str, **query: object) -> str:
    return _address(reverse(f"reviews:{name}"), query)


def _address(path: str, query: Query) -> str:
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def number(column: str, count: int, url: str) -> Cell:
    """A count; nothing to look at where it is 0."""
    return Cell(column, str(count), url if count else "")


def took_cells(took: Took, url: str) -> list[Cell]:
    """How many were decided, and the working days that half and nine in ten of them took."""
    return [
        number(gettext("Decisions"), took.count, url),
        Cell(gettext("Median, working days"), days(took.median)),
        Cell(gettext("9 of 10 within"), days(took.p90)),
    ]


def days(count: int | None) -> str:
    return gettext("too few") if count is None else str(count)


def day(on: date) -> str:
    return date_format(on, "j M Y")


def age_label(age: Age) -> str:
    return {
        "week": gettext("Up to 7 days"),
        "month": gettext("8 to 30 days"),
        "quarter": gettext("31 to 90 days"),
        "longer": gettext("Over 90 days"),
    }[age.name]


def age_cells(counted: Mapping[str, int], *, on: date, **query: object) -> list[Cell]:
    """One cell an age, linked to the cases in their state for so long."""
    cells = []
    for age in AGES:
        first, last = age.since(on)
        url = cases_url(since_from=first, since_to=last, **query)
        cells.append(number(age_label(age), counted.get(age.name, 0), url))
    return cells


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    url: str
    current: bool
    count: None = None


def periods(path: str, chosen: int) -> list[Choice]:
    """The choice of the period, kept in the address."""
    words = {
        30: gettext("Last 30 days"),
        90: gettext("Last 90 days"),
        365: gettext("Last 365 days"),
    }
    return [Choice(words[one], f"{path}?days={one}", one == chosen) for one in PERIODS]


def week_words(week: Period) -> tuple[str, str]:
    """Short for below a bar, and in full."""
    full = gettext("%(first)s to %(last)s") % {"first": day(week.first), "last": day(week.last)}
    return date_format(week.first, "j M"), full
