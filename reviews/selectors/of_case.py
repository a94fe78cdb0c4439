"""The filter of lists that hang on one use case and have no page of their own."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reviews.models import (
    CoAuthor,
    DecisionRound,
    Evidence,
    Membership,
    Outsider,
    ReviewAssignment,
    Submission,
    UseCase,
    User,
)


class OfCaseFilter(django_filters.FilterSet):
    """``reference``: rows of this use case."""

    reference = django_filters.CharFilter(
        label=_("Use case"), field_name="use_case__reference", max_length=20
    )


def submissions(user: User) -> QuerySet[Submission]:
    """Every filing of the cases that this person may see."""
    rows = Submission.objects.filter(use_case__in=UseCase.objects.visible_to(user))
    return rows.select_related("use_case")


def evidence(user: User) -> QuerySet[Evidence]:
    """Files of the cases that this person may see. The pair of ``can_download``."""
    cases = UseCase.objects.visible_to(user)
    rows = Evidence.objects.filter(use_case__in=cases, removed_at__isnull=True)
    return rows.select_related("use_case")


def decision_rounds(user: User) -> QuerySet[DecisionRound]:
    """Of the cases that this person may see: what took effect, and proposals for the office.

    The pair of ``permissions.deciding.sees_proposals``.
    """
    effective = Q(needs_countersignature=False) | Q(countersignature__agreed=True)
    of_case: dict[str, Any] = {"user": user, "use_case": OuterRef("use_case")}
    side = Exists(Membership.objects.filter(user=user, team=OuterRef("use_case__team"))) | Exists(
        CoAuthor.objects.filter(**of_case)
    )
    sits = ReviewAssignment.objects.filter(
        reviewer=user, recused_at__isnull=True, review__use_case=OuterRef("use_case")
    )
    office = Q(pk__isnull=False)
    if not user.has_perm("reviews.read_every_usecase"):
        office = Q(Exists(sits)) | Q(Exists(Outsider.objects.filter(**of_case)))
    rows = DecisionRound.objects.filter(use_case__in=UseCase.objects.visible_to(user))
    return rows.filter(effective | (office & ~Q(side)))
