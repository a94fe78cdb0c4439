"""Rounds of review: who sits in them, what is to be judged, one's own verdicts, the sign-off."""

from typing import Any

from django.db.models import Case, Prefetch, QuerySet, Value, When
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from reviews.api.base import Resource, operation, writes
from reviews.api.shapes import Input, Person, Shape
from reviews.domain.enums import Recommendation, Scope, VerdictValue
from reviews.models import (
    ChecklistItem,
    Evidence,
    Review,
    ReviewAssignment,
    UseCase,
    Verdict,
)
from reviews.permissions.reviewing import (
    assignment_of,
    can_judge,
    can_open_desk,
    can_open_workbench,
    can_sign_off,
)
from reviews.permissions.rulings import require
from reviews.selectors import awaiting
from reviews.selectors.exporting.cases import on_requesters_side
from reviews.selectors.review_filters import ReviewFilter
from reviews.services import reviewing
from reviews.services.transitions import locked


class AssignmentShape(Shape):
    """``recommendation``: one's own, or once everybody whom the round needs has signed off."""

    reviewer = Person()
    has_signed_off = serializers.SerializerMethodField()
    recommendation = serializers.SerializerMethodField()

    class Meta:
        model = ReviewAssignment
        fields = ("reviewer", "assigned_at", "recused_at", "has_signed_off", "recommendation")

    def get_has_signed_off(self, row: ReviewAssignment) -> bool:
        return row.signed_off_at is not None

    def get_recommendation(self, row: ReviewAssignment) -> str | None:
        seats = row.review.assignments.all()
        signed = sum(seat.signed_off_at is not None for seat in seats)
        own = row.reviewer_id == self.context["request"].user.pk
        return row.recommendation if own or signed >= row.review.reviewers_needed else None


class ReviewShape(Shape):
    """``assignments`` is empty for the team and its co-authors: reviewers are not named to them.

    A reviewer of a sensitive round reads the own one alone until both have signed off.
    """

    use_case = serializers.CharField(source="use_case.reference")
    submission = serializers.IntegerField(source="submission.number")
    assignments = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = (
            "uid",
            "use_case",
            "number",
            "kind",
            "submission",
            "is_sensitive",
            "reviewers_needed",
            "opened_at",
            "closed_at",
            "assignments",
        )
        read_only_fields = fields

    def get_assignments(self, row: Review) -> AssignmentShape(many=True):  # type: ignore[valid-type]
        if row.on_requesters_side:  # type: ignore[attr-defined]
            return []
        me = self.context["request"].user.pk
        blind = row.is_blind  # type: ignore[attr-defined]
        seats = [one for one in row.assignments.all() if one.reviewer_id == me or not blind]
        return AssignmentShape(seats, many=True, context=self.context).data


class OwnVerdictShape(Shape):
    evidence = serializers.SlugRelatedField("uid", many=True, read_only=True)

    class Meta:
        model = Verdict
        fields = (
            "value",
            "note",
            "gap_plan",
            "evidence",
            "version",
            "saved_at",
            "changed_after_sign_off",
        )


class ItemShape(Shape):
    """``verdict``: what the caller said of it in this round; nobody else's."""

    code = serializers.CharField(read_only=True)
    verdict = serializers.SerializerMethodField()

    class Meta:
        model = ChecklistItem
        fields = ("position", "code", "is_required_now", "why", "verdict")

    def get_verdict(self, row: ChecklistItem) -> OwnVerdictShape(allow_null=True):  # type: ignore[valid-type]
        own = next(iter(row.own_verdicts), None)  # type: ignore[attr-defined]
        return OwnVerdictShape(own).data if own else None


class VerdictInput(Input):
    """An empty ``value``: not decided yet. ``evidence``: keys of files of the use case."""

    value = serializers.ChoiceField(VerdictValue.choices, allow_blank=True)
    note = serializers.CharField(max_length=20_000, allow_blank=True, default="")
    gap_plan = serializers.CharField(max_length=20_000, allow_blank=True, default="")
    evidence = serializers.ListField(child=serializers.UUIDField(), default=list, max_length=20)


