"""What a line of the ledger speaks of: a name and an address, whatever kind of thing it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import QuerySet
from django.urls import reverse

from reviews.domain.enums import SubjectKind
from reviews.models import (
    AccessGrant,
    Condition,
    Deadline,
    Deployment,
    Evaluation,
    PolicyException,
    UseCase,
    User,
)
from reviews.selectors import conditions


@dataclass(frozen=True, slots=True)
class Subject:
    """``url`` is empty where this person may not open the page."""

    label: str
    url: str = ""


def subjects_of(deadlines: Iterable[Deadline], *, user: User) -> dict[tuple[str, int], Subject]:
    """By kind and id. At most two queries for each kind that occurs."""
    wanted = defaultdict(set)
    for deadline in deadlines:
        wanted[SubjectKind(deadline.subject_kind)].add(deadline.subject_id)
    found = {}
    for kind, ids in wanted.items():
        for key, subject in _READERS[kind](ids, user).items():
            found[kind.value, key] = subject
    return found


def _deployments(ids: set[int], user: User) -> dict[int, Subject]:
    rows = Deployment.objects.filter(pk__in=ids).select_related("customer", "capability")
    seen = _seen(Deployment.objects.visible_to(user), ids)
    return {
        row.pk: Subject(
            f"{row.customer.name}: {row.capability.name}",
            row.get_absolute_url() if row.pk in seen else "",
        )
        for row in rows
    }


def _grants(ids: set[int], user: User) -> dict[int, Subject]:
    rows = AccessGrant.objects.filter(pk__in=ids).select_related("customer", "capability")
    seen = _seen(AccessGrant.objects.visible_to(user), ids)
    return {
        row.pk: Subject(
            f"{row.customer.name}: {row.capability.name}",
            reverse("reviews:access_grant", args=[row.uid]) if row.pk in seen else "",
        )
        for row in rows
    }


def _exceptions(ids: set[int], user: User) -> dict[int, Subject]:
    rows = PolicyException.objects.filter(pk__in=ids).select_related("use_case", "capability")
    seen = _seen(PolicyException.objects.visible_to(user), ids)
    return {
        row.pk: Subject(
            f"{row.use_case.reference}: {row.capability.name}",
            reverse("reviews:access_exception", args=[row.uid]) if row.pk in seen else "",
        )
        for row in rows
    }


def _conditions(ids: set[int], user: User) -> dict[int, Subject]:
    rows = Condition.objects.filter(pk__in=ids).select_related("decision__decision_round__use_case")
    seen = _seen(conditions.named_in(user), ids)
    return {
        row.pk: Subject(
            f"{row.decision.decision_round.use_case.reference}: {row.text[:80]}",
            reverse("reviews:condition", args=[row.uid]) if row.pk in seen else "",
        )
        for row in rows
    }


def _rereviews(ids: set[int], user: User) -> dict[int, Subject]:
    rows = UseCase.objects.filter(pk__in=ids)
    seen = _seen(UseCase.objects.visible_to(user), ids)
    return {
        row.pk: Subject(
            f"{row.reference}: {row.title}", row.get_absolute_url() if row.pk in seen else ""
        )
        for row in rows
    }


def _evaluations(ids: set[int], user: User) -> dict[int, Subject]:
    rows = Evaluation.objects.filter(pk__in=ids).select_related("use_case", "requirement")
    cases = UseCase.objects.visible_to(user).filter(evaluations__in=ids)
    seen = set(cases.values_list("pk", flat=True))
    return {
        row.pk: Subject(
            f"{row.use_case.reference}: {row.requirement}",
            row.get_absolute_url() if row.use_case_id in seen else "",
        )
        for row in rows
    }


def _seen(visible: QuerySet, ids: set[int]) -> set[int]:
    return set(visible.filter(pk__in=ids).order_by().values_list("pk", flat=True))


_READERS: Mapping[SubjectKind, Callable[[set[int], User], dict[int, Subject]]] = MappingProxyType(
    {
        SubjectKind.DEPLOYMENT: _deployments,
        SubjectKind.GRANT: _grants,
        SubjectKind.EXCEPTION: _exceptions,
        SubjectKind.CONDITION: _conditions,
        SubjectKind.REREVIEW: _rereviews,
        SubjectKind.EVALUATION: _evaluations,
    }
)
