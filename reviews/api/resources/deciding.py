"""Deciding on a use case: the outcome of each scenario, the second signature, sending it back."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from reviews.api.base import Resource, operation, writes
from reviews.api.shapes import Input, Reason
from reviews.api.signature import check_password
from reviews.domain.decisions import ConditionDraft, ScenarioDecision
from reviews.domain.enums import Outcome
from reviews.domain.errors import StateConflict
from reviews.models import IntendedUse, UseCase, User
from reviews.permissions.deciding import can_countersign, can_decide, can_return_to_review
from reviews.permissions.rulings import require
from reviews.selectors.decision_rounds import waiting_round
from reviews.services import deciding


class ConditionInput(Input):
    """``owner`` keeps it, ``verifier`` confirms it: two user names. ``due_on`` is the last day."""

    text = serializers.CharField(max_length=5_000)
    proof_wanted = serializers.CharField(max_length=5_000)
    owner = serializers.SlugRelatedField("username", queryset=User.objects.all())
    verifier = serializers.SlugRelatedField("username", queryset=User.objects.all())
    due_on = serializers.DateField()


class ScenarioInput(Input):
    scenario = serializers.UUIDField()
    outcome = serializers.ChoiceField(Outcome.choices)
    reasons = serializers.CharField(max_length=20_000)
    conditions = ConditionInput(many=True, default=list)


class DecisionInput(Input):
    """One entry for each scenario of the submission."""

    scenarios = ScenarioInput(many=True)


class SignatureInput(Input):
    """``password``: of the second lead, typed again. ``reason``: where it is refused."""

    agreed = serializers.BooleanField()
    reason = serializers.CharField(max_length=5_000, allow_blank=True, default="")
    password = serializers.CharField(trim_whitespace=False, max_length=500, write_only=True)


class Deciding(Resource):
    """What leads do with a use case whose review is complete."""

    @action(detail=True, methods=["post"])
    @operation(DecisionInput, versioned=True)
    @writes
    def decide(self, request: Request, reference: str) -> Response:
        """Decide on every scenario. A sensitive case then waits for a second lead."""
        case = self._locked()
        require(can_decide(request.user, case))
        said = self.given(DecisionInput)["scenarios"]
        deciding.record_decision(
            case, scenarios=[_decided(case, one) for one in said], **self.actor
        )
        return self.answer(self._again(case))

    @action(detail=True, methods=["post"])
    @operation(SignatureInput, versioned=True)
    def countersign(self, request: Request, reference: str) -> Response:
        """As a second lead: agree, and it takes effect; or refuse with a reason."""
        require(can_countersign(request.user, self.get_object()))
        said = self.given(SignatureInput)
        # Before the transaction, whose end would forget how often a password was tried.
        check_password(request, said.pop("password"))
        return self._countersign(request, said)

    @writes
    def _countersign(self, request: Request, said: dict[str, Any]) -> Response:
        case = self._locked()
        waiting = waiting_round(case)
        if waiting is None:
            raise StateConflict(
                gettext("No decision on this use case waits for a countersignature.")
            )
        deciding.countersign(waiting, **said, **self.actor)
        return self.answer(self._again(case))

    @action(detail=True, methods=["post"], url_path="return-to-review")
    @operation(Reason, versioned=True)
    @writes
    def return_to_review(self, request: Request, reference: str) -> Response:
        """Back to the reviewers, who sign off again."""
        case = self._locked()
        require(can_return_to_review(request.user, case))
        deciding.return_to_review(case, **self.given(Reason), **self.actor)
        return self.answer(self._again(case))

    def _locked(self) -> UseCase:
        raise NotImplementedError

    def _again(self, case: UseCase) -> UseCase:
        raise NotImplementedError


def _decided(case: UseCase, said: dict[str, Any]) -> deciding.Decided:
    scenario = get_object_or_404(IntendedUse, use_case=case, uid=said["scenario"])
    drafts = [ConditionDraft(**one) for one in said["conditions"]]
    return ScenarioDecision(scenario, Outcome(said["outcome"]), said["reasons"], drafts)
