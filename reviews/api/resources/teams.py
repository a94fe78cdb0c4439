"""Teams whose use cases somebody files or sees."""

from django.db.models import QuerySet

from reviews.api.base import Resource
from reviews.api.shapes import Shape
from reviews.models import Team
from reviews.selectors import teams as selectors
from reviews.selectors.exporting.office import TEAMS


class TeamShape(Shape):
    class Meta:
        model = Team
        fields = ("uid", "name", "created_at")


class Teams(Resource):
    """Product teams."""

    serializer_class = TeamShape
    order = "name"
    filterset = TEAMS.filters

    def get_queryset(self) -> QuerySet[Team]:
        return selectors.visible_to(self.request.user)
