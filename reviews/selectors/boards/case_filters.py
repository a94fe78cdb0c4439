"""Parameters of the use-case list that the boards' numbers need."""

from datetime import UTC, date, datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import State
from reviews.models import ReviewAssignment

WORKED = (State.IN_REVIEW, State.NEEDS_INFORMATION)
"""States in which a reviewer who is assigned has work."""
RETURNING = (State.APPROVED, State.PARTLY_APPROVED)
"""States from which a re-review opens."""


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def start_of(day: date) -> datetime:
    """The days of a state are counted in UTC, whoever looks: the same as the summary rows."""
    return datetime.combine(day, time.min, tzinfo=UTC)


class BoardCaseFilters(django_filters.FilterSet):
    """A part of ``UseCaseFilter``: age in the state, work of one reviewer, re-reviews due."""

    since_from = django_filters.DateFilter(
        label=_("In this state since, from"), method="state_from", widget=day_input()
    )
    since_to = django_filters.DateFilter(
        label=_("In this state since, up to"), method="state_to", widget=day_input()
    )
    reviewing = django_filters.CharFilter(
        label=_("Being reviewed by (username)"), method="worked_by"
    )
    rereview_by = django_filters.DateFilter(
        label=_("Re-review due by"), method="rereviewed_by", widget=day_input()
    )

    def state_from(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(state_since__gte=start_of(value))

    def state_to(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(state_since__lt=start_of(value + timedelta(days=1)))

    def worked_by(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Assigned to this person, who has not signed off yet."""
        return queryset.filter(
            Exists(open_work().filter(review__use_case=OuterRef("pk"), reviewer__username=value))
        )

    def rereviewed_by(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(state__in=RETURNING, rereview_on__lte=value)


def open_work() -> QuerySet[ReviewAssignment]:
    """Seats whose reviewer still has to judge something."""
    return ReviewAssignment.objects.filter(
        recused_at__isnull=True,
        signed_off_at__isnull=True,
        review__closed_at__isnull=True,
        review__use_case__state__in=WORKED,
    ).order_by()
