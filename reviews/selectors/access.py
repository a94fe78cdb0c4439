"""Reads for the pages of Limited Access: lists, one row, one customer."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from reviews.domain import vetting
from reviews.domain.calendars import last_safe_filing_on
from reviews.domain.enums import ApplicationState, CoAuthorRight, DeploymentStatus
from reviews.domain.gate import GateResult, Policies
from reviews.integrations import data_files
from reviews.models import (
    AccessApplication,
    AccessGrant,
    AuditEvent,
    Capability,
    CapabilityPolicy,
    CoAuthor,
    Customer,
    Decision,
    Deployment,
    Extension,
    IntendedUse,
    Membership,
    PolicyException,
    Team,
    UseCase,
    User,
    UseRule,
)
from reviews.models.access_policy import operations_of
from reviews.models.base import PublicModel
from reviews.models.catalogue import Stance
from reviews.models.gate_rules import UseKind
from reviews.selectors import gate
from reviews.selectors.together import Rows, together

_HOLDS = Exists(PolicyException.objects.holding().order_by().filter(pk=OuterRef("pk")))


# Lists --------------------------------------------------------------------------------------------


def application_rows(queryset: QuerySet[AccessApplication]) -> QuerySet[AccessApplication]:
    """What a row of the list shows. One query."""
    return queryset.select_related("customer", "capability", "team")


def grant_rows(queryset: QuerySet[AccessGrant]) -> QuerySet[AccessGrant]:
    return queryset.select_related("customer", "capability")


def exception_rows(queryset: QuerySet[PolicyException]) -> QuerySet[PolicyException]:
    """With ``holds``, as ``exception_of``. One query."""
    rows = queryset.select_related("capability", "use_case", "intended_use", "customer")
    return rows.annotate(holds=_HOLDS)


def extension_rows(queryset: QuerySet[Extension]) -> QuerySet[Extension]:
    return queryset.select_related("deployment__customer", "deployment__capability")


def held_by(customer: Customer, *, user: User, most: int) -> dict[str, list[Any]]:
    """``applications`` and ``grants`` of this customer that the person sees. One query."""
    applications = AccessApplication.objects.visible_to(user).filter(customer=customer)
    grants = AccessGrant.objects.visible_to(user).filter(customer=customer)
    return together(
        applications=Rows(applications[:most], "customer", "capability", "team"),
        grants=Rows(grants[:most], "customer", "capability"),
    )


def customer_rows(queryset: QuerySet[Customer]) -> QuerySet[Customer]:
    """With ``running`` (deployments) and ``waiting`` (applications), for the rows that are read."""
    stopped = [DeploymentStatus.DISCONTINUED, DeploymentStatus.NOT_THEIRS]
    running = Deployment.objects.exclude(status__in=stopped)
    waiting = AccessApplication.objects.filter(state=ApplicationState.FILED)
    return queryset.annotate(running=_of_customer(running), waiting=_of_customer(waiting))


def _of_customer(rows: QuerySet) -> Coalesce:
    """How many of these rows belong to the outer customer."""
    mine = rows.filter(customer=OuterRef("pk")).order_by().values("customer")
    return Coalesce(Subquery(mine.annotate(count=Count("pk")).values("count")), 0)


def use_texts() -> dict[str, str]:
    """Code of an approved use to its words. One query."""
    rows = UseRule.objects.current().filter(kind=UseKind.APPROVED)
    return dict(rows.values_list("code", "text"))


# Applying -----------------------------------------------------------------------------------------


def teams_of(user: User) -> QuerySet[Team]:
    return Team.objects.filter(memberships__user=user).order_by("name")


def limited_capabilities(*, on: date) -> list[Capability]:
    """Capabilities that take applications on this day, in the catalogue's order. Two queries."""
    stances: dict[int, str] = {}
    policies = CapabilityPolicy.objects.current().filter(effective_from__lte=on)
    for capability, stance in policies.order_by("effective_from").values_list(
        "capability", "stance"
    ):
        stances[capability] = stance
    limited = [key for key, stance in stances.items() if stance == Stance.LIMITED_ACCESS]
    return list(Capability.objects.current().filter(pk__in=limited).select_related("service"))


def safe_filing_on(policy: CapabilityPolicy | None, deadline: date | None = None) -> date | None:
    """The last day to file so that the review ends by ``deadline``; by the policy's own if none."""
    deadline = deadline or (policy.last_permitted_on if policy else None)
    if policy is None or deadline is None or not policy.review_business_days:
        return None
    return last_safe_filing_on(
        deadline,
        policy.review_business_days,
        data_files.holidays(policy.holiday_calendar),
    )


