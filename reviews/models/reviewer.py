"""What the office knows about its reviewers: absence, expertise, conflicts of interest."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reviews.models.base import PublicModel, all_or_none


class Absence(PublicModel):
    """Days on which a person is away, both included. Nobody is assigned work for these days."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences"
    )
    first_on = models.DateField(help_text="First day away.")
    last_on = models.DateField(help_text="Last day away.")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Taken back.")

    class Meta:
        ordering = ["first_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="absence_ends_after_it_begins",
                violation_error_message="The last day away lies before the first.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["last_on", "user"],
                condition=Q(ended_at__isnull=True),
                name="absence_by_last_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} away {self.first_on} to {self.last_on}"


class Expertise(models.Model):
    """A person knows one capability well; the suggestion of reviewers looks at it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="expertise"
    )
    capability = models.ForeignKey("reviews.Capability", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "expertise"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "capability"], name="one_expertise_per_person_and_capability"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} knows {self.capability_id}"


class ConflictOfInterest(PublicModel):
    """A person must not review, decide or countersign what one team or one customer files."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts_of_interest"
    )
    team = models.ForeignKey(
        "reviews.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    customer = models.ForeignKey(
        "reviews.Customer", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField()
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    declared_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["declared_at", "pk"]
        verbose_name_plural = "conflicts of interest"
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=False, customer__isnull=True)
                | Q(team__isnull=True, customer__isnull=False),
                name="conflict_is_with_a_team_or_a_customer",
            ),
            models.CheckConstraint(
                condition=all_or_none("ended_by", "ended_at"),
                name="conflict_ended_by_and_at_go_together",
            ),
            models.UniqueConstraint(
                fields=["user", "team"],
                condition=Q(ended_at__isnull=True, team__isnull=False),
                name="one_open_conflict_per_person_and_team",
                violation_error_message="This conflict of interest is on record already.",
            ),
            models.UniqueConstraint(
                fields=["user", "customer"],
                condition=Q(ended_at__isnull=True, customer__isnull=False),
                name="one_open_conflict_per_person_and_customer",
                violation_error_message="This conflict of interest is on record already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.team or self.customer}"
