"""Limited Access: applications, grants bound to one use, and policy exceptions."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext

from reviews.domain.access import grant_standing, request_standing
from reviews.domain.enums import (
    ApplicationState,
    ExceptionKind,
    GrantStanding,
    Outcome,
    RequestStanding,
    RequestState,
    State,
)
from reviews.models.base import PublicModel, all_or_none, one_of
from reviews.models.decision import Decision
from reviews.models.use_case import UseCase
from reviews.models.user import Membership, User


def sees_all_access(user: User) -> bool:
    """Leads, auditors, administrators and sunset owners see every row of this part."""
    return user.has_perm("reviews.read_every_usecase") or user.has_perm("reviews.own_sunset")


def _person(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options
    )


class AccessApplicationQuerySet(models.QuerySet["AccessApplication"]):
    def visible_to(self, user: User) -> Self:
        """Rows this person may know exist: the applicant's team, and who sees all.

        The pair of ``permissions.access.can_view_application``.
        """
        if sees_all_access(user):
            return self
        return self.filter(Exists(Membership.objects.filter(user=user, team=OuterRef("team"))))


class AccessApplication(PublicModel):
    """One customer asks for one service's gated capabilities, for one use from the closed list.

    ``vetting`` holds the facts of the form (account manager, enrolment, retention, police or
    military end user ...) by field id; ``reviews.domain.access`` names them.
    """

    customer = models.ForeignKey(
        "reviews.Customer", on_delete=models.PROTECT, related_name="applications"
    )
    capability = models.ForeignKey(
        "reviews.Capability", on_delete=models.PROTECT, related_name="applications"
    )
    use_code = models.CharField(
        max_length=20, blank=True, help_text="Code of the approved use, such as UC-C2."
    )
    use_description = models.TextField(blank=True)
    vetting = models.JSONField(default=dict)
    state = models.CharField(
        max_length=20, choices=ApplicationState, default=ApplicationState.FILED
    )
    team = models.ForeignKey("reviews.Team", on_delete=models.PROTECT, related_name="applications")
    filed_by = _person()
    filed_at = models.DateTimeField()
    filed_on = models.DateField()
    decided_by = _person(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    objects = AccessApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-filed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("state", ApplicationState), name="application_state_known"
            ),
            models.CheckConstraint(
                condition=all_or_none("decided_by", "decided_at"),
                name="application_decided_by_and_at_go_together",
            ),
            models.UniqueConstraint(
                fields=["customer", "capability", "use_code"],
                condition=models.Q(state=ApplicationState.FILED),
                name="one_open_application_per_customer_capability_and_use",
                violation_error_message="An application for this use is waiting already.",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(customer)s: %(capability)s for %(use)s") % {
            "customer": self.customer,
            "capability": self.capability,
            "use": self.use_code or gettext("a use of its own"),
        }

    def get_absolute_url(self) -> str:
        return reverse("reviews:access_application", args=[self.uid])

    @property
    def current_state(self) -> ApplicationState:
        return ApplicationState(self.state)


class AccessGrantQuerySet(models.QuerySet["AccessGrant"]):
    def visible_to(self, user: User) -> Self:
        """As its application: a transferred grant stays visible to the team that applied.

        The pair of ``permissions.access.can_view_grant``.
        """
        if sees_all_access(user):
            return self
        mine = Membership.objects.filter(user=user, team=OuterRef("application__team"))
        return self.filter(Exists(mine))

    def held(self) -> Self:
        """Neither revoked nor transferred; it may have lapsed."""
        return self.filter(revoked_at__isnull=True, transferred_at__isnull=True)

    def standing(self, standing: GrantStanding, *, on: date) -> Self:
        """Rows that stand so on this day; the same rule as ``AccessGrant.standing``."""
        if standing is GrantStanding.REVOKED:
            return self.filter(revoked_at__isnull=False)
        if standing is GrantStanding.TRANSFERRED:
            return self.filter(revoked_at__isnull=True, transferred_at__isnull=False)
        if standing is GrantStanding.LAPSED:
            return self.held().filter(reverify_by__lt=on)
        return self.held().filter(reverify_by__gte=on)


class AccessGrant(PublicModel):
    """Permission to use one capability for one use, until it must be re-verified.

    It lapses when ``reverify_by`` (a civil day, inclusive) passes without a re-verification.
    A transfer ends this grant (``ended_at``) and issues another to the new customer.
    """

    application = models.ForeignKey(
        AccessApplication, on_delete=models.PROTECT, related_name="grants"
    )
    customer = models.ForeignKey(
        "reviews.Customer", on_delete=models.PROTECT, related_name="grants"
    )
    capability = models.ForeignKey(
        "reviews.Capability", on_delete=models.PROTECT, related_name="grants"
    )
    use_code = models.CharField(max_length=20, blank=True)
    use_description = models.TextField(blank=True)
    granted_by = _person()
    granted_at = models.DateTimeField()
    granted_on = models.DateField()
    reverify_by = models.DateField()
    revoked_by = _person(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_on = models.DateField(null=True, blank=True)
    revoked_reason = models.TextField(blank=True)
    transferred_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="transferred_to"
    )
    transferred_at = models.DateTimeField(
        null=True, blank=True, help_text="When this grant went over to another customer."
    )
    transfer_reason = models.TextField(blank=True)

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=all_or_none("revoked_by", "revoked_at", "revoked_on"),
                name="grant_revoked_by_and_when_go_together",
            ),
            models.UniqueConstraint(
                fields=["customer", "capability", "use_code"],
                condition=models.Q(revoked_at__isnull=True, transferred_at__isnull=True),
                name="one_running_grant_per_customer_capability_and_use",
                violation_error_message="This customer holds a grant for this use already.",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(customer)s: %(capability)s for %(use)s") % {
            "customer": self.customer,
            "capability": self.capability,
            "use": self.use_code or gettext("a use of its own"),
        }

    def get_absolute_url(self) -> str:
        return reverse("reviews:access_grant", args=[self.uid])

    def standing(self, *, on: date) -> GrantStanding:
        return grant_standing(
            reverify_by=self.reverify_by,
            is_revoked=self.revoked_at is not None,
            is_transferred=self.transferred_at is not None,
            on=on,
        )


class GrantVerification(models.Model):
    """A re-verification: the facts were confirmed, and the grant runs on."""

    grant = models.ForeignKey(AccessGrant, on_delete=models.PROTECT, related_name="verifications")
    by = _person()
    at = models.DateTimeField()
    on = models.DateField()
    note = models.TextField(blank=True)
    next_by = models.DateField(help_text="Day by which it must be confirmed again (inclusive).")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.grant} verified {self.on}"


class PolicyExceptionQuerySet(models.QuerySet["PolicyException"]):
    def visible_to(self, user: User) -> Self:
        """Whoever sees the use case, and who sees all.

        The pair of ``permissions.access.can_view_exception``.
        """
        if sees_all_access(user):
            return self
        return self.filter(use_case__in=UseCase.objects.visible_to(user))

    def standing(self, standing: RequestStanding, *, on: date) -> Self:
        """Rows that stand so on this day; the same rule as ``PolicyException.standing``."""
        return self.filter(stands(standing, on=on))

    def holding(self) -> Self:
        """Granted, whatever the last day, and what they rest on still holds.

        A withdrawn use case carries none, opened again as a draft or not. A decision that was
        cited must be in force, favourable and not stale; an exception that cites none stands by
        itself.
        """
        favourable = [one for one in Outcome if one.is_favourable]
        basis = Decision.objects.in_force().filter(outcome__in=favourable, stale__isnull=True)
        return self.filter(
            Q(decision__isnull=True) | Q(decision__in=basis.order_by()), state=RequestState.GRANTED
        ).exclude(use_case__state__in=[State.WITHDRAWN, State.DRAFT])


def stands(standing: RequestStanding, *, on: date) -> Q:
    """The condition on ``state`` and ``until`` for a request that stands so on this day."""
    if standing is RequestStanding.ENDED:
        return Q(state=RequestState.GRANTED, until__lt=on)
    if standing is RequestStanding.GRANTED:
        return Q(state=RequestState.GRANTED, until__gte=on)
    return Q(state=standing.value)


class PolicyException(PublicModel):
    """Time-boxed permission to depart from a policy: who, which capability, which scenario, why.

    An accessibility exception rests on a decided sensitive-use case (``decision``), is granted
    by a lead and countersigned by another.
    """

    kind = models.CharField(max_length=20, choices=ExceptionKind)
    customer = models.ForeignKey(
        "reviews.Customer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exceptions",
    )
    capability = models.ForeignKey(
        "reviews.Capability", on_delete=models.PROTECT, related_name="exceptions"
    )
    use_case = models.ForeignKey(
        "reviews.UseCase", on_delete=models.PROTECT, related_name="exceptions"
    )
    intended_use = models.ForeignKey(
        "reviews.IntendedUse", on_delete=models.PROTECT, related_name="exceptions"
    )
    decision = models.ForeignKey(
        "reviews.Decision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exceptions",
    )
    scope = models.TextField(help_text="Who may use what, where. Shown wherever the gate cites it.")
    reason = models.TextField()
    until = models.DateField(help_text="Last permitted day (inclusive).")
    state = models.CharField(max_length=30, choices=RequestState, default=RequestState.ASKED)
    asked_by = _person()
    asked_at = models.DateTimeField()
    granted_by = _person(null=True, blank=True)
    granted_at = models.DateTimeField(null=True, blank=True)
    countersigned_by = _person(null=True, blank=True)
    countersigned_at = models.DateTimeField(null=True, blank=True)
    closed_by = _person(null=True, blank=True)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was refused or revoked."
    )
    closed_reason = models.TextField(blank=True)

    objects = PolicyExceptionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("kind", ExceptionKind), name="exception_kind_known"
            ),
            models.CheckConstraint(
                condition=one_of("state", RequestState), name="exception_state_known"
            ),
            models.CheckConstraint(
                condition=all_or_none("granted_by", "granted_at"),
                name="exception_granted_by_and_at_go_together",
            ),
            models.CheckConstraint(
                condition=all_or_none("countersigned_by", "countersigned_at"),
                name="exception_countersigned_by_and_at_go_together",
            ),
            models.CheckConstraint(
                condition=models.Q(countersigned_by__isnull=True)
                | ~models.Q(countersigned_by=models.F("granted_by")),
                name="exception_countersigned_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.capability}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:access_exception", args=[self.uid])

    @property
    def current_state(self) -> RequestState:
        return RequestState(self.state)

    def standing(self, *, on: date) -> RequestStanding:
        return request_standing(self.state, self.until, on=on)
