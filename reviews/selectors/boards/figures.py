"""What a board reads of the summary rows, and what it counts where only open work is counted."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.fields import CharField, DateField, IntegerField

from reviews.domain.ageing import AGES, age_of
from reviews.domain.enums import State
from reviews.domain.tallies import NO_DAY, Measure, Period
from reviews.models import Tally

OPEN = tuple(state.value for state in State if state.is_open)
OVERALL = (
    Measure.STATE,
    Measure.STATE_CAPABILITY,
    Measure.FILED,
    Measure.FILED_TEAM,
    Measure.FILED_CAPABILITY,
    Measure.DECIDED,
    Measure.DECIDED_CAPABILITY,
    Measure.REFUSED,
    Measure.VERDICT,
)
OF_A_TEAM = (Measure.STATE, Measure.FILED_TEAM, Measure.DECIDED_TEAM, Measure.REFUSED_TEAM)
_BY_NUMBER = (Measure.DECIDED, Measure.DECIDED_TEAM, Measure.DECIDED_CAPABILITY)
_NOW = (Measure.STATE, Measure.STATE_CAPABILITY)
_CHARTED = (Measure.FILED, Measure.FILED_TEAM)
Aged = dict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of the summary rows. ``ages``: name of the age band to count, of open cases only.

    ``states``: by state; ``by_team``, ``by_capability``: key of the team or capability to state to
    count. ``took``: key of a capability, or 0 for all, to histogram of working days.
    """

    states: Counter[str] = field(default_factory=Counter)
    by_team: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_capability: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    ages: Aged = field(default_factory=lambda: defaultdict(Counter))
    team_ages: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    capability_ages: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    filed: Counter[date] = field(default_factory=Counter)
    filed_by_team: Counter[int] = field(default_factory=Counter)
    filed_by_capability: Counter[int] = field(default_factory=Counter)
    took: dict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    refused: Counter[str] = field(default_factory=Counter)
    verdicts: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def of_office(period: Period, *, on: date) -> Figures:
    """Everything filed. One query, over summary rows only."""
    return _read(_wanted(OVERALL, period), on=on, team=False)


def of_team(team: int, period: Period, *, on: date) -> Figures:
    """What one team filed, its drafts included. One query, over summary rows only."""
    return _read(_wanted(OF_A_TEAM, period) & Q(scope=team), on=on, team=True)


def _wanted(measures: tuple[Measure, ...], period: Period) -> Q:
    now = [one.value for one in measures if one in _NOW]
    then = [one.value for one in measures if one not in _NOW]
    return Q(measure__in=now) | Q(measure__in=then, day__range=(period.first, period.last))


def _read(wanted: Q, *, on: date, team: bool) -> Figures:
    """Rows are put together in the database as far as each measure needs them apart."""
    numbered = Case(
        When(measure__in=[one.value for one in _BY_NUMBER], then=F("number")),
        default=Value(0),
        output_field=IntegerField(),
    )
    rows = (
        Tally.objects.filter(wanted)
        .order_by()
        .values_list("measure", "scope", "key", _day(on, team=team), numbered)
        .annotate(total=Sum("count"))
        .exclude(total=0)
    )
    found = Figures()
    for measure, scope, key, day, number, total in rows:
        _put(found, Measure(measure), scope, key, day, number, total, on=on, team=team)
    return found


def _day(on: date, *, team: bool) -> Case:
    """Filings by day, where a chart shows them; of open cases the youngest day of their band."""
    charted = Measure.FILED_TEAM if team else Measure.FILED
    bands = [
        When(
            measure__in=[one.value for one in _NOW],
            day__gte=age.since(on)[0] or NO_DAY + timedelta(days=1),
            then=Value(on - timedelta(days=age.youngest)),
        )
        for age in AGES
    ]
    return Case(
        When(measure=charted.value, then=F("day")),
        *bands,
        default=Value(NO_DAY),
        output_field=DateField(),
    )


def _put(
    found: Figures,
    measure: Measure,
    scope: int,
    key: str,
    day: date,
    number: int,
    total: int,
    *,
    on: date,
    team: bool,
) -> None:
    if measure in _NOW:
        is_state = measure is Measure.STATE
        (found.by_team if is_state else found.by_capability)[scope][key] += total
        if is_state:
            found.states[key] += total
        if key in OPEN:
            age = age_of(day, on=on).name
            (found.team_ages if is_state else found.capability_ages)[scope][age] += total
            if is_state:
                found.ages[key][age] += total
    elif measure in _BY_NUMBER:
        of = scope if measure is Measure.DECIDED_CAPABILITY else 0
        found.took[of][number] += total
    elif measure is Measure.FILED_CAPABILITY:
        found.filed_by_capability[scope] += total
    elif measure is Measure.FILED_TEAM and not team:
        found.filed_by_team[scope] += total
    elif measure in _CHARTED:
        found.filed[day] += total
    elif measure is Measure.VERDICT:
        found.verdicts[scope][key] += total
    else:
        found.refused[key] += total


def counts(wanted: Mapping[str, QuerySet]) -> dict[str, int]:
    """How many rows each of these lists has. One query for all of them."""
    parts = [
        rows.order_by()
        .annotate(_list=Value(name, output_field=CharField()))
        .values_list("_list")
        .annotate(_rows=Count("pk"))
        for name, rows in wanted.items()
    ]
    counted = dict(parts[0].union(*parts[1:], all=True)) if parts else {}
    return {name: counted.get(name, 0) for name in wanted}
