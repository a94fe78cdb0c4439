"""Evidence read in place: a page for a frame on our own pages, without scripts and without us.

PDFs and pictures are shown as what their bytes were proven to be when they came in; a text is
drawn as text. Whatever else there is, is downloaded. The answer's own policy sandboxes it (no
scripts, no forms, an origin of its own) and lets only our own pages frame it.
"""

from dataclasses import dataclass

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from reviews.domain.viewing import LONGEST_TEXT, Shown, shown_as
from reviews.models import Evidence, UseCase
from reviews.web.requests import PortalRequest

_POLICY = {
    "default-src": [NONE],
    "img-src": [SELF],
    "style-src": [SELF],
    "object-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": True,
}
"""The sandbox stands in the answer and not on the frame: there Chromium refuses to show a PDF."""


@dataclass(frozen=True, slots=True)
class Text:
    """The beginning of a text file; ``is_cut``: there is more in the file."""

    content: str
    is_cut: bool


@require_safe
@xframe_options_sameorigin
@csp(_POLICY)  # type: ignore[arg-type]  # written for a bare request
def view(request: PortalRequest, uid: str) -> HttpResponseBase:
    """The file as its kind allows; one that cannot be shown is downloaded."""
    cases = UseCase.objects.visible_to(request.user)
    found = get_object_or_404(Evidence.objects.filter(use_case__in=cases), uid=uid)
    if not found.file.name or not found.file.storage.exists(found.file.name):
        raise Http404
    shown = shown_as(found.media_type)
    if shown is Shown.NOT:
        return redirect("reviews:evidence_file", found.uid)
    answer = _text(request, found) if shown is Shown.TEXT else _as_it_is(found)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _as_it_is(found: Evidence) -> FileResponse:
    return FileResponse(found.file.open("rb"), filename=found.name, content_type=found.media_type)


def _text(request: PortalRequest, found: Evidence) -> HttpResponse:
    with found.file.open("rb") as file:
        read = file.read(LONGEST_TEXT + 1)
    text = read[:LONGEST_TEXT].decode("utf-8-sig", errors="replace")
    context = {"name": found.name, "text": Text(text, len(read) > LONGEST_TEXT)}
    return render(request, "reviews/reviewing/evidence_text.html", context)
