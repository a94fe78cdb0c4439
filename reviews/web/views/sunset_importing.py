"""Upload a register, see what it would do, confirm it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reviews.domain.errors import BadInput, DomainError
from reviews.domain.importing.deployment_report import DeploymentReport
from reviews.domain.importing.deployments import COLUMNS, PROFILE, REQUIRED
from reviews.permissions.rulings import require
from reviews.permissions.sunset import can_keep
from reviews.selectors.sunset import deployments as selectors
from reviews.services.sunset import kept_files
from reviews.services.sunset.importing import import_deployments
from reviews.web.forms.sunset import ImportForm
from reviews.web.requests import PortalRequest

_KEPT = "deployment_import"
SHOWN = 200
"""Problems that the page lists; all of them are counted."""


@require_http_methods(["GET", "POST"])
def upload(request: PortalRequest) -> HttpResponse:
    """The file is kept until it is confirmed or another one comes; nothing is written yet."""
    require(can_keep(request.user))
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        document = form.cleaned_data["document"]
        try:
            stored = kept_files.keep(document.name, document.content_type or "", document.file)
        except BadInput as error:
            form.add_error("document", error.message)
        else:
            _forget(request)
            uid = str(uuid4())
            request.session[_KEPT] = {"uid": uid, "stored": stored, "name": document.name}
            return redirect("reviews:deployment_import_confirm", uid)
    context = {
        "crumbs": _crumbs(),
        "form": form,
        "columns": [(name, name in REQUIRED) for name in COLUMNS],
        "runs": selectors.last_imports(PROFILE),
    }
    return render(request, "reviews/sunset/import.html", context)


@require_http_methods(["GET", "POST"])
def confirm(request: PortalRequest, uid: object) -> HttpResponse:
    """GET shows the dry run, POST writes: both by the same function from the same bytes."""
    require(can_keep(request.user))
    kept = request.session.get(_KEPT)
    if not kept or kept["uid"] != str(uid):
        raise Http404
    try:
        report = _run(request, kept, dry_run=request.method == "GET")
    except DomainError as error:
        return _page(request, kept, problem=error.message)
    if request.method == "GET" or report.rejected:
        return _page(request, kept, report=report)
    _forget(request)
    messages.success(request, _said(report))
    return redirect("reviews:sunset")


def _run(request: PortalRequest, kept: dict[str, str], *, dry_run: bool) -> DeploymentReport:
    return import_deployments(
        kept_files.read(kept["stored"]),
        file_name=kept["name"],
        by=request.user,
        at=request.now,
        on=request.today,
        dry_run=dry_run,
    )


def _page(
    request: PortalRequest,
    kept: dict[str, str],
    *,
    report: DeploymentReport | None = None,
    problem: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "crumbs": [*_crumbs(), (gettext("Import"), reverse("reviews:deployment_import"))],
        "name": kept["name"],
        "report": report,
        "problem": problem,
    }
    if report is not None:
        context |= {
            "rejected": report.rejected[:SHOWN],
            "rejected_rows": len({one.row for one in report.rejected}),
            "conflicts": report.conflicts[:SHOWN],
            "defaults": report.as_dict()["defaults"],
        }
    return render(request, "reviews/sunset/import_preview.html", context)


def _said(report: DeploymentReport) -> str:
    return gettext(
        "Imported: %(created)d created, %(updated)d updated, %(unchanged)d unchanged,"
        " %(conflicts)d in conflict."
    ) % {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "conflicts": len(report.conflicts),
    }


def _forget(request: PortalRequest) -> None:
    kept = request.session.pop(_KEPT, None)
    if kept:
        kept_files.drop(kept["stored"])


def _crumbs() -> list[tuple[str, str]]:
    return [(gettext("Sunset"), reverse("reviews:sunset"))]
