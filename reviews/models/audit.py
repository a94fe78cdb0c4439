"""The append-only, hash-chained record of what happened."""

from django.conf import settings
from django.db import models

from reviews.domain.enums import AuditKind
from reviews.models.base import one_of


class AuditEvent(models.Model):
    """What happened, who did it, when. Written by services, in their transaction.

    ``seq`` has no gaps; ``digest`` chains each event to the one before (``domain.audit_chain``).
    The subject is stored as text, not as a foreign key, so that the trail outlives the rows it
    speaks of. ``actor`` is empty for the portal itself. Triggers refuse UPDATE, DELETE, TRUNCATE.
    """

    seq = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=64, choices=AuditKind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    subject_label = models.CharField(max_length=64, blank=True)
    use_case_id = models.BigIntegerField(
        null=True, help_text="The use case whose timeline shows this event, if any."
    )
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField(help_text="Real time, by the database's clock.")
    business_at = models.DateTimeField(help_text="Business time; real time but in the demo.")
    business_on = models.DateField(help_text="Business day.")
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", AuditKind), name="audit_kind_known"),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
            models.Index(fields=["use_case_id", "seq"], name="audit_timeline"),
            models.Index(fields=["kind", "seq"], name="audit_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.subject_label}"


class AuditHead(models.Model):
    """The end of the chain; its row lock makes the sequence gapless. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_audit_head"),
        ]

    def __str__(self) -> str:
        return f"head at {self.seq}"
