"""The filter of the sunset register: one definition for page, bulk action, board and API."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import DeploymentStatus, RequestState, Trouble
from reviews.domain.errors import BadInput
from reviews.models import Capability, Customer, CustomerContact, Deployment, Extension, User
from reviews.models.access import sees_all_access
from reviews.selectors.sunset import hygiene
from reviews.selectors.sunset.days import local_day, of_row, open_deadlines

NOBODY = "nobody"
NOT_ON_RECORD = "-"
"""Where a customer's region or tier is empty."""
ANY = "any"
YES_NO = [("yes", _("Yes")), ("no", _("No"))]
_WIDEST = timedelta(days=2)
"""More than any two zones lie apart: days are compared roughly by an index first."""


def _day(label: Any, **options: Any) -> django_filters.DateFilter:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return django_filters.DateFilter(label=label, widget=widget, **options)


class DeploymentFilter(django_filters.FilterSet):
    """``q`` searches customer, use and contacts; every other parameter narrows.

    Days are those where the deployment runs. ``due_in``: days from today to the last permitted day,
    both inclusive, of deployments that still wait. ``silent_since``: no answer after that day.
    """

    q = django_filters.CharFilter(label=_("Search customer, use or contact"), method="search")
    capability = django_filters.ModelChoiceFilter(
        label=_("Capability"),
        queryset=Capability.objects.none(),
        to_field_name="slug",
        empty_label=_("Any capability"),
    )
    status = django_filters.MultipleChoiceFilter(
        label=_("Status"),
        choices=DeploymentStatus.choices,
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )
    owner = django_filters.ChoiceFilter(
        label=_("Owner"), method="by_owner", empty_label=_("Anybody")
    )
    region = django_filters.ChoiceFilter(
        label=_("Region"),
        field_name="customer__region",
        method="by_word",
        empty_label=_("Any region"),
    )
    tier = django_filters.ChoiceFilter(
        label=_("Tier"),
        field_name="customer__tier",
        method="by_word",
        empty_label=_("Any tier"),
    )
    due_in = django_filters.NumberFilter(
        label=_("Due within (days)"),
        method="by_due",
        min_value=0,
        max_value=3660,
        decimal_places=0,
        widget=forms.NumberInput(attrs={"min": 0, "step": 1}),
    )
    silent_since = _day(_("Silent since"), method="by_silence")
    overdue = django_filters.ChoiceFilter(
        label=_("Overdue"), choices=YES_NO, method="by_overdue", empty_label=_("Either")
    )
    running = django_filters.ChoiceFilter(
        label=_("Still running"), choices=YES_NO, method="by_running", empty_label=_("Either")
    )
    contact = django_filters.ChoiceFilter(
        label=_("Trouble with contacts"),
        choices=[(ANY, _("Any of them")), *Trouble.choices],
        method="by_trouble",
        empty_label=_("With and without"),
    )
    extension = django_filters.ChoiceFilter(
        label=_("Extension"),
        choices=[
            (one.value, one.label)
            for one in (RequestState.ASKED, RequestState.GRANTED, RequestState.REFUSED)
        ],
        method="by_extension",
        empty_label=_("With and without"),
    )
    last_day = _day(_("Last permitted day"), method="by_last_day")

    class Meta:
        model = Deployment
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = self.queryset.order_by()
        customers = Customer.objects.filter(Exists(seen.filter(customer=OuterRef("pk"))))
        self.filters["capability"].queryset = Capability.objects.filter(
            Exists(seen.filter(capability=OuterRef("pk")))
        )
        self.filters["owner"].extra["choices"] = partial(_owners_of, customers)
        for name in ("region", "tier"):
            self.filters[name].extra["choices"] = partial(_words_of, customers, name)

    def check_values(self) -> None:
        """Raise ``BadInput`` for a value that a filter does not know: it must not list everything,
        and an action on many least of all."""
        for name, errors in self.form.errors.items():
            label = self.form.fields[name].label if name in self.form.fields else name
            raise BadInput(
                gettext("The filter “%(label)s” cannot be read. %(errors)s")
                % {"label": label, "errors": errors[0]}
            )

    @property
    def at(self) -> datetime:
        return self.request.now

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in value.split()[:8]:
            found = Q(customer__name__icontains=word) | Q(use__icontains=word)
            if sees_all_access(self.request.user):
                found |= Q(Exists(_contacts_named(word)))
            queryset = queryset.filter(found)
        return queryset

    def by_owner(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == NOBODY:
            return queryset.filter(customer__owner__isnull=True)
        return queryset.filter(customer__owner__username=value)

    def by_word(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(**{name: "" if value == NOT_ON_RECORD else value})

    def by_due(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        days = timedelta(days=int(value))
        near = open_deadlines().filter(
            last_day__gte=self.at.date() - _WIDEST, last_day__lte=self.at.date() + days + _WIDEST
        )
        return _with_last_day(queryset.filter(pk__in=near.values("subject_id"))).filter(
            found_last_day__gte=local_day(self.at), found_last_day__lte=local_day(self.at) + days
        )

    def by_overdue(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        near = open_deadlines().filter(last_day__lt=self.at.date() + _WIDEST)
        late = (
            _with_last_day(Deployment.objects.filter(pk__in=near.values("subject_id")))
            .filter(found_last_day__lt=local_day(self.at))
            .order_by()
            .values("pk")
        )
        return queryset.filter(pk__in=late) if value == "yes" else queryset.exclude(pk__in=late)

    def by_silence(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        zone = ZoneInfo(self.request.user.time_zone)
        end = datetime.combine(value + timedelta(days=1), time(), tzinfo=zone)
        return queryset.annotate(last_heard=Coalesce(F("heard_at"), F("registered_at"))).filter(
            last_heard__lt=end
        )

    def by_running(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        closed = Q(status__in=hygiene.CLOSED)
        return queryset.filter(~closed if value == "yes" else closed)

    def by_trouble(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == ANY:
            return hygiene.any_trouble(queryset)
        return hygiene.troubled(queryset, Trouble(value))

    def by_extension(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        asked = Extension.objects.filter(deployment=OuterRef("pk"), state=value)
        return queryset.filter(Exists(asked))

    def by_last_day(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(pk__in=open_deadlines().filter(last_day=value).values("subject_id"))


def _contacts_named(word: str) -> QuerySet[CustomerContact]:
    """Contacts of the outer deployment's customer whose name or address holds the word."""
    return CustomerContact.objects.filter(customer=OuterRef("customer")).filter(
        Q(name__icontains=word) | Q(email__icontains=word)
    )


def _with_last_day(queryset: QuerySet) -> QuerySet:
    return queryset.annotate(found_last_day=Subquery(of_row().values("last_day")[:1]))


def _owners_of(customers: QuerySet[Customer]) -> list[tuple[str, Any]]:
    """Asked when the form is drawn or an owner is given, not before. One query."""
    owners = User.objects.filter(Exists(customers.filter(owner=OuterRef("pk"))))
    named = [(one.username, str(one)) for one in owners.order_by("full_name", "username")]
    return [(NOBODY, _("Nobody")), *named]


def _words_of(customers: QuerySet[Customer], field: str) -> list[tuple[str, Any]]:
    words = customers.exclude(**{field: ""}).order_by(field).values_list(field, flat=True)
    found = [(word, word) for word in words.distinct()]
    has_none = customers.filter(**{field: ""}).exists()
    return [*found, (NOT_ON_RECORD, _("Not on record"))] if has_none else found
