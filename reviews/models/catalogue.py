"""The catalogue: services, their capabilities, and the policies that open or close them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import ExceptionKind
from reviews.models.base import one_of
from reviews.models.reference import (
    CODE_LENGTH,
    Confidence,
    StableEntry,
    VersionedEntry,
    codes,
)


class Family(models.TextChoices):
    """What kind of thing a capability does; rules and probes name families, not capabilities."""

    ATTRIBUTE_INFERENCE = "attribute_inference", _("Inferring attributes from a face")
    FACE_RECOGNITION = "face_recognition", _("Recognising a person by the face")
    FACE_DETECTION = "face_detection", _("Finding and measuring faces")
    VOICE = "voice", _("Voices and speakers")
    MEDIA = "media", _("Other media analysis")


class Sensitivity(models.TextChoices):
    """How closely our policies watch a capability."""

    ORDINARY = "ordinary", _("Ordinary")
    REVIEWED = "reviewed", _("Open, with review")
    GATED = "gated", _("Gated or withdrawn")


class Stance(models.TextChoices):
    """What a policy says about a capability from its first day on."""

    OPEN = "open", _("Open")
    LIMITED_ACCESS = "limited_access", _("Limited Access")
    RETIRED = "retired", _("Retired")


class HolidayCalendar(models.TextChoices):
    """Which holidays, besides weekends, are no working days for a policy's review."""

    NONE = "none", _("Weekends only")
    US_FEDERAL = "us_federal", _("US federal holidays")


class Service(StableEntry):
    """A product that offers capabilities."""

    summary = models.CharField(max_length=300)

    class Meta:
        ordering = ["name", "pk"]


class Capability(StableEntry):
    """Something a service can do, and somebody may ask for.

    ``is_face_service``: belongs to the service whose resources are created only after the
    declaration about US police. ``alternatives``: what a refused person could use instead.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="capabilities")
    family = models.CharField(max_length=40, choices=Family)
    sensitivity = models.CharField(max_length=20, choices=Sensitivity)
    is_face_service = models.BooleanField(default=False)
    summary = models.CharField(max_length=300)
    alternatives = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    position = models.PositiveIntegerField(help_text="Order in lists.")

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "capabilities"
        constraints = [
            models.CheckConstraint(
                condition=one_of("family", Family), name="capability_family_is_known"
            ),
            models.CheckConstraint(
                condition=one_of("sensitivity", Sensitivity),
                name="capability_sensitivity_is_known",
            ),
        ]


class Operation(VersionedEntry):
    """A call of a service, and whether it is gated.

    ``capability_slugs``: the capabilities that the call makes use of; empty where the catalogue
    keeps the operation for the record only. ``tiers``: price tiers that offer it, empty for all.
    ``gated_since`` is empty for an open call and where the day is not known (see ``note``).
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="operations")
    name = models.CharField(max_length=200)
    is_gated = models.BooleanField()
    gated_since = models.DateField(null=True, blank=True)
    tiers = codes("Price tiers that offer the call; empty: all.")
    capability_slugs = codes("Slugs of the capabilities it uses.")
    note = models.TextField(blank=True)
    sources = codes("Codes of the sources.")
    source = models.TextField(help_text="Titles of the sources, as shown to people.")
    confidence = models.CharField(max_length=10, choices=Confidence)

    class Meta(VersionedEntry.Meta):
        ordering = ["code", "-version"]
        constraints = [
            *VersionedEntry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(is_gated=True) | Q(gated_since__isnull=True),
                name="operation_open_call_has_no_gate_day",
            ),
            models.CheckConstraint(
                condition=one_of("confidence", Confidence), name="operation_confidence_is_known"
            ),
        ]


