"""The Standard as data: goals, requirements, and where other frameworks ask the same."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import RequirementStage
from reviews.models.base import one_of
from reviews.models.reference import (
    CODE_LENGTH,
    StableEntry,
    VersionedEntry,
)


class Tag(models.TextChoices):
    """The Standard's own marks on a requirement."""

    IA = "IA", _("Impact Assessment")
    OEC = "OEC", _("Ongoing evaluation checkpoint")
    TN = "TN", _("Transparency note")


class Standard(StableEntry):
    """One edition of a responsible-AI standard: the framework and its version."""

    framework = models.CharField(max_length=40)
    version = models.CharField(max_length=100)
    published_on = models.DateField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["framework", "-published_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "version"], name="standard_edition_is_listed_once"
            ),
        ]


class Goal(VersionedEntry):
    """A goal of the Standard.

    ``applies_when``: keys of the answers that make the goal apply, any of them is enough
    (``informs_decisions``); empty: it always applies. ``comes_first``: shown before the others in a
    review. ``needs_reason_when_not``: "does not apply" must be explained. ``position`` is the
    Standard's own order.
    """

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="goals")
    name = models.CharField(max_length=200)
    principle = models.CharField(max_length=100)
    applies_to = models.CharField(max_length=300)
    applies_when = ArrayField(models.CharField(max_length=CODE_LENGTH), default=list, blank=True)
    needs_reason_when_not = models.BooleanField(default=False)
    comes_first = models.BooleanField(default=False)
    known_as = models.CharField(
        max_length=100, blank=True, help_text="The announcement's own phrase for the goal."
    )
    numbered_requirements = models.PositiveSmallIntegerField()
    pages = models.CharField(max_length=20)
    position = models.PositiveIntegerField()

    class Meta(VersionedEntry.Meta):
        ordering = ["position", "-version"]

    @property
    def always_applies(self) -> bool:
        return not self.applies_when


class Requirement(VersionedEntry):
    """One numbered duty (``A4.1``), or the single item of a goal without numbers (``PS1``).

    ``tags`` are the Standard's own; ``OEC`` items come back on an interval. ``is_yearly``: the duty
    itself returns every year. ``near_twins``: codes that ask the same thing elsewhere.
    ``is_numbered`` is false for the three goal-level items.
    """

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="requirements")
    question = models.TextField()
    evidence_hint = models.TextField()
    tags = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    stage = models.CharField(max_length=20, choices=RequirementStage)
    is_yearly = models.BooleanField(default=False)
    is_numbered = models.BooleanField(default=True)
    near_twins = ArrayField(models.CharField(max_length=CODE_LENGTH), default=list, blank=True)
    position = models.PositiveIntegerField()

    class Meta(VersionedEntry.Meta):
        ordering = ["position", "-version"]
        constraints = [
            *VersionedEntry.Meta.constraints,
            models.CheckConstraint(
                condition=one_of("stage", RequirementStage), name="requirement_stage_is_known"
            ),
            models.CheckConstraint(
                condition=Q(tags__contained_by=Tag.values), name="requirement_tags_are_known"
            ),
        ]


class RequirementNeed(models.Model):
    """An edge: ``requirement`` builds on what ``needs_code`` asks for.

    Part of the requirement's version. ``needs_code`` names a requirement or, where ``needs_goal``
    is true, a whole goal; it is a code, so that a new version of the needed one keeps the edge.
    """

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="needs")
    needs_code = models.CharField(max_length=CODE_LENGTH)
    needs_goal = models.BooleanField(default=False)

    class Meta:
        ordering = ["requirement", "needs_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "needs_code"], name="requirementneed_edge_is_listed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement.code} needs {self.needs_code}"


class ListedValue(VersionedEntry):
    """One choice of a closed list of the Impact Assessment, with its explanation.

    ``code`` is ``<list>.<value>``: ``sensitive_use_trigger.human_rights_threat``.
    """

    list_name = models.CharField(max_length=CODE_LENGTH)
    value = models.CharField(max_length=CODE_LENGTH)
    label = models.CharField(max_length=200)
    guidance = models.TextField(blank=True)
    position = models.PositiveIntegerField()

    class Meta(VersionedEntry.Meta):
        ordering = ["list_name", "position", "-version"]


class Framework(StableEntry):
    """A law or a voluntary framework that the crosswalk points at."""

    edition = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position", "pk"]


class Clause(VersionedEntry):
    """A clause of a framework in our own words.

    ``applies_from`` is empty where no day is known or none is needed; ``note`` says which.
    """

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="clauses")
    text = models.TextField()
    applies_from = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    asks_for = models.TextField(blank=True, help_text="What an inventory asks about it.")
    position = models.PositiveIntegerField()

    class Meta(VersionedEntry.Meta):
        ordering = ["framework__position", "position", "-version"]


class CrosswalkEntry(VersionedEntry):
    """Our judgement that a goal and a clause ask for like things; ``code``: ``<goal>~<clause>``."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="crosswalk")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="crosswalk")

    class Meta(VersionedEntry.Meta):
        ordering = ["goal__position", "clause__framework__position", "clause__position"]
        verbose_name_plural = "crosswalk entries"
