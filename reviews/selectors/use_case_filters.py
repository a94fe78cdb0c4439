"""The filter of the use-case list: one definition for page, API and export."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import Origin, State, SubjectKind
from reviews.domain.errors import BadInput
from reviews.models import (
    Capability,
    Condition,
    Customer,
    Deadline,
    ImportedRow,
    Membership,
    PolicyException,
    Review,
    ReviewAssignment,
    Submission,
    Team,
    UseCase,
    User,
)
from reviews.models.base import among
from reviews.permissions.reviewing import can_open_workbench
from reviews.selectors import awaiting
from reviews.selectors.boards.case_filters import BoardCaseFilters
from reviews.selectors.gathering import listed
from reviews.selectors.list_filters import (
    YES_NO,
    ChoicesFilter,
    DayFilter,
    DaysFilter,
    ListFilter,
    PickFilter,
)
from reviews.selectors.workbench import Awaited

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
AWAITED = [
    (Awaited.REVIEWERS.value, _("Its reviewers")),
    (Awaited.ASSIGNMENT.value, _("A lead, to assign a reviewer")),
    (Awaited.TEAM.value, _("The team, to answer")),
    (Awaited.PANEL.value, _("The panel, to advise")),
    (Awaited.LEAD.value, _("A lead, to decide")),
    (Awaited.LEAD_OF_APPEAL.value, _("A lead, to decide an appeal")),
    (Awaited.SECOND_LEAD.value, _("A second lead, to countersign")),
]
REVIEWER = [(awaiting.ME, _("Me")), (awaiting.NOBODY, _("Nobody yet"))]


class UseCaseFilter(BoardCaseFilters, ListFilter):
    """``q`` searches title and reference; every other parameter narrows. All may be combined.

    ``due_in``: days from today, both inclusive, to the next day on which a condition, an exception
    or the re-review is due. ``overdue``: such a day has passed. ``age``: whole days in the present
    state, at least. ``reviewer`` and ``awaited`` speak of the open round of review.
    """

    searched = ("title__icontains", "reference__istartswith")
    left_out = ("state", "capability", "team", "customer", "answer", "awaited")

    q = django_filters.CharFilter(label=_("Search title or reference"), method="search")
    state = ChoicesFilter(label=_("State"), choices=State.choices)
    capability = ChoicesFilter(label=_("Capability"), gathered=True, method="with_capability")
    team = ChoicesFilter(label=_("Team"), field_name="team__uid", gathered=True, by_label=True)
    customer = ChoicesFilter(
        label=_("Customer"), field_name="customer__uid", gathered=True, by_label=True
    )
    answer = ChoicesFilter(label=_("Answer of the gate"), choices=ANSWERS, field_name="gate_answer")
    awaited = ChoicesFilter(label=_("Waits for"), choices=AWAITED, method="by_awaited")
    reviewer = ChoicesFilter(label=_("Reviewer"), gathered=True, method="by_reviewer")
    sensitive = django_filters.ChoiceFilter(
        label=_("Sensitive use"), choices=ESCALATED, method="by_sensitivity", empty_label=_("Any")
    )
    mine = django_filters.ChoiceFilter(
        label=_("Whose"),
        choices=[("yes", _("My teams' use cases"))],
        method="of_my_teams",
        empty_label=_("Everybody's"),
    )
    overdue = django_filters.ChoiceFilter(
        label=_("Overdue"), choices=YES_NO, method="by_overdue", empty_label=_("Either")
    )
    due_in = DaysFilter(word="due", sign="<", label=_("Due within (days)"), method="by_due")
    age = DaysFilter(word="age", sign=">", label=_("Days in its state, at least"), method="by_age")
    origin = django_filters.ChoiceFilter(
        label=_("Came from"), choices=Origin.choices, empty_label=_("Any origin")
    )
    rule = django_filters.CharFilter(label=_("Rule of the gate"), method="by_rule")
    submitted_from = DayFilter(
        word="submitted", sign=">=", label=_("Submitted from"), field_name="submitted_on",
        lookup_expr="gte",
    )  # fmt: skip
    submitted_to = DayFilter(
        word="submitted", sign="<=", label=_("Submitted up to"), field_name="submitted_on",
        lookup_expr="lte",
    )  # fmt: skip
    decided_from = DayFilter(
        word="decided", sign=">=", label=_("Decided from"), field_name="decided_on",
        lookup_expr="gte",
    )  # fmt: skip
    decided_to = DayFilter(
        word="decided", sign="<=", label=_("Decided up to"), field_name="decided_on",
        lookup_expr="lte",
    )  # fmt: skip

    pick = PickFilter(field_name="uid")

    class Meta:
        model = UseCase
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_open_workbench(self.user):  # who reviews is not for the requester's side
            del self.filters["reviewer"], self.filters["reviewing"]

    def rows_of(self) -> dict[str, QuerySet]:
        seen = self.queryset.order_by()
        everything = ("reviews.read_every_usecase", "reviews.review_usecase")
        if any(self.user.has_perm(code) for code in everything):  # nearly every row appears
            teams = Team.objects.filter(Exists(seen.filter(team=OuterRef("pk"))))
            customers = Customer.objects.filter(Exists(seen.filter(customer=OuterRef("pk"))))
        else:
            teams = Team.objects.filter(among("pk", seen.values("team").distinct()))
            named = seen.filter(customer__isnull=False).values("customer").distinct()
            customers = Customer.objects.filter(among("pk", named))
        found = {
            "capability": capabilities(),
            **self.some_of("team", teams, "uid", "name"),
            **self.some_of("customer", customers, "uid", "name"),
        }
        if "reviewer" in self.filters:
            found |= self.some_of("reviewer", reviewers(), "username", "full_name")
        return found

    def fixed_of(self, name: str) -> list[tuple[str, Any]]:
        return REVIEWER if name == "reviewer" else []

    def with_capability(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        link = UseCase.capabilities.through.objects.filter(usecase_id=OuterRef("pk"))
        return queryset.filter(Exists(link.filter(capability__slug__in=value)))

    def by_awaited(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset.filter(Exists(awaiting.awaiting(self._rounds(), value)))

    def by_reviewer(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        found = awaiting.reviewed_by(self._rounds(), value, reader=self.user)
        return queryset.filter(Exists(found))

    def _rounds(self) -> QuerySet[Review]:
        return awaiting.open_rounds().filter(use_case=OuterRef("pk"))

    def by_sensitivity(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_sensitive=value == "yes")

    def of_my_teams(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(
            among("team", Membership.objects.filter(user=self.user).values("team"))
        )

    def by_due(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        last = self.on + timedelta(days=int(value))
        return queryset.filter(_with_deadline(last_day__gte=self.on, last_day__lte=last))

    def by_overdue(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        late = _with_deadline(last_day__lt=self.on)
        return queryset.filter(late if value == "yes" else ~late)

    def by_age(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(state_since__lte=self.at - timedelta(days=int(value)))

    def by_rule(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """The last gate answer held a finding of this rule."""
        rule = [{"findings": [{"rule": value.strip().upper()}]}]
        newer = Submission.objects.filter(
            use_case=OuterRef("use_case"), number__gt=OuterRef("number")
        )
        filed = Submission.objects.filter(~Exists(newer), gate__contains={"results": rule})
        imported = ImportedRow.objects.filter(
            ~Exists(Submission.objects.filter(use_case=OuterRef("use_case"))), gate__contains=rule
        )
        return queryset.filter(
            among("pk", filed.values("use_case")) | among("pk", imported.values("use_case"))
        )


def capabilities() -> QuerySet[Capability]:
    """The catalogue of today, to choose from."""
    return listed(Capability.objects.current(), "slug", "name")


def reviewers() -> QuerySet[User]:
    """Who was ever assigned to a review, to choose from."""
    seats = ReviewAssignment.objects.filter(reviewer=OuterRef("pk"))
    return User.objects.filter(Exists(seats))


def _with_deadline(**days: Any) -> Q:
    """Cases with an open deadline of their own on such a day."""
    near = Deadline.objects.filter(is_current=True, is_open=True, **days)

    def subjects(kind: SubjectKind) -> QuerySet:
        return near.filter(subject_kind=kind).values("subject_id")

    conditions = Condition.objects.filter(pk__in=subjects(SubjectKind.CONDITION))
    exceptions = PolicyException.objects.filter(pk__in=subjects(SubjectKind.EXCEPTION))
    return (
        Q(pk__in=subjects(SubjectKind.REREVIEW))
        | Q(pk__in=conditions.order_by().values("decision__decision_round__use_case"))
        | Q(pk__in=exceptions.order_by().values("use_case"))
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
