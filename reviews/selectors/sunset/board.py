"""The board's figures. Each comes with the filter of the register that lists exactly its rows."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

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


@dataclass(frozen=True, slots=True)
class Group:
    """Deployments alike in every cut and in status, counted by measure and by trouble."""

    values: Mapping[str, str]
    status: str
    rows: int
    counts: Mapping[str, int]


def counted(filters: DeploymentFilter, *, on: date) -> list[Group]:
    """What every figure of the board is added up from. One query."""
    rows = _all(filters)
    wanted = {name: narrow(rows) for name, (_, narrow) in measures(filters, on=on).items()}
    wanted |= {trouble.value: hygiene.troubled(rows, trouble) for trouble in Trouble}
    found = rows.values_list(*SEGMENTS.values(), "status").annotate(
        g_rows=Count("pk"),
        **{
            f"g_{name}": Count("pk", filter=Q(pk__in=narrowed.values("pk")))
            for name, narrowed in wanted.items()
        },
    )
    return [
        Group(
            dict(zip(SEGMENTS, (value or "" for value in values), strict=True)),
            status,
            count,
            dict(zip(wanted, counts, strict=True)),
        )
        for *values, status, count, counts in (
            (*row[: len(SEGMENTS) + 2], row[len(SEGMENTS) + 2 :]) for row in found
        )
    ]


def heads(filters: DeploymentFilter, groups: Sequence[Group], *, on: date) -> list[Tally]:
    """Running, overdue, silent and stopped."""
    return [
        Tally(name, _sum(groups, name), given)
        for name, (given, _) in measures(filters, on=on).items()
    ]


def by_status(groups: Sequence[Group]) -> list[Tally]:
    """Every status, in the order of the way out."""
    return [
        Tally(
            status.value,
            sum(group.rows for group in groups if group.status == status),
            {"status": status.value},
        )
        for status in DeploymentStatus
    ]


def troubles(groups: Sequence[Group]) -> list[Tally]:
    """Running deployments that a reminder would not surely reach."""
    return [
        Tally(
            trouble.value,
            _sum(groups, trouble.value),
            {"contact": trouble.value, "running": "yes"},
        )
        for trouble in Trouble
    ]


def segments(
    filters: DeploymentFilter, groups: Sequence[Group], *, on: date
) -> dict[str, list[Segment]]:
    """The measures cut by region, tier, owner and capability. One query, for the labels."""
    wanted = measures(filters, on=on)
    counted: dict[str, dict[str, Counter[str]]] = {cut: {} for cut in SEGMENTS}
    for group in groups:
        for cut, value in group.values.items():
            figures = Counter({name: group.counts[name] for name in wanted})
            if any(figures.values()):
                counted[cut].setdefault(value, Counter()).update(figures)
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


def _sum(groups: Sequence[Group], name: str) -> int:
    return sum(group.counts[name] for group in groups)


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
