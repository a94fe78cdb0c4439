"""Decisions, round by round, and the conditions that approvals rest on."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from reviews.api.base import Resource, operation, writes
from reviews.api.shapes import Input, Person, Shape
from reviews.domain.enums import Scope
from reviews.models import (
    Condition,
    Countersignature,
    Decision,
    DecisionRound,
    Evidence,
    IntendedUse,
)
from reviews.selectors import conditions, of_case, paging
from reviews.selectors.condition_filters import ConditionFilter
from reviews.services import conditions as service


class ScenarioLink(Shape):
    class Meta:
        model = IntendedUse
        fields = ("uid", "name")


class PromiseShape(Shape):
    owner = Person()
    verifier = Person()

    class Meta:
        model = Condition
        fields = ("uid", "text", "proof_wanted", "due_on", "state", "owner", "verifier")


class OutcomeShape(Shape):
    scenario = ScenarioLink(source="intended_use")
    conditions = PromiseShape(many=True)

    class Meta:
        model = Decision
        fields = ("uid", "scenario", "outcome", "reasons", "conditions")


class SignatureShape(Shape):
    by = Person()

    class Meta:
        model = Countersignature
        fields = ("agreed", "by", "at", "on", "reason")


class DecisionShape(Shape):
    """``has_effect``: no signature is missing. A later round may have superseded it since."""

    use_case = serializers.CharField(source="use_case.reference")
    review = serializers.UUIDField(source="review.uid")
    submission = serializers.IntegerField(source="submission.number")
    decided_by = Person()
    countersignature = SignatureShape(default=None, allow_null=True)
    has_effect = serializers.SerializerMethodField()
    scenarios = OutcomeShape(many=True, source="decisions")

    class Meta:
        model = DecisionRound
        fields = (
            "uid",
            "use_case",
            "number",
            "review",
            "submission",
            "decided_by",
            "decided_at",
            "decided_on",
            "needs_countersignature",
            "countersignature",
            "has_effect",
            "policy_versions",
            "scenarios",
        )
        read_only_fields = fields

    def get_has_effect(self, row: DecisionRound) -> bool:
        signature = getattr(row, "countersignature", None)
        return not row.needs_countersignature or bool(signature and signature.agreed)


class Decisions(Resource):
    """What leads decided. One decides on the use case: ``use-cases/<reference>/decide/``."""

    serializer_class = DecisionShape
    filterset = of_case.OfCaseFilter
    order = "-decided_at"

    def get_queryset(self) -> QuerySet[DecisionRound]:
        promises = Condition.objects.select_related("owner", "verifier")
        outcomes = Decision.objects.select_related("intended_use").prefetch_related(
            Prefetch("conditions", promises)
        )
        return (
            of_case.decision_rounds(self.request.user)
            .select_related("use_case", "review", "decided_by", "countersignature__by")
            .select_related("submission")
            .defer("submission__answers", "submission__gate", "submission__evidence")
            .prefetch_related(Prefetch("decisions", outcomes))
        )


class ConditionShape(PromiseShape):
    use_case = serializers.CharField(source="decision.decision_round.use_case.reference")
    scenario = ScenarioLink(source="decision.intended_use")
    proof_evidence = serializers.UUIDField(
        source="proof_evidence.uid", default=None, allow_null=True
    )
    is_overdue = serializers.SerializerMethodField()

    class Meta:
        model = Condition
        fields = (
            *PromiseShape.Meta.fields,
            "use_case",
            "scenario",
            "is_overdue",
            "proof",
            "proof_evidence",
            "proof_at",
            "verified_at",
            "verifier_note",
        )
        read_only_fields = fields

    def get_is_overdue(self, row: Condition) -> bool:
        case = row.decision.decision_round.use_case
        on = self.context["request"].today
        return conditions.line_of(row, on=on, binds=conditions.binding(case)).is_overdue


class ProofInput(Input):
    """``evidence``: the key of a file of the same use case."""

    proof = serializers.CharField(max_length=20_000)
    evidence = serializers.UUIDField(allow_null=True, default=None)


class NoteInput(Input):
    note = serializers.CharField(max_length=5_000, allow_blank=True, default="")


class Conditions(Resource):
    """Promises that approvals rest on; the earliest due day first."""

    serializer_class = ConditionShape
    filterset = ConditionFilter
    order = "due_on"
    paged = staticmethod(paging.by_day)
    write_scopes = dict.fromkeys(("met", "reopen"), Scope.REVIEWS_WRITE)

    def get_queryset(self) -> QuerySet[Condition]:
        seen = conditions.readable if self.action == "list" else conditions.named_in
        return (
            seen(self.request.user)
            .select_related("owner", "verifier", "proof_evidence")
            .select_related("decision__intended_use", "decision__decision_round__use_case")
        )

    @action(detail=True, methods=["post"])
    @operation(ProofInput)
    @writes
    def proof(self, request: Request, uid: str) -> Response:
        """As its owner: say what shows that it is met."""
        row, said = self.get_object(), self.given(ProofInput)
        said["evidence"] = _file(row, said["evidence"], request.user)
        return self.answer(self._again(service.give_proof(row, **said, **self.actor)))

    @action(detail=True, methods=["post"])
    @operation(NoteInput)
    @writes
    def met(self, request: Request, uid: str) -> Response:
        """As its verifier: accept the proof."""
        row = service.confirm_met(self.get_object(), **self.given(NoteInput), **self.actor)
        return self.answer(self._again(row))

    @action(detail=True, methods=["post"])
    @operation(NoteInput)
    @writes
    def reopen(self, request: Request, uid: str) -> Response:
        """As its verifier or a lead: the proof does not hold; say what is missing."""
        row = service.reopen(self.get_object(), **self.given(NoteInput), **self.actor)
        return self.answer(self._again(row))

    def _again(self, row: Condition) -> Condition:
        return self.get_queryset().get(pk=row.pk)


def _file(row: Condition, uid: Any, user: Any) -> Evidence | None:
    if uid is None:
        return None
    case = row.decision.decision_round.use_case
    found = of_case.evidence(user).filter(use_case=case, uid=uid).first()
    if found is None:
        raise serializers.ValidationError(
            {"evidence": [gettext("This file is not of the use case.")]}
        )
    return found
