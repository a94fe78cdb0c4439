"""Deadlines and the ladders of reminders that lead up to them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from reviews.domain.enums import Audience, DeploymentStatus, StepAnchor, SubjectKind
from reviews.models.base import PublicModel, one_of
from reviews.models.catalogue import HolidayCalendar


class Ladder(models.Model):
    """The steps that lead up to one kind of deadline. Data: ``reviews/data/ladders``."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=20, choices=SubjectKind, unique=True)
    summary = models.TextField(blank=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the entry in the data file.")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("subject_kind", SubjectKind), name="ladder_subject_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LadderStep(models.Model):
    """One step: when, to whom, what is asked.

    ``offset_days`` counts from the anchor: negative before it, positive after. ``silenced_by``
    lists the deployment statuses under which the step stays quiet. A step that left the data
    file is inactive; the ledger goes on naming it.
    """

    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=20, help_text="Such as T-30, FILING, T+7.")
    anchor = models.CharField(max_length=20, choices=StepAnchor, default=StepAnchor.LAST_DAY)
    offset_days = models.SmallIntegerField()
    audiences = ArrayField(models.CharField(max_length=20, choices=Audience))
    ask = models.CharField(max_length=200, help_text="What the reader should do or answer.")
    silenced_by = ArrayField(
        models.CharField(max_length=20, choices=DeploymentStatus), default=list, blank=True
    )
    is_manual = models.BooleanField(default=False, help_text="Sent on a person's word, on no day.")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["ladder", "offset_days", "code"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("anchor", StepAnchor), name="ladder_step_anchor_known"
            ),
            models.CheckConstraint(
                condition=Q(audiences__contained_by=Audience.values),
                name="ladder_step_audiences_known",
            ),
            models.CheckConstraint(
                condition=Q(silenced_by__contained_by=DeploymentStatus.values),
                name="ladder_step_silenced_by_known",
            ),
            models.UniqueConstraint(fields=["ladder", "code"], name="one_step_per_ladder_and_code"),
        ]

    def __str__(self) -> str:
        return f"{self.ladder.code} {self.code}"


class Deadline(PublicModel):
    """One version of a subject's last day. Written by ``services.reminding.deadlines`` only.

    ``last_day`` is a civil day (inclusive) in ``time_zone``. A moved day is a new version: the
    old row stays, no longer current. ``is_open``: the subject still waits for somebody.
    ``next_step_on`` is the working day of the next step that the plan has to look at; empty when
    none is left. It follows from the ladder and the day (``domain.ladders``) and is kept so that a
    sweep reads only what is due.
    """

    subject_kind = models.CharField(max_length=20, choices=SubjectKind)
    subject_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)
    is_open = models.BooleanField(default=True)
    last_day = models.DateField()
    last_safe_filing_on = models.DateField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    calendar = models.CharField(
        max_length=20, choices=HolidayCalendar, default=HolidayCalendar.NONE
    )
    next_step_on = models.DateField(null=True, blank=True)
    set_at = models.DateTimeField()
    set_on = models.DateField()

    class Meta:
        ordering = ["subject_kind", "subject_id", "version"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("subject_kind", SubjectKind), name="deadline_subject_kind_known"
            ),
            models.CheckConstraint(
                condition=one_of("calendar", HolidayCalendar), name="deadline_calendar_known"
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "version"],
                name="one_deadline_per_subject_and_version",
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(is_current=True),
                name="one_current_deadline_per_subject",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_step_on"],
                condition=Q(is_current=True, is_open=True, next_step_on__isnull=False),
                name="deadline_by_next_step",
            ),
            models.Index(
                fields=["last_day", "id"],
                condition=Q(is_current=True, is_open=True),
                name="deadline_by_last_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} v{self.version}: {self.last_day}"
