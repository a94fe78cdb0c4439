"""The filter of the use-case list: one definition for page, API and export."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import Origin, State
from reviews.domain.errors import BadInput
from reviews.models import Capability, Membership, Team, UseCase
from reviews.selectors.boards.case_filters import BoardCaseFilters

ANSWERS = [
    ("stop", _("Stop")),
    ("refused", _("Refused")),
    ("not_eligible", _("Not eligible")),
    ("not_covered", _("Not covered")),
    ("cannot_say", _("Cannot say yet")),
    ("apply_first", _("Apply first")),
    ("exception_request", _("Ask for an exception")),
    ("go_on", _("Go on")),
    ("allowed", _("Allowed")),
    ("open", _("Open")),
]
"""Words of the gate's answers, strictest first."""

ESCALATED = [("yes", _("Sensitive uses only")), ("no", _("Without sensitive uses"))]


class UseCaseFilter(BoardCaseFilters):
    """``q`` searches title and reference; every other parameter narrows. All may be combined."""

    q = django_filters.CharFilter(label=_("Search title or reference"), method="search")
    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=State.choices, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    capability = django_filters.ModelChoiceFilter(
        label=_("Capability"),
        queryset=Capability.objects.current(),
        to_field_name="slug",
        field_name="capabilities",
        empty_label=_("Any capability"),
        method="with_capability",
    )
    answer = django_filters.ChoiceFilter(
        label=_("Answer of the gate"),
        choices=ANSWERS,
        field_name="gate_answer",
        empty_label=_("Any answer"),
    )
    sensitive = django_filters.ChoiceFilter(
        label=_("Sensitive use"), choices=ESCALATED, method="by_sensitivity", empty_label=_("Any")
    )
    team = django_filters.ModelChoiceFilter(
        label=_("Team"),
        queryset=Team.objects.none(),
        to_field_name="uid",
        empty_label=_("Any team"),
    )
    origin = django_filters.ChoiceFilter(
        label=_("Came from"), choices=Origin.choices, empty_label=_("Any origin")
    )
    mine = django_filters.ChoiceFilter(
        label=_("Whose"),
        choices=[("yes", _("My teams' use cases"))],
        method="of_my_teams",
        empty_label=_("Everybody's"),
    )

    class Meta:
        model = UseCase
        fields: tuple[str, ...] = ()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters["team"].queryset = Team.objects.filter(
            Exists(self.queryset.order_by().filter(team=OuterRef("pk")))
        )

    def search(self, queryset: QuerySet[UseCase], name: str, value: str) -> QuerySet[UseCase]:
        words = value.split()
        for word in words[:8]:
            queryset = queryset.filter(Q(title__icontains=word) | Q(reference__istartswith=word))
        return queryset

    def with_capability(
        self, queryset: QuerySet[UseCase], name: str, value: Capability | None
    ) -> QuerySet[UseCase]:
        if value is None:
            return queryset
        link = UseCase.capabilities.through
        return queryset.filter(
            Exists(link.objects.filter(usecase_id=OuterRef("pk"), capability_id=value.pk))
        )

    def by_sensitivity(
        self, queryset: QuerySet[UseCase], name: str, value: str
    ) -> QuerySet[UseCase]:
        return queryset.filter(is_sensitive=value == "yes")

    def of_my_teams(self, queryset: QuerySet[UseCase], name: str, value: str) -> QuerySet[UseCase]:
        return queryset.filter(
            Exists(Membership.objects.filter(user=self.request.user, team=OuterRef("team")))
        )


def check_parameters(given: list[str], *, known: list[str]) -> None:
    """Refuse a parameter that no filter knows: a typo must not list everything."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        knows = f"It knows: {', '.join(sorted(known))}." if known else "It has none."
        raise BadInput(
            gettext("This list has no filter “%(unknown)s”. %(knows)s")
            % {"unknown": unknown[0], "knows": knows}
        )
