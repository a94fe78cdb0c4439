"""The demo's clock: business time is real time plus an offset."""

from django.db import models


class DemoClock(models.Model):
    """One row. ``offset`` added to the real clock gives business time; zero outside the demo."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_demo_clock"),
        ]

    def __str__(self) -> str:
        return f"real time plus {self.offset}"
