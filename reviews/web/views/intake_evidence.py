"""Evidence: upload, list, download behind a permission, remove."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain.errors import DomainError
from reviews.integrations import uploads
from reviews.models import Evidence, UseCase
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import can_download, can_edit
from reviews.selectors import intake as selectors
from reviews.services import evidence as service
from reviews.web import intake_words as words
from reviews.web.forms.intake import EvidenceForm
from reviews.web.requests import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = words.case_for(request.user, reference)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        _add_each(request, use_case, form)
        if form.is_valid():
            return redirect("reviews:use_case_evidence", reference)
    files = selectors.evidence_of(use_case)
    return render(
        request,
        "reviews/intake/evidence.html",
        {
            "use_case": use_case,
            "crumbs": words.crumbs(use_case),
            "form": form,
            "rows": [(file, uploads.size_words(file.size)) for file in files],
            "total": uploads.size_words(sum(file.size for file in files)),
            "can_edit": can_edit(request.user, use_case),
            **_limits(),
        },
    )


@require_safe
def file(request: PortalRequest, uid: str) -> HttpResponseBase:
    """The bytes as an attachment: never shown inside our pages, never sniffed, never cached."""
    found = _visible(request, uid)
    require(can_download(request.user, found))
    if not found.file.name or not found.file.storage.exists(found.file.name):
        raise Http404
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type=found.media_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: PortalRequest, uid: str) -> HttpResponse:
    found = _visible(request, uid)
    use_case = found.use_case
    require(can_edit(request.user, use_case))
    if request.method == "POST":
        service.remove(found, by=request.user, at=request.now, on=request.today)
        messages.success(request, gettext("“%s” removed.") % found.name)
        return redirect("reviews:use_case_evidence", use_case.reference)
    return render(
        request,
        "reviews/intake/remove_evidence.html",
        {"use_case": use_case, "crumbs": words.crumbs(use_case), "file": found},
    )


def _limits() -> dict[str, object]:
    """What may be uploaded, in words."""
    return {
        "kinds": uploads.WORDS,
        "largest_file": uploads.size_words(uploads.LARGEST_FILE),
        "largest_case": uploads.size_words(service.LARGEST_CASE),
        "most_files": service.MOST_FILES,
    }


def _add_each(request: PortalRequest, use_case: UseCase, form: EvidenceForm) -> None:
    """Take what is good, and say of each other file why not."""
    added = 0
    for upload in form.cleaned_data["documents"]:
        try:
            service.add(
                use_case,
                name=upload.name,
                declared=upload.content_type or "",
                content=upload.file,
                by=request.user,
                at=request.now,
                on=request.today,
            )
            added += 1
        except DomainError as error:
            form.add_error("documents", error.message)
    if added:
        words_ = ngettext("%(count)d file added.", "%(count)d files added.", added)
        messages.success(request, words_ % {"count": added})


def _visible(request: PortalRequest, uid: str) -> Evidence:
    cases = UseCase.objects.visible_to(request.user)
    rows = Evidence.objects.filter(use_case__in=cases).select_related("use_case__team")
    return get_object_or_404(rows, uid=uid)
