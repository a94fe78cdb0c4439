"""Heartbeats, forecasts, holds and the breaker of the reminder machine."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from reviews.domain.enums import Channel, HoldReason, SweepName
from reviews.models.base import PublicModel, all_or_none, one_of


class SweepRun(models.Model):
    """The last good run of one sweep: the heartbeat. One row per name.

    ``real_at`` is the database's clock, ``business_at`` the business clock of the same moment.
    """

    name = models.CharField(max_length=20, choices=SweepName, primary_key=True)
    real_at = models.DateTimeField()
    business_at = models.DateTimeField()
    business_on = models.DateField()
    rows = models.PositiveIntegerField(default=0, help_text="Rows written or mails settled.")
    failed_at = models.DateTimeField(null=True, blank=True, help_text="Last failure; real time.")
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_of("name", SweepName), name="sweep_name_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.real_at}"


class Forecast(models.Model):
    """How many mails a business day should bring, as foreseen the day before."""

    on = models.DateField(primary_key=True)
    mails = models.PositiveIntegerField()
    made_at = models.DateTimeField(help_text="Business time.")

    def __str__(self) -> str:
        return f"{self.mails} mails on {self.on}"


class SweepHold(PublicModel):
    """The machine stopped and asks. Open until somebody releases or discards it."""

    reason = models.CharField(max_length=20, choices=HoldReason)
    found_at = models.DateTimeField(help_text="Real time, by the database's clock.")
    business_at = models.DateTimeField()
    business_on = models.DateField()
    mail_count = models.PositiveIntegerField(default=0)
    forecast_count = models.PositiveIntegerField(default=0)
    detail = models.JSONField(default=dict)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_reason = models.TextField(blank=True)
    is_discarded = models.BooleanField(default=False)

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("reason", HoldReason), name="hold_reason_known"
            ),
            models.CheckConstraint(
                condition=all_or_none("settled_by", "settled_at"),
                name="hold_settled_by_and_at_go_together",
            ),
            models.UniqueConstraint(
                fields=["reason"],
                condition=Q(settled_at__isnull=True),
                name="one_open_hold_per_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} at {self.found_at}"


class Breaker(models.Model):
    """A channel whose server cannot be reached: no attempt is spent until ``retry_at``.

    All moments are the database's clock. A closed breaker has no ``opened_at``.
    """

    channel = models.CharField(max_length=20, choices=Channel, primary_key=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=one_of("channel", Channel), name="breaker_channel_known"
            ),
            models.CheckConstraint(
                condition=all_or_none("opened_at", "retry_at"),
                name="breaker_opened_at_and_retry_at_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {'open' if self.opened_at else 'closed'}"
