"""Kept rehearsals: what is still to come, and a silent year, for their pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import Channel, MailKind, RehearsalKind
from reviews.domain.errors import BadInput
from reviews.models import Rehearsal, RehearsedForecast, RehearsedLine
from reviews.selectors import paging
from reviews.selectors.paging import Page


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a replayed year: its day, the working day it moved to, how many it reached."""

    step: str
    nominal_on: date
    moved_on: date
    mails: int
    lines: int


class PlanFilter(django_filters.FilterSet):
    """``q`` finds the recipient or the customer; the others narrow."""

    q = django_filters.CharFilter(label=_("Search by recipient or customer"), method="search")
    day = django_filters.DateFilter(
        label=_("Day where the recipient is"),
        field_name="local_day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = django_filters.DateFilter(
        label=_("Up to (inclusive)"),
        field_name="local_day",
        lookup_expr="lte",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=MailKind.choices, empty_label=_("Any kind")
    )
    channel = django_filters.ChoiceFilter(
        label=_("Channel"), choices=Channel.choices, empty_label=_("Any channel")
    )

    class Meta:
        model = RehearsedLine
        fields: tuple[str, ...] = ()

    def search(self, queryset: Any, name: str, value: str) -> Any:
        for word in value.split()[:8]:
            queryset = queryset.filter(Q(recipient__icontains=word) | Q(customer__icontains=word))
        return queryset


def newest(kind: RehearsalKind) -> Rehearsal | None:
    """The run that its page shows. One query."""
    return Rehearsal.objects.filter(kind=kind).first()


def lines(run: Rehearsal | None) -> QuerySet[RehearsedLine]:
    """Its rows; none without a run."""
    return run.lines.all() if run else RehearsedLine.objects.none()


def days(found: QuerySet[RehearsedLine]) -> list[dict[str, Any]]:
    """``local_day``, ``mails`` and ``carried`` (lines) for each day that has any. One query."""
    rows: Any = (
        found.order_by("local_day")
        .values("local_day")
        .annotate(mails=Count("mail_number", distinct=True), carried=Sum("lines"))
    )
    return list(rows)


def steps(found: QuerySet[RehearsedLine]) -> Sequence[Step]:
    """The steps of these lines, in the order of their working days. One query."""
    rows: Any = (
        found.filter(nominal_on__isnull=False)
        .order_by()
        .values("step", "nominal_on", "moved_on")
        .annotate(mails=Count("mail_number", distinct=True), carried=Sum("lines"))
        .order_by("moved_on", "nominal_on", "step")
    )
    return [
        Step(row["step"], row["nominal_on"], row["moved_on"], row["mails"], row["carried"])
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class TestedYear:
    """How many forecasts of one seed's year were made, and how many intervals held their day."""

    seed: int
    made: int
    held: int
    is_walked: bool


def foretold(run: Rehearsal | None) -> list[RehearsedForecast]:
    """The forecasts of the year that was walked, the earliest first. One query."""
    return list(run.forecasts.filter(is_walked=True).order_by("on")) if run else []


def tested(run: Rehearsal | None) -> list[TestedYear]:
    """The years whose day has come. One query."""
    if run is None:
        return []
    held = Q(low__lte=F("came_on")) & (Q(high__isnull=True) | Q(high__gte=F("came_on")))
    rows: Any = (
        run.forecasts.filter(seed__isnull=False, came_on__isnull=False)
        .order_by("seed")
        .values("seed", "is_walked")
        .annotate(made=Count("pk"), in_it=Count("pk", filter=held))
    )
    return [TestedYear(row["seed"], row["made"], row["in_it"], row["is_walked"]) for row in rows]


def page(found: QuerySet[RehearsedLine], *, cursor: str, size: int) -> Page:
    """The earliest first. Raises ``BadInput`` for a cursor that is none. One query."""
    try:
        return paging.by_name(found, "due_at", cursor=cursor, size=size)
    except ValidationError:
        raise BadInput(
            gettext("This page link is damaged. Open the list from its start.")
        ) from None
