"""Reviews: rounds, reviewers, checklist, verdicts and questions."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.domain.enums import Recommendation, ReviewKind, VerdictValue
from reviews.models.base import PublicModel, all_or_none, one_of
from reviews.models.use_case import Evidence, Submission, UseCase


class Review(PublicModel):
    """One round of review of one submission. A use case has at most one open round.

    A sensitive round needs two reviewers who do not see each other until both have signed off.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="reviews")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=ReviewKind)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reviews")
    standard = models.ForeignKey("reviews.Standard", on_delete=models.PROTECT, related_name="+")
    is_sensitive = models.BooleanField()
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["use_case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["use_case", "number"], name="one_review_per_number"),
            models.UniqueConstraint(
                fields=["use_case"],
                condition=Q(closed_at__isnull=True),
                name="one_open_review_per_use_case",
            ),
            models.CheckConstraint(condition=one_of("kind", ReviewKind), name="review_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number} of {self.use_case_id}"

    @property
    def reviewers_needed(self) -> int:
        """Signed-off reviewers before a lead may decide."""
        return 2 if self.is_sensitive else 1

    def earlier_round(self) -> "Review | None":
        """The last round before this one that reviewers worked on. Two queries."""
        return (
            Review.objects.filter(use_case=self.use_case_id, number__lt=self.number)
            .exclude(kind=ReviewKind.APPEAL)
            .select_related("submission")
            .prefetch_related("submission__people")
            .order_by("-number")
            .first()
        )


class ReviewAssignment(PublicModel):
    """One reviewer on one round, up to the sign-off."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    assigned_at = models.DateTimeField()
    recused_at = models.DateTimeField(null=True, blank=True)
    recused_reason = models.TextField(blank=True)
    skipped_at = models.DateTimeField(
        null=True, blank=True, help_text="Put last in the reviewer's own queue."
    )
    signed_off_at = models.DateTimeField(null=True, blank=True)
    recommendation = models.CharField(  # noqa: DJ001
        max_length=30, choices=Recommendation, null=True, blank=True, default=None
    )
    recommendation_reasons = models.TextField(blank=True)

    class Meta:
        ordering = ["assigned_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "reviewer"],
                name="one_assignment_per_reviewer_and_round",
                violation_error_message="This person is assigned already.",
            ),
            models.CheckConstraint(
                condition=all_or_none("signed_off_at", "recommendation"),
                name="sign_off_carries_a_recommendation",
            ),
            models.CheckConstraint(
                condition=Q(recommendation__isnull=True) | one_of("recommendation", Recommendation),
                name="recommendation_known",
            ),
            models.CheckConstraint(
                condition=Q(recused_at__isnull=True) | Q(signed_off_at__isnull=True),
                name="recused_or_signed_off_not_both",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reviewer", "assigned_at"],
                condition=Q(signed_off_at__isnull=True, recused_at__isnull=True),
                name="assignment_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reviewer} on {self.review_id}"


class ChecklistItem(PublicModel):
    """One thing to judge in one round: a requirement of the Standard, or a critic's probe.

    ``is_required_now``: its stage is at or before the declared lifecycle stage. ``why`` says in
    a message id why it applies (always, or which answer set it).
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    requirement = models.ForeignKey(
        "reviews.Requirement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    probe = models.ForeignKey(
        "reviews.Probe", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_required_now = models.BooleanField()
    why = models.CharField(max_length=60)

    class Meta:
        ordering = ["review", "position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "position"], name="one_item_per_position"),
            models.CheckConstraint(
                condition=Q(requirement__isnull=True, probe__isnull=False)
                | Q(requirement__isnull=False, probe__isnull=True),
                name="item_is_a_requirement_or_a_probe",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        source = self.requirement or self.probe
        return source.code if source else ""


class Verdict(PublicModel):
    """One reviewer's judgement of one item. After the sign-off a change is a new, dated row."""

    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="verdicts")
    assignment = models.ForeignKey(
        ReviewAssignment, on_delete=models.PROTECT, related_name="verdicts"
    )
    value = models.CharField(max_length=20, choices=VerdictValue, blank=True)
    note = models.TextField(blank=True, help_text="Why; required for “does not apply”.")
    gap_plan = models.TextField(blank=True, help_text="How a missed criterion is closed, by when.")
    evidence: "models.ManyToManyField" = models.ManyToManyField(
        Evidence, blank=True, related_name="verdicts"
    )
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    changed_after_sign_off = models.BooleanField(default=False)
    carried_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The reviewer's own verdict of an earlier round that still holds, word for word.",
    )

    class Meta:
        ordering = ["saved_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "assignment"],
                condition=Q(is_current=True),
                name="one_current_verdict_per_item_and_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(value="") | one_of("value", VerdictValue), name="verdict_value_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.value or 'open'}"


class Question(PublicModel):
    """A reviewer asks the requester, about one item or the whole case."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="questions")
    item = models.ForeignKey(
        ChecklistItem, on_delete=models.PROTECT, null=True, blank=True, related_name="questions"
    )
    text = models.TextField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=all_or_none("withdrawn_by", "withdrawn_at"),
                name="question_withdrawn_by_and_at_go_together",
            ),
            models.CheckConstraint(
                condition=all_or_none("answered_by", "answered_at"),
                name="answered_by_and_at_go_together",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
