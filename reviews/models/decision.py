"""Decisions per scenario, their conditions, countersignatures, referrals and appeals."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from reviews.domain.enums import ConditionState, Outcome
from reviews.models.base import PublicModel, all_or_none, one_of
from reviews.models.review import Review
from reviews.models.use_case import Evidence, IntendedUse, Submission, UseCase


def _person(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options
    )


class DecisionRound(PublicModel):
    """What one lead decided on one review, for all its scenarios together.

    A sensitive round takes effect only with the countersignature of a second lead; a refused
    one has no effect, and the deciding lead records the next.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="decision_rounds")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="decision_rounds")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    needs_countersignature = models.BooleanField()
    decided_by = _person()
    decided_at = models.DateTimeField()
    decided_on = models.DateField()
    policy_versions = models.JSONField(
        default=dict, help_text="Version of each capability's policy that was in force."
    )

    class Meta:
        ordering = ["use_case", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["use_case", "number"], name="one_decision_round_per_number"
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.number} of {self.use_case_id}"


class Countersignature(PublicModel):
    """A second lead agreed with a decision round, or refused with a reason."""

    decision_round = models.OneToOneField(
        DecisionRound, on_delete=models.PROTECT, related_name="countersignature"
    )
    by = _person()
    at = models.DateTimeField()
    on = models.DateField()
    agreed = models.BooleanField()
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed=True) | ~Q(reason=""), name="refusal_carries_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {'agreed' if self.agreed else 'refused'}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def in_force(self) -> Self:
        """Took effect, and no later decision on the same scenario did."""
        effective = Q(decision_round__needs_countersignature=False) | Q(
            decision_round__countersignature__agreed=True
        )
        later = Decision.objects.filter(
            effective, intended_use=OuterRef("intended_use"), pk__gt=OuterRef("pk")
        )
        return self.filter(effective).filter(~Exists(later))


class Decision(PublicModel):
    """The outcome for one scenario. Never edited: a later round supersedes it."""

    decision_round = models.ForeignKey(
        DecisionRound, on_delete=models.PROTECT, related_name="decisions"
    )
    intended_use = models.ForeignKey(
        IntendedUse, on_delete=models.PROTECT, related_name="decisions"
    )
    outcome = models.CharField(max_length=30, choices=Outcome)
    reasons = models.TextField()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["decision_round", "intended_use__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision_round", "intended_use"], name="one_outcome_per_scenario"
            ),
            models.CheckConstraint(condition=one_of("outcome", Outcome), name="outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.intended_use_id}: {self.outcome}"


class StaleDecision(models.Model):
    """A material change since: the decision no longer covers what the team now does."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="stale")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    changed = models.JSONField(default=list, help_text="Material fields that changed.")

    def __str__(self) -> str:
        return f"{self.decision_id} stale since {self.since}"


class Condition(PublicModel):
    """A promise that an approval rests on: owner, due day, proof, and another person to verify."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    text = models.TextField()
    proof_wanted = models.TextField(help_text="What would show that it is met.")
    owner = _person()
    verifier = _person()
    due_on = models.DateField()
    state = models.CharField(max_length=20, choices=ConditionState, default=ConditionState.OPEN)
    proof = models.TextField(blank=True)
    proof_evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proof_by = _person(null=True, blank=True)
    proof_at = models.DateTimeField(null=True, blank=True)
    verified_by = _person(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verifier_note = models.TextField(blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("state", ConditionState), name="condition_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(owner=F("verifier")),
                name="condition_verified_by_another",
                violation_error_message="The owner of a condition cannot be its verifier.",
            ),
            models.CheckConstraint(
                condition=all_or_none("proof_by", "proof_at"),
                name="proof_by_and_at_go_together",
            ),
            models.CheckConstraint(
                condition=all_or_none("verified_by", "verified_at"),
                name="verified_by_and_at_go_together",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="condition_by_due_day")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def current_state(self) -> ConditionState:
        return ConditionState(self.state)


class ReviewReturn(PublicModel):
    """A lead sent a review back to its reviewers, and why. Never edited."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="returns")
    reason = models.TextField()
    by = _person()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.reason[:60]


class Referral(PublicModel):
    """A hard case goes to the panel: what is asked, who is asked, what they said."""

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="referrals")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="referrals")
    question = models.TextField()
    referred_by = _person()
    referred_at = models.DateTimeField()
    closed_by = _person(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField(blank=True, help_text="The panel's advice as the lead took it.")

    class Meta:
        ordering = ["referred_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["use_case"],
                condition=Q(closed_at__isnull=True),
                name="one_open_referral_per_use_case",
            ),
            models.CheckConstraint(
                condition=all_or_none("closed_by", "closed_at"),
                name="referral_closed_by_and_at_go_together",
            ),
        ]

    def __str__(self) -> str:
        return self.question[:60]


class ReferralMember(PublicModel):
    """One panel member on one referral: attendance, advice, dissent."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panel_seats"
    )
    attended = models.BooleanField(null=True, blank=True)
    advice = models.TextField(blank=True)
    dissents = models.BooleanField(default=False)
    dissent = models.TextField(blank=True)
    given_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "user"], name="one_seat_per_panel_member"),
            models.CheckConstraint(
                condition=Q(dissents=False) | ~Q(dissent=""), name="dissent_is_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.referral_id}"


class Appeal(PublicModel):
    """The requester asks another lead to look again."""

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="appeals")
    against = models.ForeignKey(DecisionRound, on_delete=models.PROTECT, related_name="appeals")
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="appeal")
    grounds = models.TextField()
    filed_by = _person()
    filed_at = models.DateTimeField()
    decided_in = models.OneToOneField(
        DecisionRound, on_delete=models.PROTECT, null=True, blank=True, related_name="settles"
    )
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="The case was withdrawn before a decision on it."
    )

    class Meta:
        ordering = ["filed_at", "pk"]

    def __str__(self) -> str:
        return f"appeal against {self.against_id}"
