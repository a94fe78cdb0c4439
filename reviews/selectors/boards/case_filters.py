"""Parameters of the use-case list that the boards' numbers need."""

from datetime import UTC, date, datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import State
from reviews.models import ReviewAssignment, User
from reviews.selectors.list_filters import DayFilter

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
    """A part of ``UseCaseFilter``: days in the state, work of one reviewer, re-reviews due."""

    since_from = DayFilter(
        word="since", sign=">=", label=_("In its state since, from"), method="state_from"
    )
    since_to = DayFilter(
        word="since", sign="<=", label=_("In its state since, up to"), method="state_to"
    )
    rereview_by = DayFilter(
        word="rereview", sign="<=", label=_("Re-review due by"), method="rereviewed_by"
    )
    reviewing = django_filters.CharFilter(
        label=_("Still to be judged by (user name)"), method="worked_by"
    )

    def state_from(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(state_since__gte=start_of(value))

    def state_to(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(state_since__lt=start_of(value + timedelta(days=1)))

    def worked_by(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Assigned to this person, who has not signed off yet."""
        seats = open_work(reader=self.request.user).filter(reviewer__username=value)
        return queryset.filter(Exists(seats.filter(review__use_case=OuterRef("pk"))))

    def rereviewed_by(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(state__in=RETURNING, rereview_on__lte=value)


def open_work(*, reader: User | None = None) -> QuerySet[ReviewAssignment]:
    """Seats whose reviewer still has to judge something.

    ``reader``: without those of the other reviewer in rounds in which this person reviews: until
    both have signed off, neither knows who the other is.
    """
    seats = ReviewAssignment.objects.filter(
        recused_at__isnull=True,
        signed_off_at__isnull=True,
        review__closed_at__isnull=True,
        review__use_case__state__in=WORKED,
    ).order_by()
    if reader is None:
        return seats
    own = ReviewAssignment.objects.filter(
        review=OuterRef("review"), reviewer=reader, recused_at__isnull=True
    )
    return seats.filter(Q(reviewer=reader) | ~Exists(own))
