"""Choose the columns of a list, and their order."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from reviews.services import columns as services
from reviews.web import known_lists, search_words
from reviews.web.known_lists import KnownList
from reviews.web.requests import PortalRequest


@require_POST
def columns(request: PortalRequest, name: str) -> HttpResponse:
    known = known_lists.of_name(request, name)
    chosen = [] if "reset" in request.POST else _chosen(request, known)
    usual = chosen == list(known.shown)
    services.choose(
        known.name,
        columns=[] if usual else chosen,
        by=request.user,
        at=request.now,
        on=request.today,
    )
    return redirect(_back(request, known))


def _chosen(request: PortalRequest, known: KnownList) -> list[str]:
    """By their places; of the same place the one that stands first in the list."""
    ticked = request.POST.getlist("show")
    names = [column.name for column in known.columns if column.name in ticked]
    return sorted(names, key=lambda one: _place(request.POST.get(f"place_{one}", "")))


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 999


def _back(request: PortalRequest, known: KnownList) -> str:
    """The list as it was left; an address elsewhere is not followed."""
    here = request.POST.get("next", "")
    if here and url_has_allowed_host_and_scheme(here, allowed_hosts=None):
        return here
    return search_words.address(reverse(known.route), known.fixed, {})
