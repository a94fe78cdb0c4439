"""Summary rows: what the boards read instead of every case."""

from django.db import models

from reviews.domain.tallies import NO_DAY, Measure


class Tally(models.Model):
    """So many more or fewer of one thing. The sum over equal rows is the count.

    Only triggers of the database append rows, in the transaction that changes what is counted,
    and never change one: nobody waits for anybody. ``services.tallies.fold`` puts equal rows
    together. Not a foreign key on purpose: ``scope`` is the key of a team, a capability or a
    requirement, as ``measure`` says (``domain.tallies.Measure``), or 0.
    """

    id = models.BigAutoField(primary_key=True)
    measure = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Measure])
    scope = models.BigIntegerField(default=0)
    key = models.CharField(max_length=80, blank=True)
    day = models.DateField(default=NO_DAY)
    number = models.IntegerField(default=0, help_text="Working days that a decision took.")
    count = models.IntegerField()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(measure__in=[one.value for one in Measure]),
                name="tally_measure_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["measure", "scope", "day"],
                include=["key", "number", "count"],
                name="tally_read",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.scope} {self.key} {self.day}: {self.count:+}"