class CapabilityPolicy(VersionedEntry):
    """What holds for one capability from ``effective_from`` on, until a policy with a later day.

    Before the first ``effective_from`` no policy is in force and the capability is open.
    ``code`` is ``<capability slug>@<effective_from>``. For ``limited_access`` and ``retired``:
    new customers are refused from ``new_customer_cutoff_on`` (this day included; "existing" means
    was using the capability on this day), existing ones may go on to ``last_permitted_on``
    (this day included). ``review_business_days`` is what a review may take, in working days of
    ``holiday_calendar``. ``use_list`` names the closed list of approved uses
    (``UseRule.use_list``); empty: no list is known and the office judges the use.
    ``capability_text`` keeps the capability's name, summary, family and alternatives as they
    read when this version was recorded.
    """

    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="policies")
    capability_text = models.JSONField(default=dict)
    stance = models.CharField(max_length=20, choices=Stance)
    effective_from = models.DateField()
    new_customer_cutoff_on = models.DateField(null=True, blank=True)
    last_permitted_on = models.DateField(null=True, blank=True)
    review_business_days = models.PositiveSmallIntegerField(default=0)
    holiday_calendar = models.CharField(
        max_length=20, choices=HolidayCalendar, default=HolidayCalendar.NONE
    )
    requires_managed_customer = models.BooleanField(default=False)
    requires_review = models.BooleanField(default=False)
    permitted_exceptions = codes("Kinds of exception that may be asked for: accessibility.")
    use_list = models.CharField(max_length=CODE_LENGTH, blank=True)
    use_list_edition = models.CharField(max_length=200, blank=True)
    summary = models.TextField(help_text="The policy in plain words.")
    eligibility_note = models.TextField(blank=True, help_text="What “managed” means.")
    feedback_route = models.TextField(blank=True, help_text="What to do about an unlisted use.")
    note = models.TextField(blank=True)
    edition = models.CharField(max_length=200)
    sources = codes("Codes of the sources.")
    source = models.TextField(help_text="Titles of the sources, as shown to people.")
    confidence = models.CharField(max_length=10, choices=Confidence)

    class Meta(VersionedEntry.Meta):
        ordering = ["capability__position", "effective_from", "-version"]
        verbose_name_plural = "capability policies"
        constraints = [
            *VersionedEntry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(permitted_exceptions__contained_by=ExceptionKind.values),
                name="capabilitypolicy_exceptions_are_known",
            ),
            models.UniqueConstraint(
                fields=["capability", "effective_from"],
                condition=Q(is_current=True),
                name="capabilitypolicy_one_current_per_first_day",
            ),
            models.CheckConstraint(
                condition=one_of("stance", Stance), name="capabilitypolicy_stance_is_known"
            ),
            models.CheckConstraint(
                condition=one_of("holiday_calendar", HolidayCalendar),
                name="capabilitypolicy_calendar_is_known",
            ),
            models.CheckConstraint(
                condition=one_of("confidence", Confidence),
                name="capabilitypolicy_confidence_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    stance=Stance.OPEN,
                    new_customer_cutoff_on__isnull=True,
                    last_permitted_on__isnull=True,
                )
                | (
                    ~Q(stance=Stance.OPEN)
                    & Q(new_customer_cutoff_on__isnull=False, last_permitted_on__isnull=False)
                ),
                name="capabilitypolicy_days_belong_to_the_closed_stances",
                violation_error_message="Only a closed capability has a cut-off and a last day.",
            ),
            models.CheckConstraint(
                condition=Q(last_permitted_on__isnull=True)
                | Q(last_permitted_on__gte=F("new_customer_cutoff_on")),
                name="capabilitypolicy_ends_after_its_cutoff",
                violation_error_message="The last permitted day lies before the cut-off day.",
            ),
            models.CheckConstraint(
                condition=Q(use_list="", use_list_edition="")
                | (~Q(use_list="") & ~Q(use_list_edition="")),
                name="capabilitypolicy_a_list_has_its_edition",
            ),
        ]


class Milestone(VersionedEntry):
    """A dated event in the history of a policy."""

    on = models.DateField()
    title = models.CharField(max_length=300)
    applies_to = models.CharField(max_length=200)
    sources = codes("Codes of the sources.")
    source = models.TextField(help_text="Titles of the sources, as shown to people.")
    confidence = models.CharField(max_length=10, choices=Confidence)

    class Meta(VersionedEntry.Meta):
        ordering = ["on", "code", "-version"]
        constraints = [
            *VersionedEntry.Meta.constraints,
            models.CheckConstraint(
                condition=one_of("confidence", Confidence), name="milestone_confidence_is_known"
            ),
        ]
