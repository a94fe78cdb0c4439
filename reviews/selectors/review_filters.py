"""The filter of the list of reviews: one definition for page, API and export."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import ReviewKind, State
from reviews.models import Review, Team, UseCase
from reviews.selectors import awaiting
from reviews.selectors.list_filters import ChoicesFilter, DaysFilter, ListFilter, PickFilter
from reviews.selectors.use_case_filters import (
    AWAITED,
    ESCALATED,
    REVIEWER,
    capabilities,
    reviewers,
)

STATES = [(state.value, state.label) for state in State if state.is_open]


class ReviewFilter(ListFilter):
    """``q`` searches title and reference; every other parameter narrows. All may be combined.

    ``mine``: the reader is an assigned reviewer. ``age``: whole days in the case's state, at least.
    """

    searched = ("use_case__title__icontains", "use_case__reference__istartswith")
    left_out = ("state", "kind", "capability", "team", "awaited", "reviewer")

    q = django_filters.CharFilter(label=_("Search title or reference"), method="search")
    state = ChoicesFilter(label=_("State"), choices=STATES, field_name="use_case__state")
    awaited = ChoicesFilter(label=_("Waits for"), choices=AWAITED, method="by_awaited")
    reviewer = ChoicesFilter(label=_("Reviewer"), gathered=True, method="by_reviewer")
    capability = ChoicesFilter(label=_("Capability"), gathered=True, method="with_capability")
    team = ChoicesFilter(
        label=_("Team"), field_name="use_case__team__uid", gathered=True, by_label=True
    )
    kind = ChoicesFilter(label=_("Kind of review"), choices=ReviewKind.choices)
    sensitive = django_filters.ChoiceFilter(
        label=_("Sensitive use"), choices=ESCALATED, method="by_sensitivity", empty_label=_("Any")
    )
    mine = django_filters.ChoiceFilter(
        label=_("Whose"),
        choices=[("yes", _("I review it"))],
        method="reviewed_by_me",
        empty_label=_("Everybody's"),
    )
    age = DaysFilter(word="age", sign=">", label=_("Days in its state, at least"), method="by_age")

    pick = PickFilter(field_name="use_case__uid")

    class Meta:
        model = Review
        fields: tuple[str, ...] = ()

    def rows_of(self) -> dict[str, QuerySet]:
        seen = self.queryset.order_by()
        teams = Team.objects.filter(Exists(seen.filter(use_case__team=OuterRef("pk"))))
        return {
            "capability": capabilities(),
            **self.some_of("team", teams, "uid", "name"),
            **self.some_of("reviewer", reviewers(), "username", "full_name"),
        }

    def fixed_of(self, name: str) -> list[tuple[str, Any]]:
        return REVIEWER if name == "reviewer" else []

    def with_capability(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        link = UseCase.capabilities.through.objects.filter(usecase_id=OuterRef("use_case"))
        return queryset.filter(Exists(link.filter(capability__slug__in=value)))

    def by_awaited(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return awaiting.awaiting(queryset, value)

    def by_reviewer(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return awaiting.reviewed_by(queryset, value, reader=self.user)

    def reviewed_by_me(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return awaiting.reviewed_by(queryset, [awaiting.ME], reader=self.user)

    def by_sensitivity(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_sensitive=value == "yes")

    def by_age(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(use_case__state_since__lte=self.at - timedelta(days=int(value)))
