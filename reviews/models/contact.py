"""Whom to write to at a customer, and what the customer answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from reviews.domain.enums import AnswerKind, AnswerSource, ChangedPart, ContactStanding
from reviews.models.base import PublicModel, one_of
from reviews.models.customer import Customer, Deployment
from reviews.models.importing import ImportRun
from reviews.models.user import check_time_zone


class CustomerContact(PublicModel):
    """A person at the customer who gets the mails; no account.

    ``deployment`` narrows it to one deployment; empty: all of the customer's. A contact that
    departed or was replaced stays as a row, with the day.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contacts")
    deployment = models.ForeignKey(
        Deployment, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    name = models.CharField(max_length=200)
    email = models.EmailField()
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    registered_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person, or the owner for them, confirmed it."
    )
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=300, blank=True)
    departed_at = models.DateTimeField(null=True, blank=True)
    departed_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["customer__name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "customer",
                "deployment",
                Lower("email"),
                condition=Q(departed_at__isnull=True),
                nulls_distinct=False,
                name="one_contact_per_customer_deployment_and_address",
                violation_error_message="This address is a contact already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reviews:contact", args=[self.uid])

    @property
    def standing(self) -> ContactStanding:
        if self.departed_at:
            return ContactStanding.DEPARTED
        if self.bounced_at:
            return ContactStanding.BOUNCED
        return ContactStanding.CONFIRMED if self.confirmed_at else ContactStanding.NEVER_CONFIRMED


class DeploymentAnswer(PublicModel):
    """What was said about one deployment, by whom, how. Never edited; a later one counts more.

    ``said_by`` is the name that was typed. ``stopped_on``: attested last day of use. ``until``:
    the day asked for (more time) or snoozed to, inclusive. The file, if any, backs an attestation.
    """

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=20, choices=AnswerKind)
    source = models.CharField(max_length=20, choices=AnswerSource)
    contact = models.ForeignKey(
        CustomerContact, on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said_by = models.CharField(max_length=200, blank=True)
    said_at = models.DateTimeField()
    stopped_on = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    new_contact = models.ForeignKey(
        CustomerContact, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    file = models.FileField(upload_to="attestations", max_length=100, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the bytes.")

    class Meta:
        ordering = ["said_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", AnswerKind), name="answer_kind_known"),
            models.CheckConstraint(
                condition=one_of("source", AnswerSource), name="answer_source_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=AnswerKind.STOPPED)
                | (Q(stopped_on__isnull=False) & ~Q(said_by="")),
                name="attestation_has_a_name_and_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.deployment_id}"


class RegisterChange(PublicModel):
    """One change in the register: what was, what is, and why. Never edited; an undo is another one.

    The audit event that belongs to it names it by its key. Rows of a deployments' import share one
    event, that of their ``run``. ``was`` and ``now`` hold values as the register shows them.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="register_changes"
    )
    deployment = models.ForeignKey(
        Deployment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="register_changes",
    )
    contact = models.ForeignKey(
        CustomerContact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="register_changes",
    )
    part = models.CharField(max_length=20, choices=ChangedPart)
    was = models.CharField(max_length=400, blank=True)
    now = models.CharField(max_length=400, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(help_text="Business time.")
    run = models.ForeignKey(
        ImportRun, on_delete=models.PROTECT, null=True, blank=True, related_name="register_changes"
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("part", ChangedPart), name="register_change_part_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part}: {self.was} → {self.now}"
