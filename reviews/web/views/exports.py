"""Lists as files: CSV, NDJSON, XLSX and Parquet, with the filter of the list."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_safe

from reviews.domain.errors import BadInput, DomainError
from reviews.domain.exporting import (
    ExportFailed,
    Format,
    NotInstalled,
    TooLong,
    TooManyExports,
    file_name,
)
from reviews.selectors.exporting import plans
from reviews.selectors.exporting.resources import Reader, Resource
from reviews.services import exporting as services
from reviews.web.requests import PortalRequest

STATUSES: dict[type[DomainError], int] = {
    BadInput: 400,
    TooLong: 422,
    NotInstalled: 501,
    TooManyExports: 503,
    ExportFailed: 503,
}
"""What a refusal is in HTTP. Who may not open a list at all gets the usual 403."""


@require_GET
def export(request: PortalRequest, resource: str, form: str) -> HttpResponseBase:
    """The whole list under the filter of the address, as a file. Each one is on the record."""
    found, wanted = _resource(resource), _format(form)
    try:
        plan = plans.plan(found, wanted, given=request.GET, reader=_reader(request))
        stream = services.make_export(
            found.name,
            sql=plan.sql,
            form=wanted,
            headings=plan.headings,
            title=str(found.label),
            bom=plan.bom,
            filters=_filters(request),
            at_once=settings.EXPORTS_AT_ONCE,
            seconds=settings.EXPORT_TIMEOUT,
            by=request.user,
            at=request.now,
            on=request.today,
        )
    except tuple(STATUSES) as error:
        return _refused(request, error)
    response = StreamingHttpResponse(stream, content_type=wanted.media_type)
    name = file_name(found.name, wanted, on=request.today)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # a proxy passes on what it gets
    return response


@require_safe
def rows(request: PortalRequest, resource: str) -> HttpResponse:
    """For the menu: how many rows there are roughly. A fragment of text."""
    found = _resource(resource)
    try:
        count, is_exact = plans.roughly(found, given=request.GET, reader=_reader(request))
    except BadInput as error:
        return _refused(request, error)
    services.get_ready()
    return render(request, "reviews/exports/rows.html", {"text": _words(count, is_exact)})


def _words(count: int, is_exact: bool) -> str:
    if is_exact:
        return ngettext("%(count)d row.", "%(count)d rows.", count) % {"count": count}
    thousands = max(round(count, -3), 10_000)
    return gettext("About %(count)s rows.") % {"count": f"{thousands:,}"}


def _resource(name: str) -> Resource:
    if name not in plans.RESOURCES:
        raise Http404
    return plans.RESOURCES[name]


def _format(word: str) -> Format:
    try:
        return Format(word)
    except ValueError:
        raise Http404 from None


def _reader(request: PortalRequest) -> Reader:
    return Reader(request.user, request.now, request.today)


def _filters(request: PortalRequest) -> dict[str, list[str]]:
    return {
        name: [str(value) for value in values]
        for name, values in request.GET.lists()
        if name not in plans.OPTIONS
    }


def _refused(request: PortalRequest, error: Any) -> HttpResponse:
    """The refusal as a page in words; one that will pass says when to come back."""
    status = next(code for kind, code in STATUSES.items() if isinstance(error, kind))
    context = {"message": error.message, "status": status}
    response = render(request, "reviews/exports/refused.html", context, status=status)
    if isinstance(error, TooManyExports):
        response["Retry-After"] = str(error.retry_after)
    return response
