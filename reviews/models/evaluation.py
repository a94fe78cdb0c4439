"""Evaluations that come back: the Standard's ongoing evaluation checkpoints."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from reviews.models.base import PublicModel, all_or_none
from reviews.models.standard import Requirement
from reviews.models.use_case import Evidence, UseCase


class Evaluation(PublicModel):
    """One evaluation that is due again, for one requirement of an approved use case.

    When it is recorded, the next one follows ``interval_days`` later.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="evaluations")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    interval_days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_dropped = models.BooleanField(default=False, help_text="The case ended or was decided anew.")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=all_or_none("done_by", "done_at", "done_on"),
                name="evaluation_done_by_and_when_go_together",
            ),
            models.UniqueConstraint(
                fields=["use_case", "requirement"],
                condition=Q(done_at__isnull=True, is_dropped=False),
                name="one_open_evaluation_per_case_and_requirement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use_case_id} {self.requirement.code} by {self.due_on}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:evaluation", args=[self.uid])
