"""Addresses under ``/api/v1/``."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.utils.translation import gettext
from rest_framework.routers import SimpleRouter

from reviews.api import problems
from reviews.api.resources import catalogue, teams, use_cases

router = SimpleRouter()
router.register("capabilities", catalogue.Capabilities, basename="capability")
router.register("use-cases", use_cases.UseCases, basename="use-case")
router.register("teams", teams.Teams, basename="team")


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Every other address below: a problem in JSON, not a page."""
    words = gettext("There is nothing at this address. The addresses stand in /api/v1/schema/.")
    return problems.answer(request, 404, "not_found", words)


nothing_here.login_required = False  # type: ignore[attr-defined]

app_name = "api"
urlpatterns = [
    path("", include(router.urls)),
    re_path("^", nothing_here),
]
