"""Evaluations of a use case: those that wait, and those that were recorded."""

from django.db.models import QuerySet

from reviews.models import Evaluation, UseCase, User


def visible_to(user: User) -> QuerySet[Evaluation]:
    """Whoever sees the use case sees its evaluations."""
    return Evaluation.objects.filter(use_case__in=UseCase.objects.visible_to(user)).select_related(
        "use_case__team", "requirement__goal", "done_by", "evidence"
    )


def waiting(use_case: UseCase) -> QuerySet[Evaluation]:
    """Those that are to be repeated, the nearest day first."""
    rows = use_case.evaluations.filter(done_at__isnull=True, is_dropped=False)
    return rows.select_related("requirement").order_by("due_on", "requirement__position", "pk")


def recorded(use_case: UseCase) -> QuerySet[Evaluation]:
    """The newest first."""
    rows = use_case.evaluations.filter(done_at__isnull=False)
    return rows.select_related("requirement", "done_by").order_by("-done_on", "-pk")
