"""The filters of the access lists: one definition each for page, API and export."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import (
    ApplicationState,
    GrantStanding,
    RequestStanding,
    Sector,
)
from reviews.models import (
    AccessApplication,
    AccessGrant,
    Capability,
    Customer,
    Extension,
    Membership,
    PolicyException,
)
from reviews.models.catalogue import Stance

MANAGED = [("yes", _("Managed")), ("no", _("Not managed")), ("unknown", _("Not known"))]


def _closed_capabilities(_request: object = None) -> QuerySet[Capability]:
    """What is or was behind a gate; nothing else is applied for, excepted or extended."""
    return Capability.objects.filter(
        policies__is_current=True, policies__stance__in=[Stance.LIMITED_ACCESS, Stance.RETIRED]
    ).distinct()


class AccessFilter(django_filters.FilterSet):
    """``q`` searches the names in ``searched``; every other parameter narrows."""

    searched: tuple[str, ...] = ("customer__name",)

    q = django_filters.CharFilter(label=_("Search"), method="search")

    def search(self, queryset: Any, name: str, value: str) -> Any:
        for word in value.split()[:8]:
            found = Q()
            for field in self.searched:
                found |= Q(**{f"{field}__icontains": word})
            queryset = queryset.filter(found)
        return queryset

    @property
    def on(self) -> date:
        return self.request.today

    def by_grant_standing(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.standing(GrantStanding(value), on=self.on)

    def by_request_standing(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.standing(RequestStanding(value), on=self.on)

    def of_my_teams(self, queryset: Any, name: str, value: str) -> Any:
        mine = Membership.objects.filter(user=self.request.user, team=OuterRef("team"))
        return queryset.filter(Exists(mine))


def _capability(field: str) -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        label=_("Capability"),
        queryset=_closed_capabilities,
        to_field_name="slug",
        field_name=field,
        empty_label=_("Any capability"),
    )


def _team(field: str) -> django_filters.UUIDFilter:
    """For links that count a team's rows; who chooses by hand has no list of teams to read."""
    return django_filters.UUIDFilter(
        label=_("Team"), field_name=f"{field}__uid", widget=forms.HiddenInput
    )


class ApplicationFilter(AccessFilter):
    q = django_filters.CharFilter(label=_("Search by customer or team"), method="search")
    searched = ("customer__name", "team__name")
    state = django_filters.MultipleChoiceFilter(
        label=_("State"),
        choices=ApplicationState.choices,
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )
    capability = _capability("capability")
    mine = django_filters.ChoiceFilter(
        label=_("Whose"),
        choices=[("yes", _("My teams' applications"))],
        method="of_my_teams",
        empty_label=_("Everybody's"),
    )

    class Meta:
        model = AccessApplication
        fields: tuple[str, ...] = ()


class GrantFilter(AccessFilter):
    q = django_filters.CharFilter(label=_("Search by customer"), method="search")
    standing = django_filters.ChoiceFilter(
        label=_("Standing today"),
        choices=GrantStanding.choices,
        method="by_grant_standing",
        empty_label=_("Any standing"),
    )
    capability = _capability("capability")
    due_by = django_filters.DateFilter(
        label=_("To be re-verified by"),
        method="due",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    team = _team("application__team")

    class Meta:
        model = AccessGrant
        fields: tuple[str, ...] = ()

    def due(self, queryset: Any, name: str, value: date) -> Any:
        return queryset.held().filter(reverify_by__lte=value)


class ExceptionFilter(AccessFilter):
    q = django_filters.CharFilter(label=_("Search by use case, scenario or scope"), method="search")
    searched = ("use_case__title", "use_case__reference", "intended_use__name", "scope")
    standing = django_filters.ChoiceFilter(
        label=_("Standing today"),
        choices=RequestStanding.choices,
        method="by_exception_standing",
        empty_label=_("Any standing"),
    )
    capability = _capability("capability")
    ends_by = django_filters.DateFilter(
        label=_("Last day up to"),
        field_name="until",
        lookup_expr="lte",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    team = _team("use_case__team")

    class Meta:
        model = PolicyException
        fields: tuple[str, ...] = ()

    def by_exception_standing(self, queryset: Any, name: str, value: str) -> Any:
        """A granted one ends with its last day, or earlier with what it rests on."""
        found = queryset.standing(RequestStanding(value), on=self.on)
        holding = Q(pk__in=PolicyException.objects.holding().order_by().values("pk"))
        if value == RequestStanding.GRANTED:
            return found.filter(holding)
        if value == RequestStanding.ENDED:
            return found | queryset.standing(RequestStanding.GRANTED, on=self.on).exclude(holding)
        return found


class ExtensionFilter(AccessFilter):
    q = django_filters.CharFilter(label=_("Search by customer or use"), method="search")
    searched = ("deployment__customer__name", "deployment__use")
    standing = django_filters.ChoiceFilter(
        label=_("Standing today"),
        choices=RequestStanding.choices,
        method="by_request_standing",
        empty_label=_("Any standing"),
    )
    capability = _capability("deployment__capability")

    class Meta:
        model = Extension
        fields: tuple[str, ...] = ()


class CustomerFilter(AccessFilter):
    q = django_filters.CharFilter(label=_("Search by name"), method="search")
    searched = ("name",)
    managed = django_filters.ChoiceFilter(
        label=_("Managed"), choices=MANAGED, method="by_managed", empty_label=_("Any")
    )
    sector = django_filters.ChoiceFilter(
        label=_("Sector"), choices=Sector.choices, empty_label=_("Any sector")
    )

    class Meta:
        model = Customer
        fields: tuple[str, ...] = ()

    def by_managed(self, queryset: Any, name: str, value: str) -> Any:
        if value == "unknown":
            return queryset.filter(is_managed__isnull=True)
        return queryset.filter(is_managed=value == "yes")
