"""The filter of the list of reviews: one definition for page, API and export."""

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import ReviewKind, State
from reviews.models import Review, ReviewAssignment

STATES = [(state.value, state.label) for state in State if state.is_open]
SENSITIVE = [("yes", _("Sensitive uses only")), ("no", _("Without sensitive uses"))]
REVIEWER = [("me", _("Me")), ("none", _("Nobody yet"))]


class ReviewFilter(django_filters.FilterSet):
    """``q`` searches title and reference; every other parameter narrows. All may be combined."""

    q = django_filters.CharFilter(label=_("Search title or reference"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES, field_name="use_case__state", empty_label=_("Any state")
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind of review"), choices=ReviewKind.choices, empty_label=_("Any kind")
    )
    sensitive = django_filters.ChoiceFilter(
        label=_("Sensitive use"), choices=SENSITIVE, method="by_sensitivity", empty_label=_("Any")
    )
    reviewer = django_filters.ChoiceFilter(
        label=_("Reviewer"), choices=REVIEWER, method="by_reviewer", empty_label=_("Anybody")
    )

    class Meta:
        model = Review
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet[Review], name: str, value: str) -> QuerySet[Review]:
        for word in value.split()[:8]:
            queryset = queryset.filter(
                Q(use_case__title__icontains=word) | Q(use_case__reference__istartswith=word)
            )
        return queryset

    def by_sensitivity(self, queryset: QuerySet[Review], name: str, value: str) -> QuerySet[Review]:
        return queryset.filter(is_sensitive=value == "yes")

    def by_reviewer(self, queryset: QuerySet[Review], name: str, value: str) -> QuerySet[Review]:
        active = ReviewAssignment.objects.filter(review=OuterRef("pk"), recused_at__isnull=True)
        if value == "me":
            return queryset.filter(Exists(active.filter(reviewer=self.request.user)))
        return queryset.filter(~Exists(active))
