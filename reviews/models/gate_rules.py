"""What the gate goes by besides policies: uses, hard stops and escalations, critics' probes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reviews.models.base import one_of
from reviews.models.reference import CODE_LENGTH, VersionedEntry, codes


class UseKind(models.TextChoices):
    """What a rule says about a use."""

    APPROVED = "approved", _("On the closed list")
    PROHIBITED = "prohibited", _("Prohibited")
    AVOID = "avoid", _("To be avoided")
    EXTRA_CARE = "extra_care", _("Needs extra care")


class UseSector(models.TextChoices):
    """For whom a listed use is open."""

    COMMERCIAL = "commercial", _("Commercial")
    PUBLIC = "public", _("Public sector")
    ANY = "any", _("Any sector")


class RuleResult(models.TextChoices):
    """Whether a gate rule blocks or asks for more."""

    STOP = "stop", _("Stop")
    ESCALATE = "escalate", _("Escalate")


class ProbeKind(models.TextChoices):
    """Who answers a probe: the requester (a yes escalates), the reviewer, or both."""

    TRIGGER = "trigger", _("Asked at intake")
    QUESTION = "question", _("Asked in review")
    BOTH = "both", _("Asked at intake and in review")


class UseRule(VersionedEntry):
    """A use that is on the closed list, prohibited, to be avoided, or in need of extra care.

    ``use_list`` joins the approved uses to the policies that name the list. ``families``: the
    capability families that the rule speaks of. ``sets``: codes of the gate rules that a yes sets
    (``UC-A2`` sets ``ESC-TRACK``); empty for approved uses. In force from ``in_force_from`` on.
    """

    kind = models.CharField(max_length=20, choices=UseKind)
    sector = models.CharField(max_length=20, choices=UseSector)
    use_list = models.CharField(max_length=CODE_LENGTH)
    text = models.TextField()
    families = codes("Capability families it speaks of.")
    sets = codes("Gate rules that it sets.")
    edition = models.CharField(max_length=200)
    in_force_from = models.DateField()
    position = models.PositiveIntegerField()
    sources = codes("Codes of the sources.")
    source = models.TextField(help_text="Titles of the sources, as shown to people.")

    class Meta(VersionedEntry.Meta):
        ordering = ["position", "-version"]
        constraints = [
            *VersionedEntry.Meta.constraints,
            models.CheckConstraint(condition=one_of("kind", UseKind), name="userule_kind_is_known"),
            models.CheckConstraint(
                condition=one_of("sector", UseSector), name="userule_sector_is_known"
            ),
        ]


class GateRule(VersionedEntry):
    """A hard stop (``STOP-…``) or an escalation (``ESC-…``).

    ``condition`` says in words which answer sets it, ``outcome`` what follows. It speaks of the
    capabilities of ``families`` and of ``capability_slugs`` (both empty: of any capability) from
    ``in_force_from`` on (empty: always), and of every capability of the Face service from
    ``face_service_from`` on. ``goals``: goals whose evidence the case must show.
    ``can_be_lifted``: a valid exception or extension lifts it; other stops are never lifted.
    """

    result = models.CharField(max_length=20, choices=RuleResult)
    condition = models.TextField()
    outcome = models.TextField()
    families = codes("Capability families it speaks of.")
    capability_slugs = codes("Capabilities it speaks of, by slug.")
    in_force_from = models.DateField(null=True, blank=True)
    face_service_from = models.DateField(null=True, blank=True)
    needs_sensitive_review = models.BooleanField(default=False)
    needs_senior_decision = models.BooleanField(default=False)
    can_be_lifted = models.BooleanField(default=False)
    goals = codes("Goals whose evidence the case must show.")
    must_show = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    clauses = codes("Clauses of law behind it.")
    position = models.PositiveIntegerField()
    sources = codes("Codes of the sources.")
    source = models.TextField(help_text="Titles of the sources, as shown to people.")

    class Meta(VersionedEntry.Meta):
        ordering = ["position", "-version"]
        constraints = [
            *VersionedEntry.Meta.constraints,
            models.CheckConstraint(
                condition=one_of("result", RuleResult), name="gaterule_result_is_known"
            ),
            models.CheckConstraint(
                condition=Q(result=RuleResult.ESCALATE)
                | Q(needs_sensitive_review=False, needs_senior_decision=False),
                name="gaterule_a_stop_asks_for_no_review",
            ),
        ]


class Probe(VersionedEntry):
    """A point of critics, turned into a question.

    It appears where a capability of ``families`` is asked for. ``question`` is the reviewer's,
    ``intake_question`` the requester's, to be answered with yes or no. ``sets``: gate rules that a
    yes at intake sets (empty, as ``intake_question``, for pure review questions).
    ``sets_when``: further ones that depend on a fact, as
    ``[{"fact": "end_user", "value": "us_police", "sets": ["STOP-US-POLICE"]}]``.
    ``goals``: goals and requirements that the answer informs.
    """

    kind = models.CharField(max_length=20, choices=ProbeKind)
    question = models.TextField()
    intake_question = models.TextField(blank=True)
    criticism = models.TextField()
    voiced_by = models.CharField(max_length=200)
    families = codes("Capability families it appears for.")
    goals = codes("Goals and requirements it informs.")
    sets = codes("Gate rules that a yes sets.")
    sets_when = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField()
    sources = codes("Codes of the sources.")
    source = models.TextField(help_text="Titles of the sources, as shown to people.")

    class Meta(VersionedEntry.Meta):
        ordering = ["position", "-version"]
        constraints = [
            *VersionedEntry.Meta.constraints,
            models.CheckConstraint(condition=one_of("kind", ProbeKind), name="probe_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind=ProbeKind.QUESTION, sets__len=0, intake_question="")
                | (~Q(kind=ProbeKind.QUESTION) & Q(sets__len__gt=0) & ~Q(intake_question="")),
                name="probe_escalates_if_asked_at_intake",
            ),
        ]

    @property
    def is_trigger(self) -> bool:
        """Asked at intake; a yes escalates."""
        return self.kind in {ProbeKind.TRIGGER, ProbeKind.BOTH}
