"""The lists behind a board's numbers that have no list of their own elsewhere.

What happened once and never changes: filings, refusals, decisions, verdicts of decided rounds; and
the conditions in force. One filter each, for the page and for whoever links to it.
"""

from datetime import date
from typing import Any

import django_filters
from django.db.models import (
    Case,
    DateField,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import AuditKind, ConditionState, VerdictValue
from reviews.models import (
    AuditEvent,
    Capability,
    Condition,
    DecisionRound,
    Submission,
    Team,
    UseCase,
    User,
    Verdict,
)
from reviews.selectors import conditions
from reviews.selectors.boards.case_filters import day_input

DUE = [("overdue", _("Overdue")), ("soon", _("Due within 30 days")), ("later", _("Due later"))]
SOON = 30
"""Days in which something that is due comes up."""


def sees_every_case(user: User) -> bool:
    return user.has_perm("reviews.read_every_usecase")


def _of_visible(rows: Any, user: User, field: str) -> Any:
    """Only rows of cases that this person may see; those who see all are spared the join."""
    if sees_every_case(user):
        return rows
    return rows.filter(**{f"{field}__in": UseCase.objects.visible_to(user).values("pk")})


class RowFilter(django_filters.FilterSet):
    """``day``: the field that ``first`` and ``last`` bound, both days included."""

    day = ""
    team_field = "use_case__team"
    asked = ""
    """Field that holds the gate's frozen answer, which names the capabilities."""

    first = django_filters.DateFilter(label=_("From"), method="from_day", widget=day_input())
    last = django_filters.DateFilter(label=_("Up to"), method="to_day", widget=day_input())
    team = django_filters.ModelChoiceFilter(
        label=_("Team"),
        queryset=Team.objects.all(),
        to_field_name="uid",
        method="of_team",
        empty_label=_("Any team"),
    )

    class Meta:
        model = Submission
        fields: tuple[str, ...] = ()

    def from_day(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(**{f"{self.day}__gte": value})

    def to_day(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        return queryset.filter(**{f"{self.day}__lte": value})

    def of_team(self, queryset: QuerySet, name: str, value: Team) -> QuerySet:
        return queryset.filter(**{self.team_field: value})


class CapabilityRowFilter(RowFilter):
    capability = django_filters.ModelChoiceFilter(
        label=_("Capability asked for then"),
        queryset=Capability.objects.all(),
        to_field_name="slug",
        method="with_capability",
        empty_label=_("Any capability"),
    )

    def with_capability(self, queryset: QuerySet, name: str, value: Capability) -> QuerySet:
        return queryset.filter(**{f"{self.asked}__results__contains": [{"capability": value.slug}]})


class FilingFilter(CapabilityRowFilter):
    day = "submitted_on"
    asked = "gate"


class DecisionFilter(CapabilityRowFilter):
    day = "effect_on"
    asked = "review__submission__gate"

    took_from = django_filters.NumberFilter(
        label=_("Working days, at least"), field_name="took", lookup_expr="gte", decimal_places=0
    )
    took_to = django_filters.NumberFilter(
        label=_("Working days, at most"), field_name="took", lookup_expr="lte", decimal_places=0
    )


class RefusalFilter(RowFilter):
    day = "business_on"
    rule = django_filters.CharFilter(label=_("Rule of the gate"), method="by_rule")

    def by_rule(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(data__rules__contains=[value])

    def of_team(self, queryset: QuerySet, name: str, value: Team) -> QuerySet:
        return queryset.filter(use_case_id__in=UseCase.objects.filter(team=value).values("pk"))


class VerdictFilter(RowFilter):
    day = "effect_on"
    team_field = "item__review__use_case__team"
    requirement = django_filters.CharFilter(
        label=_("Requirement"), field_name="item__requirement__code"
    )
    goal = django_filters.CharFilter(label=_("Goal"), field_name="item__requirement__goal__code")
    value = django_filters.ChoiceFilter(
        label=_("Verdict"), choices=VerdictValue.choices, empty_label=_("Any verdict")
    )


class ConditionFilter(RowFilter):
    day = "due_on"
    team_field = "decision__decision_round__use_case__team"
    due = django_filters.ChoiceFilter(
        label=_("Due"), choices=DUE, method="by_due", empty_label=_("Any day")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(one.value, one.label) for one in conditions.PENDING],
        empty_label=_("Any state"),
    )

    def by_due(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(due_within(value, on=self.request.today))


def due_within(value: str, *, on: date) -> Q:
    """The condition on ``due_on`` for a word of ``DUE``."""
    soon = on.fromordinal(on.toordinal() + SOON)
    return {
        "overdue": Q(due_on__lt=on),
        "soon": Q(due_on__gte=on, due_on__lte=soon),
        "later": Q(due_on__gt=soon),
    }[value]


def filings(user: User) -> QuerySet[Submission]:
    """First submissions: what came in, on the day it came."""
    return _of_visible(Submission.objects.filter(number=1), user, "use_case")


def in_effect() -> Q:
    """Decision rounds that took effect."""
    return Q(needs_countersignature=False) | Q(countersignature__agreed=True)


EFFECT_ON = Case(
    When(needs_countersignature=False, then=F("decided_on")), default=F("countersignature__on")
)
"""The day on which a decision round took effect."""


_WORKING_DAYS = Func(
    F("review__opened_on"),
    F("effect_on"),
    function="reviews_working_days",
    output_field=IntegerField(),
)
"""``domain.ageing.working_days``, in the database."""


def decisions(user: User) -> QuerySet[DecisionRound]:
    """Decisions that took effect, superseded since or not."""
    rows = (
        DecisionRound.objects.filter(in_effect())
        .annotate(effect_on=EFFECT_ON)
        .annotate(took=_WORKING_DAYS)
    )
    return _of_visible(rows, user, "use_case")


def refusals(user: User) -> QuerySet[AuditEvent]:
    """Filings that the gate refused."""
    rows = AuditEvent.objects.filter(kind=AuditKind.USE_CASE_REFUSED)
    return _of_visible(rows, user, "use_case_id")


def verdicts(user: User) -> QuerySet[Verdict]:
    """What reviewers judged, once a decision that rests on it took effect.

    Nobody is blind any more then: earlier verdicts are not counted at all.
    """
    took_effect = (
        DecisionRound.objects.filter(in_effect(), review=OuterRef("item__review"))
        .annotate(effect_on=EFFECT_ON)
        .order_by()
        .values("effect_on")[:1]
    )
    rows = (
        Verdict.objects.filter(
            is_current=True,
            assignment__recused_at__isnull=True,
            item__requirement__isnull=False,
        )
        .exclude(value="")
        .annotate(effect_on=Subquery(took_effect, output_field=DateField()))
        .filter(effect_on__isnull=False)
    )
    return _of_visible(rows, user, "item__review__use_case")


def pending_conditions(user: User) -> QuerySet[Condition]:
    """Conditions in force that are neither met nor let go, of cases this person sees."""
    rows = conditions.in_force().filter(state__in=[ConditionState.OPEN, ConditionState.PROOF_GIVEN])
    return _of_visible(rows, user, "decision__decision_round__use_case")
