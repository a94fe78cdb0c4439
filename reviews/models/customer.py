"""Customers and their running uses of a capability."""

import zoneinfo
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext

from reviews.domain.access import request_standing
from reviews.domain.enums import DeploymentStatus, Origin, RequestStanding, RequestState, Sector
from reviews.models.access import AccessApplication, AccessGrant, sees_all_access, stands
from reviews.models.base import PublicModel, all_or_none, one_of
from reviews.models.use_case import Submission, UseCase
from reviews.models.user import User, check_time_zone


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User) -> Self:
        """Customers of filed use cases, applications and grants that this person sees.

        To name a customer in a draft shows nothing: who drafts cannot open a row by that.
        The pair of ``permissions.access.can_view_customer``.
        """
        if sees_all_access(user):
            return self
        cases = UseCase.objects.visible_to(user).filter(
            Q(origin=Origin.IMPORTED) | Exists(Submission.objects.filter(use_case=OuterRef("pk"))),
            customer=OuterRef("pk"),
        )
        applications = AccessApplication.objects.visible_to(user).filter(customer=OuterRef("pk"))
        grants = AccessGrant.objects.visible_to(user).filter(customer=OuterRef("pk"))
        return self.filter(
            Q(owner=user)
            | Q(Exists(cases.order_by()))
            | Q(Exists(applications.order_by()))
            | Q(Exists(grants.order_by()))
        )


class Customer(PublicModel):
    """An organisation that uses, or asks to use, a capability."""

    name = models.CharField(max_length=300, unique=True)
    is_managed = models.BooleanField(
        null=True,
        blank=True,
        help_text="Works with an account team of the provider. Empty: not known.",
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who verified last whether it is managed.",
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_note = models.TextField(blank=True, help_text="How it was verified.")
    sector = models.CharField(max_length=20, choices=Sector, default=Sector.UNKNOWN)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166 code. Empty: unknown.")
    region = models.CharField(max_length=60, blank=True)
    tier = models.CharField(max_length=40, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_customers",
        help_text="Sunset owner who answers for this customer.",
    )
    registered_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("sector", Sector), name="customer_sector_known"
            ),
            models.CheckConstraint(
                condition=all_or_none("verified_by", "verified_at"),
                name="customer_verified_by_and_at_go_together",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reviews:customer", args=[self.uid])


class DeploymentQuerySet(models.QuerySet["Deployment"]):
    def visible_to(self, user: User) -> Self:
        """As its customer. The pair of ``permissions.access.can_view_deployment``."""
        if sees_all_access(user):
            return self
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Deployment(PublicModel):
    """A customer's running use of one capability for one purpose.

    ``in_use_since`` (a civil day) tells whether the customer was using the capability on its
    policy's cut-off day; empty means not known.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="deployments")
    capability = models.ForeignKey(
        "reviews.Capability", on_delete=models.PROTECT, related_name="deployments"
    )
    use = models.CharField(max_length=300, help_text="What it is used for, in a few words.")
    in_use_since = models.DateField(null=True, blank=True)
    status = models.CharField(
        max_length=20, choices=DeploymentStatus, default=DeploymentStatus.DISCOVERED
    )
    discontinued_on = models.DateField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    registered_at = models.DateTimeField()
    heard_at = models.DateTimeField(
        null=True, blank=True, help_text="Last answer of the customer. Empty: silent so far."
    )
    snoozed_until = models.DateField(
        null=True, blank=True, help_text="The contact is left in peace to this day (inclusive)."
    )
    plan = models.TextField(
        blank=True, help_text="How and by when the customer will be without it."
    )
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Grows with every change.")
    changed_at = models.DateTimeField(null=True, blank=True)

    objects = DeploymentQuerySet.as_manager()

    class Meta:
        ordering = ["customer__name", "capability__slug", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("status", DeploymentStatus), name="deployment_status_known"
            ),
            models.UniqueConstraint(
                fields=["customer", "capability", "use"],
                name="one_deployment_per_customer_capability_and_use",
                violation_error_message="This use is in the register already.",
            ),
        ]
        indexes = [
            models.Index(fields=["-registered_at", "-id"], name="deployment_newest"),
            models.Index(fields=["capability", "status"], name="deployment_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.capability}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:deployment", args=[self.uid])

    @property
    def current_status(self) -> DeploymentStatus:
        return DeploymentStatus(self.status)

    def today(self, at: datetime) -> date:
        """The civil day of ``at`` where it runs: its last day ends at its own midnight."""
        return at.astimezone(zoneinfo.ZoneInfo(self.time_zone)).date()


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def visible_to(self, user: User) -> Self:
        """As its deployment's customer. The pair of ``permissions.access.can_view_extension``."""
        if sees_all_access(user):
            return self
        return self.filter(deployment__customer__in=Customer.objects.visible_to(user))

    def standing(self, standing: RequestStanding, *, on: date) -> Self:
        """Rows that stand so on this day; the same rule as ``Extension.standing``."""
        return self.filter(stands(standing, on=on))


class Extension(PublicModel):
    """A later last permitted day for one deployment: asked, then granted or refused by a lead."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="extensions")
    until = models.DateField(help_text="Last permitted day if granted (inclusive).")
    reason = models.TextField()
    state = models.CharField(max_length=30, choices=RequestState, default=RequestState.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty where the customer asked by a signed link.",
    )
    answer = models.ForeignKey(
        "reviews.DeploymentAnswer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="extensions",
        help_text="The customer's answer that asks for it.",
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("state", RequestState), name="extension_state_known"
            ),
            models.CheckConstraint(
                condition=all_or_none("decided_by", "decided_at"),
                name="extension_decided_by_and_at_go_together",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=False) | Q(answer__isnull=False),
                name="extension_asked_by_a_person_or_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(deployment)s until %(day)s") % {
            "deployment": self.deployment,
            "day": self.until,
        }

    def get_absolute_url(self) -> str:
        return reverse("reviews:access_extension", args=[self.uid])

    @property
    def current_state(self) -> RequestState:
        return RequestState(self.state)

    @property
    def asker(self) -> str:
        """Who asked for it, in words: a person of the office or a team, or the customer's contact.

        Wants ``asked_by`` and ``answer__contact``.
        """
        if self.answer is None:
            return str(self.asked_by)
        contact = self.answer.contact
        return gettext("%(contact)s from the mail") % {
            "contact": contact.name if contact else self.answer.said_by
        }

    def standing(self, *, on: date) -> RequestStanding:
        return request_standing(self.state, self.until, on=on)
