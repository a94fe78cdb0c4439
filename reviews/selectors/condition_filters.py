"""The filter of the list of conditions: one definition for page, API and export."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import ConditionState
from reviews.models import Condition, Team, User
from reviews.selectors import conditions
from reviews.selectors.conditions import PENDING
from reviews.selectors.list_filters import YES_NO, ChoicesFilter, DayFilter, DaysFilter, ListFilter

_CASE = "decision__decision_round__use_case"


class ConditionFilter(ListFilter):
    """``q`` searches text, case and scenario; every other parameter narrows.

    ``due_in``: days from today to the due day, both inclusive; ``overdue``: it has passed. Both
    speak of conditions that still wait (``pending``).
    """

    searched = (
        "text__icontains",
        f"{_CASE}__title__icontains",
        f"{_CASE}__reference__istartswith",
        "decision__intended_use__name__icontains",
    )
    left_out = ("state", "team", "owner", "verifier")

    q = django_filters.CharFilter(label=_("Search text or use case"), method="search")
    state = ChoicesFilter(label=_("State"), choices=ConditionState.choices)
    team = ChoicesFilter(
        label=_("Team"), field_name=f"{_CASE}__team__uid", gathered=True, by_label=True
    )
    owner = ChoicesFilter(label=_("Who keeps it"), field_name="owner__username", gathered=True)
    verifier = ChoicesFilter(
        label=_("Who verifies it"), field_name="verifier__username", gathered=True
    )
    mine = django_filters.ChoiceFilter(
        label=_("Whose"),
        choices=[("yes", _("I keep or verify it"))],
        method="naming_me",
        empty_label=_("Everybody's"),
    )
    pending = django_filters.ChoiceFilter(
        label=_("Still waits"), choices=YES_NO, method="by_pending", empty_label=_("Either")
    )
    overdue = django_filters.ChoiceFilter(
        label=_("Overdue"), choices=YES_NO, method="by_overdue", empty_label=_("Either")
    )
    part = django_filters.ChoiceFilter(
        label=_("List"),
        choices=[
            ("to_prove", _("Yours to keep")),
            ("to_verify", _("Yours to verify")),
            ("with_others", _("With others")),
            ("overdue", _("Overdue")),
        ],
        method="by_part",
        empty_label=_("All of them"),
    )
    due_by = DayFilter(
        word="due_by", sign=":", label=_("Due by"), field_name="due_on", lookup_expr="lte"
    )
    due_in = DaysFilter(word="due", sign="<", label=_("Due within (days)"), method="by_due")

    class Meta:
        model = Condition
        fields: tuple[str, ...] = ()

    def rows_of(self) -> dict[str, QuerySet]:
        seen = self.queryset.order_by()
        teams = Team.objects.filter(Exists(seen.filter(**{f"{_CASE}__team": OuterRef("pk")})))
        found = self.some_of("team", teams, "uid", "name")
        for name in ("owner", "verifier"):
            people = User.objects.filter(Exists(seen.filter(**{name: OuterRef("pk")})))
            found |= self.some_of(name, people, "username", "full_name")
        return found

    def naming_me(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(owner=self.user) | Q(verifier=self.user))

    def by_part(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """One of the lists of the page of conditions."""
        rows = {
            "to_prove": lambda: conditions.to_prove(self.user),
            "to_verify": lambda: conditions.to_verify(self.user),
            "with_others": lambda: conditions.with_others(self.user),
            "overdue": lambda: conditions.overdue(self.user, on=self.on),
        }[value]()
        return queryset.filter(pk__in=rows.order_by().values("pk"))

    def by_pending(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        pending = Q(state__in=PENDING)
        return queryset.filter(pending if value == "yes" else ~pending)

    def by_overdue(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        late = Q(state__in=PENDING, due_on__lt=self.on)
        return queryset.filter(late if value == "yes" else ~late)

    def by_due(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        last = self.on + timedelta(days=int(value))
        return queryset.filter(state__in=PENDING, due_on__gte=self.on, due_on__lte=last)
