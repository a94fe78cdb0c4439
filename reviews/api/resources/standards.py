"""The Standard as data: its editions, goals and requirements."""

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from reviews.api.base import Resource, operation
from reviews.api.shapes import Shape
from reviews.models import Goal, Requirement, Standard


class StandardShape(Shape):
    class Meta:
        model = Standard
        fields = ("slug", "name", "framework", "version", "published_on", "is_current")


class GoalShape(Shape):
    class Meta:
        model = Goal
        fields = ("code", "version", "name", "principle", "applies_to", "applies_when", "pages")


class RequirementShape(Shape):
    """``version`` counts the wordings; what a review cites never changes."""

    goal = serializers.CharField(source="goal.code")

    class Meta:
        model = Requirement
        fields = (
            "code",
            "version",
            "goal",
            "question",
            "evidence_hint",
            "tags",
            "stage",
            "is_yearly",
            "is_numbered",
            "near_twins",
        )


class Standards(Resource):
    """Editions of responsible-AI standards that reviews follow."""

    serializer_class = StandardShape
    lookup_field = "slug"
    lookup_value_regex = "[-a-z0-9]+"
    order = "name"

    def get_queryset(self) -> QuerySet[Standard]:
        return Standard.objects.all()

    @action(detail=True, methods=["get"])
    @operation(gives=GoalShape, listed=True)
    def goals(self, request: Request, slug: str) -> Response:
        """The goals of the edition, in its own order."""
        rows = Goal.objects.current().filter(standard=self.get_object()).order_by("position", "pk")
        return Response({"results": GoalShape(rows, many=True).data})

    @action(detail=True, methods=["get"])
    @operation(gives=RequirementShape, listed=True)
    def requirements(self, request: Request, slug: str) -> Response:
        """The requirements of all goals, in the edition's own order."""
        rows = Requirement.objects.current().filter(goal__standard=self.get_object())
        rows = rows.select_related("goal").order_by("position", "pk")
        return Response({"results": RequirementShape(rows, many=True).data})
