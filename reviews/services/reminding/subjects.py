"""What a deadline is about: the row behind it, who answers for it, where its page is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import Model
from django.urls import reverse

from reviews.domain.enums import SubjectKind
from reviews.models import (
    AccessGrant,
    Capability,
    Condition,
    Deadline,
    Deployment,
    Evaluation,
    PolicyException,
    UseCase,
    User,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """``title``: what ends or is due. ``about``: the customer, or the case. ``note``: more words.

    ``owner`` is who answers for it (``None``: nobody yet); ``path`` its page in the portal.
    """

    kind: SubjectKind
    row: Model
    title: str
    about: str
    note: str
    owner: User | None
    path: str


def of(deadlines: Iterable[Deadline]) -> dict[int, Subject]:
    """The subjects by the key of their deadline. One query for each kind that occurs."""
    wanted: dict[SubjectKind, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for deadline in deadlines:
        wanted[SubjectKind(deadline.subject_kind)][deadline.subject_id].append(deadline.pk)
    return {
        key: subject
        for kind, keys in wanted.items()
        for subject in _READERS[kind](keys)
        for key in keys[subject.row.pk]
    }


def _deployments(keys: Iterable[int]) -> list[Subject]:
    rows = (
        Deployment.objects.filter(pk__in=keys)
        .select_related("customer__owner__manager", "capability__service")
        .order_by()
    )
    return [
        Subject(
            SubjectKind.DEPLOYMENT,
            row,
            _capability(row.capability),
            row.customer.name,
            row.use,
            row.customer.owner,
            reverse("reviews:deployment", args=[row.uid]),
        )
        for row in rows
    ]


def _conditions(keys: Iterable[int]) -> list[Subject]:
    rows = Condition.objects.filter(pk__in=keys).select_related(
        "owner__manager", "decision__decision_round__use_case"
    )
    return [
        Subject(
            SubjectKind.CONDITION,
            row,
            row.text,
            _case(row.decision.decision_round.use_case),
            row.proof_wanted,
            row.owner,
            reverse("reviews:condition", args=[row.uid]),
        )
        for row in rows
    ]


def _exceptions(keys: Iterable[int]) -> list[Subject]:
    rows = PolicyException.objects.filter(pk__in=keys).select_related(
        "asked_by__manager", "capability__service", "use_case"
    )
    return [
        Subject(
            SubjectKind.EXCEPTION,
            row,
            _capability(row.capability),
            _case(row.use_case),
            row.scope,
            row.asked_by,
            row.get_absolute_url(),
        )
        for row in rows
    ]


def _grants(keys: Iterable[int]) -> list[Subject]:
    rows = AccessGrant.objects.filter(pk__in=keys).select_related(
        "application__filed_by__manager", "capability__service", "customer"
    )
    return [
        Subject(
            SubjectKind.GRANT,
            row,
            _capability(row.capability),
            row.customer.name,
            row.use_description or row.use_code,
            row.application.filed_by,
            row.get_absolute_url(),
        )
        for row in rows
    ]


def _rereviews(keys: Iterable[int]) -> list[Subject]:
    rows = UseCase.objects.filter(pk__in=keys).select_related("created_by__manager")
    return [
        Subject(
            SubjectKind.REREVIEW,
            row,
            row.title,
            row.reference,
            "",
            row.created_by,
            row.get_absolute_url(),
        )
        for row in rows
    ]


def _evaluations(keys: Iterable[int]) -> list[Subject]:
    rows = Evaluation.objects.filter(pk__in=keys).select_related(
        "use_case__created_by__manager", "requirement"
    )
    return [
        Subject(
            SubjectKind.EVALUATION,
            row,
            f"{row.requirement.code}: {row.requirement.question}",
            _case(row.use_case),
            "",
            row.use_case.created_by,
            row.get_absolute_url(),
        )
        for row in rows
    ]


def _capability(capability: Capability) -> str:
    """With its service: “Emotion” alone says little to a customer."""
    return f"{capability.service.name}: {capability.name}"


def _case(use_case: UseCase) -> str:
    return f"{use_case.reference} {use_case.title}"


_READERS: Mapping[SubjectKind, Callable[[Iterable[int]], list[Subject]]] = MappingProxyType(
    {
        SubjectKind.DEPLOYMENT: _deployments,
        SubjectKind.CONDITION: _conditions,
        SubjectKind.EXCEPTION: _exceptions,
        SubjectKind.GRANT: _grants,
        SubjectKind.REREVIEW: _rereviews,
        SubjectKind.EVALUATION: _evaluations,
    }
)