class SignOffInput(Input):
    recommendation = serializers.ChoiceField(Recommendation.choices)
    reasons = serializers.CharField(max_length=20_000)


class Reviews(Resource):
    """Rounds of review."""

    serializer_class = ReviewShape
    filterset = ReviewFilter
    order = "-opened_at"
    write_scope = Scope.REVIEWS_WRITE
    may = staticmethod(can_open_workbench)

    def get_queryset(self) -> QuerySet[Review]:
        side = on_requesters_side(self.reader, team="use_case__team", case="use_case")
        seats = ReviewAssignment.objects.select_related("reviewer")
        return (
            Review.objects.filter(use_case__in=UseCase.objects.visible_to(self.request.user))
            .select_related("use_case", "submission")
            .defer("submission__answers", "submission__gate", "submission__evidence")
            .annotate(
                on_requesters_side=_if(side),
                is_blind=_if(awaiting.is_blind_to_the_other(self.request.user)),
            )
            .prefetch_related(Prefetch("assignments", seats))
        )

    @action(detail=True, methods=["get"])
    @operation(gives=ItemShape, listed=True)
    def items(self, request: Request, uid: str) -> Response:
        """The checklist of the round with the caller's own verdicts."""
        review = self.get_object()
        require(can_open_desk(request.user, review))
        return Response({"results": ItemShape(self._items(review), many=True).data})

    @action(detail=True, methods=["post"], url_path=r"items/(?P<position>[0-9]{1,4})/verdict")
    @operation(VerdictInput, OwnVerdictShape, versioned=True)
    @writes
    def verdict(self, request: Request, uid: str, position: str) -> Response:
        """Judge one item. ``If-Match`` names the version of one's own verdict; 0 for none yet."""
        review = self.get_object()
        locked(review.use_case)
        require(can_judge(request.user, review))
        item = get_object_or_404(self._items(review), position=position)
        own = next(iter(item.own_verdicts), None)  # type: ignore[attr-defined]
        version = own.version if own else 0
        self.check_version(version)
        said = self.given(VerdictInput)
        said["evidence"] = _files(review, said["evidence"])
        seat = assignment_of(request.user, review)
        signed = seat is not None and seat.signed_off_at is not None
        keep = reviewing.change_verdict if signed else reviewing.save_verdict
        row = keep(item, **said, version=version, **self.actor)
        return Response(OwnVerdictShape(row).data, headers={"ETag": f'"{row.version}"'})

    @action(detail=True, methods=["post"], url_path="sign-off")
    @operation(SignOffInput)
    @writes
    def sign_off(self, request: Request, uid: str) -> Response:
        """Finish one's part; with the last sign-off the case waits for a lead."""
        review = self.get_object()
        require(can_sign_off(request.user, review))
        reviewing.sign_off(review, **self.given(SignOffInput), **self.actor)
        return self.answer(self.get_queryset().get(pk=review.pk))

    def _items(self, review: Review) -> QuerySet[ChecklistItem]:
        own = Verdict.objects.filter(
            is_current=True, assignment__reviewer=self.request.user
        ).prefetch_related("evidence")
        return (
            ChecklistItem.objects.filter(review=review)
            .select_related("requirement", "probe", "review__use_case")
            .prefetch_related(Prefetch("verdicts", own, to_attr="own_verdicts"))
            .order_by("position")
        )


def _if(condition: Any) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


def _files(review: Review, keys: list[Any]) -> list[Evidence]:
    found = list(
        Evidence.objects.filter(use_case=review.use_case, removed_at__isnull=True, uid__in=keys)
    )
    if len(found) != len(set(keys)):
        raise serializers.ValidationError(
            {"evidence": [gettext("Not all of these are its files.")]}
        )
    return found
