"""The board's figures. Each comes with the filter of the register that lists exactly its rows."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from reviews.domain.enums import DeploymentStatus, Trouble
from reviews.models import Deployment, SweepHold
from reviews.selectors.sunset import hygiene
from reviews.selectors.sunset.filters import NOBODY, NOT_ON_RECORD, DeploymentFilter

SILENT_AFTER = timedelta(days=30)
SEGMENTS = {
    "region": "customer__region",
    "tier": "customer__tier",
    "owner": "customer__owner__username",
    "capability": "capability__slug",
}
"""What the register is cut by: the filter's parameter, and the field behind it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """``filters``: parameters of the register that list exactly the counted rows."""

    name: str
    count: int
    filters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Segment:
    """One value of one cut, such as one region. ``value`` is empty where nothing is on record."""

    value: str
    label: str
    figures: Sequence[Tally]


Measure = tuple[dict[str, str], Callable[[QuerySet], QuerySet]]


def measures(filters: DeploymentFilter, *, on: date) -> dict[str, Measure]:
    """What is counted: its filter, and the filter's own methods that narrow to it."""
    silent_since = on - SILENT_AFTER

    def running(rows: QuerySet) -> QuerySet:
        return filters.by_running(rows, "running", "yes")

    return {
        "running": ({"running": "yes"}, running),
        "overdue": (
            {"overdue": "yes"},
            lambda rows: filters.by_overdue(rows, "overdue", "yes"),
        ),
        "silent": (
            {"running": "yes", "silent_since": silent_since.isoformat()},
            lambda rows: filters.by_silence(running(rows), "silent_since", silent_since),
        ),
        "stopped": (
            {"status": DeploymentStatus.DISCONTINUED.value},
            lambda rows: rows.filter(status=DeploymentStatus.DISCONTINUED),
        ),
    }


def heads(filters: DeploymentFilter, *, on: date) -> list[Tally]:
    """Running, overdue, silent and stopped. One query each."""
    rows = _all(filters)
    return [
        Tally(name, narrow(rows).count(), given)
        for name, (given, narrow) in measures(filters, on=on).items()
    ]


def by_status(filters: DeploymentFilter) -> list[Tally]:
    """Every status, in the order of the way out. One query."""
    counted = dict(_all(filters).values_list("status").annotate(Count("pk")))
    return [
        Tally(status.value, counted.get(status.value, 0), {"status": status.value})
        for status in DeploymentStatus
    ]


def troubles(filters: DeploymentFilter) -> list[Tally]:
    """Running deployments that a reminder would not surely reach. One query each."""
    rows = _all(filters)
    return [
        Tally(
            trouble.value,
            hygiene.troubled(rows, trouble).count(),
            {"contact": trouble.value, "running": "yes"},
        )
        for trouble in Trouble
    ]


def segments(filters: DeploymentFilter, *, on: date) -> dict[str, list[Segment]]:
    """The measures cut by region, tier, owner and capability. One query each."""
    rows = _all(filters)
    counted: dict[str, dict[str, Counter[str]]] = {cut: {} for cut in SEGMENTS}
    wanted = measures(filters, on=on)
    for name, (_, narrow) in wanted.items():
        found = narrow(rows).values_list(*SEGMENTS.values()).annotate(Count("pk"))
        for *values, count in found:
            for cut, value in zip(SEGMENTS, values, strict=True):
                counted[cut].setdefault(value or "", Counter())[name] += count
    labels = {cut: _labels(filters, cut) for cut in SEGMENTS}
    return {
        cut: [
            Segment(
                value,
                labels[cut].get(_only(cut, value)[cut], value),
                [
                    Tally(name, figures[name], {**given, **_only(cut, value)})
                    for name, (given, _) in wanted.items()
                ],
            )
            for value, figures in sorted(
                counted[cut].items(), key=lambda one: (-one[1]["running"], one[0])
            )
        ]
        for cut in SEGMENTS
    }


def open_holds() -> list[SweepHold]:
    """Where the machine stopped and asks. One query."""
    return list(SweepHold.objects.filter(settled_at__isnull=True))


def _all(filters: DeploymentFilter) -> QuerySet[Deployment]:
    return filters.queryset.order_by()


def _only(cut: str, value: str) -> dict[str, str]:
    return {cut: value or (NOBODY if cut == "owner" else NOT_ON_RECORD)}


def _labels(filters: DeploymentFilter, cut: str) -> dict[str, str]:
    field: Any = filters.filters[cut]
    return {str(key): str(label) for key, label in field.extra["choices"]()}
