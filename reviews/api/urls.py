"""Addresses under ``/api/v1/``."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path, re_path
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from rest_framework.routers import SimpleRouter

from reviews.api import problems
from reviews.api.resources import (
    access,
    catalogue,
    decisions,
    filings,
    office,
    register,
    reviewing,
    standards,
    teams,
    use_cases,
)
from reviews.api.schema import document

router = SimpleRouter()
for address, resource in {
    "capabilities": catalogue.Capabilities,
    "use-cases": use_cases.UseCases,
    "submissions": filings.Submissions,
    "evidence": filings.EvidenceFiles,
    "reviews": reviewing.Reviews,
    "decisions": decisions.Decisions,
    "conditions": decisions.Conditions,
    "access-applications": access.Applications,
    "access-grants": access.Grants,
    "exceptions": access.Exceptions,
    "customers": register.Customers,
    "deployments": register.Deployments,
    "extensions": register.Extensions,
    "reminders": office.Reminders,
    "imports": office.Imports,
    "audit-events": office.AuditEvents,
    "standards": standards.Standards,
    "teams": teams.Teams,
}.items():
    router.register(address, resource, basename=address)


@csrf_exempt  # it changes nothing
@login_not_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Every other address below: a problem in JSON, not a page."""
    words = gettext("There is nothing at this address. The addresses stand in /api/v1/schema/.")
    return problems.answer(request, 404, "not_found", words)


@login_not_required
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The description of the API: YAML, or JSON with ``?format=json`` or by ``Accept``."""
    wanted = request.GET.get("format") or request.headers.get("Accept", "")
    shape = OpenApiJsonRenderer if "json" in wanted else OpenApiYamlRenderer
    body = shape().render(document(), renderer_context={})
    return HttpResponse(body, content_type=shape.media_type)


@login_not_required
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The same for people, by Swagger UI from our own files, under the policy of every page."""
    return render(request, "reviews/api_reference.html")


app_name = "api"
urlpatterns = [
    path("", include(router.urls)),
    path("schema/", schema, name="schema"),
    path("reference/", reference, name="reference"),
    re_path("^", nothing_here),
]
