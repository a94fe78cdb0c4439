"""Addresses under ``/api/v1/``."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.utils.translation import gettext
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