# One application, one grant -----------------------------------------------------------------------


def vetting_rows(application: AccessApplication) -> list[tuple[str, list[tuple[str, str]]]]:
    """The answers as they were filed: heading → (label, words). One query."""
    return vetting.as_rows(application.vetting, operations_of(application.capability))


def gate_today(
    application: AccessApplication,
    customer: Customer,
    *,
    on: date,
    known: Mapping[str, Policies],
) -> GateResult:
    """What the gate answers today for this customer, capability and use.

    ``known``: the catalogue about the capability, as ``selectors.gate.policies_on`` reads it.
    """
    said = {
        "purpose": "general",
        "use": application.use_code,
        "sector": application.vetting.get("sector", ""),
        "end_user": _end_user(application),
        "realtime_bodycam": application.vetting.get("realtime_bodycam", ""),
        "intake": {
            field: application.vetting.get(answer, "") for field, answer in _ESCALATING.items()
        },
    }
    (result,) = gate.answers(
        [application.capability.slug], said, on=on, customer=customer, known=known
    )
    return result


_ESCALATING = {
    "enrolment_optional": "enrolment_optional",
    "public_space": "public_space",
    "under_18": "minors_or_older",
}
"""Field of the intake by which the gate escalates → field of the vetting form."""


def _end_user(application: AccessApplication) -> str:
    said = str(application.vetting.get("end_user") or "")
    return "other" if said == "police_elsewhere" else said


def grants_of(application: AccessApplication) -> list[AccessGrant]:
    return list(application.grants.select_related("customer"))


def other_customers(grant: AccessGrant) -> QuerySet[Customer]:
    """Customers to whom a grant may be transferred, as far as the register knows."""
    return Customer.objects.exclude(pk=grant.customer_id).exclude(is_managed=False)


# Exceptions ---------------------------------------------------------------------------------------


def exception_of(queryset: QuerySet[PolicyException]) -> QuerySet[PolicyException]:
    """With everything its page shows; ``holds``: granted, and what it rests on holds still."""
    return queryset.annotate(holds=_HOLDS).select_related(
        "capability",
        "customer",
        "use_case__team",
        "intended_use",
        "decision__decision_round",
        "asked_by",
        "granted_by",
        "countersigned_by",
        "closed_by",
    )


def exception_kinds(use_case: UseCase, *, on: date) -> dict[Capability, list[str]]:
    """Capabilities of the case whose policy permits exceptions on this day → kinds. Two queries."""
    kinds: dict[int, list[str]] = {}
    policies = CapabilityPolicy.objects.current().filter(
        capability__use_cases=use_case, effective_from__lte=on
    )
    for policy in policies.order_by("effective_from"):
        kinds[policy.capability_id] = policy.permitted_exceptions
    return {row: kinds[row.pk] for row in use_case.capabilities.all() if kinds.get(row.pk)}


def scenarios_for_exceptions(user: User) -> QuerySet[IntendedUse]:
    """Scenarios of cases that this person sees; the entry to asking for an exception."""
    return IntendedUse.objects.filter(
        use_case__in=UseCase.objects.visible_to(user), dropped_at__isnull=True
    ).select_related("use_case__team", "use_case__customer")


def scenarios_to_except(user: User, *, on: date) -> list[IntendedUse]:
    """Decided scenarios of this person's own cases whose capabilities permit exceptions."""
    mine = Membership.objects.filter(user=user).values("team")
    editing = CoAuthor.objects.filter(user=user, right=CoAuthorRight.EDIT).values("use_case")
    permitting = (
        CapabilityPolicy.objects.current()
        .filter(effective_from__lte=on)
        .exclude(permitted_exceptions=[])
        .values("capability")
    )
    asking = UseCase.capabilities.through.objects.filter(
        usecase=OuterRef("use_case"), capability__in=permitting
    )
    return list(
        scenarios_for_exceptions(user)
        .filter(Q(use_case__team__in=mine) | Q(use_case__in=editing))
        .filter(Exists(asking), Exists(Decision.objects.filter(intended_use=OuterRef("pk"))))
        .order_by("-use_case__updated_at", "position", "pk")[:100]
    )


# Timelines ----------------------------------------------------------------------------------------


def events_of(*rows: PublicModel) -> list[AuditEvent]:
    """What happened to these rows, the newest first. One query."""
    wanted = Q(pk__in=[])
    for row in rows:
        wanted |= Q(subject_type=row._meta.model_name, subject_id=str(row.uid))
    return list(AuditEvent.objects.filter(wanted).select_related("actor").order_by("-seq")[:200])
