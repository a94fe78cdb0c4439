"""Talk inside the office about a review: threads per item, their comments, who is mentioned."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.models.base import PublicModel, all_or_none
from reviews.models.review import ChecklistItem, Review


class Thread(PublicModel):
    """One matter talked over in a review: about one item, or about the whole case.

    The requester's side never reads it. Whom it shows to in a blind round is ruled by
    ``permissions.conversations``.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="threads")
    item = models.ForeignKey(
        ChecklistItem, on_delete=models.PROTECT, null=True, blank=True, related_name="threads"
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=all_or_none("resolved_by", "resolved_at"),
                name="thread_resolved_by_and_at_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"thread of {self.review_id}"


class Comment(PublicModel):
    """One contribution to a thread. Without ``posted_at`` a draft that only its writer sees."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)
    mentions: "models.ManyToManyField" = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="mentioned_in"
    )

    class Meta:
        ordering = ["posted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "by"],
                condition=Q(posted_at__isnull=True),
                name="one_comment_draft_per_thread_and_person",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
