"""Mails and forecasts that were foreseen, or replayed, by the machine itself. Sent by nobody."""

from django.db import models
from django.db.models import Q

from reviews.domain.enums import Channel, MailKind, RehearsalKind
from reviews.domain.forecast import interval_holds
from reviews.models.base import PublicModel, one_of


class Rehearsal(PublicModel):
    """One run over the days ``first_on`` to ``last_on`` (inclusive) on a copy of the register.

    ``made_at`` and ``made_on`` are business time. ``mails`` counts all of them; of very many only
    the earliest are kept as rows.
    """

    kind = models.CharField(max_length=10, choices=RehearsalKind)
    first_on = models.DateField()
    last_on = models.DateField()
    made_at = models.DateTimeField()
    made_on = models.DateField()
    mails = models.PositiveIntegerField()
    is_whole = models.BooleanField(default=True, help_text="Every line is kept as a row.")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("kind", RehearsalKind), name="rehearsal_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["kind", "-made_at"], name="rehearsal_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_on} to {self.last_on}"


class RehearsedLine(models.Model):
    """The lines of one mail that belong to one step and day.

    ``nominal_on``: the step's day by the ladder; ``moved_on``: the working day it moved to.
    ``mail_number`` tells which lines share a mail; ``due_at`` is business time.
    """

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="lines")
    mail_number = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    local_day = models.DateField()
    time_zone = models.CharField(max_length=64)
    nominal_on = models.DateField(null=True)
    moved_on = models.DateField(null=True)
    step = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=MailKind)
    channel = models.CharField(max_length=20, choices=Channel)
    recipient = models.CharField(max_length=300)
    customer = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    lines = models.PositiveIntegerField()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("kind", MailKind), name="rehearsed_line_kind_known"
            ),
            models.CheckConstraint(
                condition=one_of("channel", Channel), name="rehearsed_line_channel_known"
            ),
        ]
        indexes = [
            models.Index(fields=["rehearsal", "due_at", "id"], name="rehearsed_line_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.step} to {self.recipient} on {self.local_day}"


class RehearsedForecast(models.Model):
    """What the board would have foretold ``on`` one day of a replayed year, and the day that came.

    ``seed`` names the year's invented customers; empty: what the register itself has on record.
    ``is_walked``: the services of production went through that year; else its days were counted by
    the ladder. ``low``, ``middle`` and ``high`` are empty beyond the horizon; ``came_on`` is the
    day on which the last of the ``running`` stopped, empty where it has not come.
    """

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="forecasts")
    seed = models.PositiveIntegerField(null=True)
    is_walked = models.BooleanField(default=False)
    on = models.DateField()
    running = models.PositiveIntegerField()
    low = models.DateField(null=True)
    middle = models.DateField(null=True)
    high = models.DateField(null=True)
    came_on = models.DateField(null=True)

    class Meta:
        ordering = ["seed", "on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seed__isnull=False) | Q(is_walked=True),
                name="rehearsed_forecast_without_seed_was_walked",
            ),
        ]
        indexes = [
            models.Index(fields=["rehearsal", "seed", "on"], name="rehearsed_forecast_by_week"),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.low} to {self.high}"

    @property
    def held(self) -> bool | None:
        """Whether the interval held the day that came; ``None``: it has not come."""
        if self.came_on is None:
            return None
        return interval_holds(self.low, self.high, self.came_on)
