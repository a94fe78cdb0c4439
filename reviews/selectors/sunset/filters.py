"""The filter of the sunset register: one definition for page, bulk action, board and API."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import DeploymentStatus, RequestState, Trouble
from reviews.domain.query_words import terms
from reviews.models import Capability, Customer, CustomerContact, Deployment, Extension, User
from reviews.models.access import sees_all_access
from reviews.selectors.gathering import listed
from reviews.selectors.list_filters import (
    MOST_TERMS,
    YES_NO,
    ChoicesFilter,
    DayFilter,
    DaysFilter,
    ListFilter,
)
from reviews.selectors.sunset import hygiene
from reviews.selectors.sunset.days import local_day, of_row, open_deadlines

NOBODY = "nobody"
NOT_ON_RECORD = "-"
"""Where a customer's region or tier is empty."""
ANY = "any"
_WIDEST = timedelta(days=2)
"""More than any two zones lie apart: days are compared roughly by an index first."""


class DeploymentFilter(ListFilter):
    """``q`` searches customer, use and contacts; every other parameter narrows.

    Days are those where the deployment runs. ``due_in``: days from today to the last permitted day,
    both inclusive, of deployments that still wait. ``silent_since``: no answer after that day;
    ``silent``: none in that many days.
    """

    left_out = ("capability", "status", "owner", "region", "tier")

    q = django_filters.CharFilter(label=_("Search customer, use or contact"), method="search")
    capability = ChoicesFilter(label=_("Capability"), field_name="capability__slug", gathered=True)
    status = ChoicesFilter(label=_("Status"), choices=DeploymentStatus.choices)
    owner = ChoicesFilter(label=_("Owner"), method="by_owner", gathered=True)
    mine = django_filters.ChoiceFilter(
        label=_("Whose"),
        choices=[("yes", _("Customers that I own"))],
        method="owned_by_me",
        empty_label=_("Everybody's"),
    )
    region = ChoicesFilter(
        label=_("Region"), field_name="customer__region", method="by_word", gathered=True
    )
    tier = ChoicesFilter(
        label=_("Tier"), field_name="customer__tier", method="by_word", gathered=True
    )
    due_in = DaysFilter(word="due", sign="<", label=_("Due within (days)"), method="by_due")
    silent = DaysFilter(word="silent", sign=">", label=_("Silent for (days)"), method="by_quiet")
    silent_since = DayFilter(
        word="silent_since", sign=":", label=_("Silent since"), method="by_silence"
    )
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
    last_day = DayFilter(
        word="last_day", sign=":", label=_("Last permitted day"), method="by_last_day"
    )

    class Meta:
        model = Deployment
        fields: tuple[str, ...] = ()

    def rows_of(self) -> dict[str, QuerySet]:
        seen = self.queryset.order_by()
        customers = Customer.objects.filter(Exists(seen.filter(customer=OuterRef("pk"))))
        owners = User.objects.filter(Exists(customers.filter(owner=OuterRef("pk"))))
        of_seen = Capability.objects.filter(Exists(seen.filter(capability=OuterRef("pk"))))
        return {
            "capability": listed(of_seen, "slug", "name"),
            **self.some_of("owner", owners, "username", "full_name"),
            **{name: listed(customers, name, name).distinct() for name in ("region", "tier")},
        }

    def fixed_of(self, name: str) -> list[tuple[str, Any]]:
        return [(NOBODY, _("Nobody"))] if name == "owner" else []

    def shown_of(self, name: str) -> list[tuple[str, Any]]:
        rows = super().shown_of(name)
        if any(not key for key, _label in rows):
            rows = [row for row in rows if row[0]] + [(NOT_ON_RECORD, _("Not on record"))]
        return rows

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in terms(value)[:MOST_TERMS]:
            found = Q(customer__name__icontains=word) | Q(use__icontains=word)
            if sees_all_access(self.request.user):
                found |= Q(Exists(_contacts_named(word)))
            queryset = queryset.filter(found)
        return queryset

    def by_owner(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        found = Q(customer__owner__username__in=value)
        if NOBODY in value:
            found |= Q(customer__owner__isnull=True)
        return queryset.filter(found)

    def owned_by_me(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(customer__owner=self.user)

    def by_word(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        words = ["" if one == NOT_ON_RECORD else one for one in value]
        return queryset.filter(**{f"{name}__in": words})

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

    def by_quiet(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return self.by_silence(queryset, name, self.on - timedelta(days=int(value)))

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
