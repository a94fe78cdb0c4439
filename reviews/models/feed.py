"""Secret addresses of calendar feeds."""

from django.conf import settings
from django.db import models

from reviews.models.base import PublicModel
from reviews.models.catalogue import Capability


class CalendarFeed(PublicModel):
    """A person's deadlines as a calendar, at a secret address. Only the token's hash is kept.

    With a capability: that capability's deadlines as far as the person sees them.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    capability = models.ForeignKey(
        Capability, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    token_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token.")
    token_hint = models.CharField(
        max_length=8, help_text="Its first characters, to tell feeds apart."
    )
    created_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user}: {self.capability or 'everything'}"
