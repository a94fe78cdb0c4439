"""What the API keeps: tokens, how often each was used, and answers to repeated requests."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from reviews.domain.enums import Scope
from reviews.models.base import PublicModel, all_or_none


class ApiToken(PublicModel):
    """A key with which a machine acts as its owner, within its scopes, until a day.

    Only the SHA-256 of the secret is kept; the secret is random and long, so it needs no salt and
    no slow hash. ``prefix`` finds the row and lets a person tell tokens apart.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens"
    )
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes: "ArrayField" = ArrayField(models.CharField(max_length=30, choices=Scope))
    created_at = models.DateTimeField(help_text="Real time.")
    expires_at = models.DateTimeField(help_text="Real time.")
    last_used_at = models.DateTimeField(
        null=True, blank=True, help_text="Real time, to the minute."
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    window_began_at = models.DateTimeField(
        null=True, blank=True, help_text="The minute in which requests are counted."
    )
    window_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="token_expires_after_creation"
            ),
            models.CheckConstraint(
                condition=all_or_none("revoked_at", "revoked_by"),
                name="token_revoked_by_and_at_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (rai_{self.prefix}…)"

    def is_usable(self, now: datetime) -> bool:
        """Neither revoked nor past its end at this real moment."""
        return self.revoked_at is None and now < self.expires_at


class KeptResponse(models.Model):
    """What a request with an ``Idempotency-Key`` was answered, for whoever sends it again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_kept_response_per_key"),
        ]
        indexes = [models.Index(fields=["kept_at"], name="kept_response_by_age")]

    def __str__(self) -> str:
        return f"{self.status} for {self.key}"
