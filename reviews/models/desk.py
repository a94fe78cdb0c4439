"""What the portal remembers for one person: what they saw last, their views, their columns."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from reviews.domain.enums import ListName
from reviews.models.base import PublicModel, one_of
from reviews.models.use_case import Submission, UseCase
from reviews.models.user import User


class Visit(models.Model):
    """When a person last looked at a case, up to which event of the record and which submission.

    Derived from reading, so it is no event itself. ``sitting_*``: what had been seen when the
    present sitting began; what came after is shown as new until the sitting ends or the person
    marks all as seen. ``domain.visits`` says when a sitting ends.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="visits")
    seen_at = models.DateTimeField(help_text="Business time.")
    seen_seq = models.PositiveBigIntegerField(
        default=0, help_text="Number of the last event on the case that was shown."
    )
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sitting_at = models.DateTimeField(help_text="The look before the present sitting.")
    sitting_seq = models.PositiveBigIntegerField(default=0)
    sitting_submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "use_case"], name="one_visit_per_person_and_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} saw {self.use_case_id}"


class SavedView(PublicModel):
    """A list under a filter, kept under a name by one person, shown to a team where shared."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    list_name = models.CharField(max_length=20, choices=ListName)
    name = models.CharField(max_length=80)
    words = models.CharField(max_length=1000, help_text="The query words of the search box.")
    team = models.ForeignKey(
        "reviews.Team",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_views",
        help_text="Whose members see it too.",
    )
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("list_name", ListName), name="saved_view_list_known"
            ),
            models.UniqueConstraint(
                fields=["owner", "list_name", "name"],
                name="one_saved_view_per_name",
                violation_error_message="You have a view of this name already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ColumnChoice(models.Model):
    """Which columns of one list a person wants to see, in their order."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=20, choices=ListName)
    columns: "ArrayField" = ArrayField(models.CharField(max_length=40))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=one_of("list_name", ListName), name="column_choice_list_known"
            ),
            models.UniqueConstraint(
                fields=["user", "list_name"], name="one_column_choice_per_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.list_name}"


class BulkActionQuerySet(models.QuerySet["BulkAction"]):
    def visible_to(self, user: User) -> Self:
        """Only who did it sees what was done; to all others it does not exist."""
        return self.filter(by=user)


class BulkAction(PublicModel):
    """One action on many rows at once: what was done to each, so that it can be undone."""

    kind = models.CharField(max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField()
    effects = models.JSONField(default=list, help_text="Per row: its key and what was done.")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BulkActionQuerySet.as_manager()

    class Meta:
        ordering = ["-done_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["assign", "remind"]), name="bulk_action_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {len(self.effects)}"
