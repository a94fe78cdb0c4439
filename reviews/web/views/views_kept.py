"""Kept views of a list: keep, rename, share, delete, and take a deletion back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from reviews.domain.errors import DomainError
from reviews.models import SavedView
from reviews.permissions.rulings import require
from reviews.permissions.views_kept import can_change_view
from reviews.selectors import views_kept as selectors
from reviews.services import views_kept as services
from reviews.web import known_lists, search_words
from reviews.web.attempts import accepted
from reviews.web.forms.lists import ViewForm
from reviews.web.known_lists import KnownList
from reviews.web.requests import PortalRequest
from reviews.web.search_words import WORDS

_REMOVED = "removed_view"
"""Where the session keeps the view that was deleted last, so that it can come back."""


@require_http_methods(["GET", "HEAD", "POST"])
def views(request: PortalRequest, name: str) -> HttpResponse:
    """All of a person's views of one list; a POST keeps one more."""
    known = known_lists.of_name(request, name)
    if request.method != "POST":
        return _page(request, known)
    words = request.POST.get(WORDS, "")
    try:
        view = _save(request, known, request.POST.get("name", ""), words, team=None)
    except DomainError as error:
        return _page(request, known, problem=error.message, typed=words)
    messages.success(request, gettext("The view “%(name)s” is kept.") % {"name": view.name})
    return redirect(_address(known, words))


@require_http_methods(["GET", "HEAD", "POST"])
def view(request: PortalRequest, name: str, uid: str) -> HttpResponse:
    """Rename it, share it or not. Only its owner; others may use it."""
    known = known_lists.of_name(request, name)
    row = _seen(request, known, uid)
    require(can_change_view(request.user, row))
    initial = {"name": row.name, "team": row.team.uid if row.team else None}
    posted = request.POST if request.method == "POST" else None
    form = ViewForm(posted, initial=initial, teams=selectors.teams_of(request.user))
    who: dict[str, Any] = {"by": request.user, "at": request.now, "on": request.today}
    if accepted(form, lambda: services.change(row, **form.cleaned_data, **who)):
        messages.success(request, gettext("The view is changed."))
        return redirect("reviews:list_views", known.name)
    context = {"known": known, "view": row, "form": form, "crumbs": _crumbs(known)}
    return render(request, "reviews/lists/view.html", context)


@require_POST
def remove(request: PortalRequest, name: str, uid: str) -> HttpResponse:
    known = known_lists.of_name(request, name)
    row = _seen(request, known, uid)
    team = str(row.team.uid) if row.team else ""
    services.remove(row, by=request.user, at=request.now, on=request.today)
    request.session[_REMOVED] = [known.name, row.name, row.words, team]
    return redirect("reviews:list_views", known.name)


@require_POST
def restore(request: PortalRequest, name: str) -> HttpResponse:
    """Keep the view that was deleted last again, as it was."""
    known = known_lists.of_name(request, name)
    list_name, view_name, words, team = request.session.get(_REMOVED) or ["", "", "", ""]
    if list_name != known.name:
        return redirect("reviews:list_views", known.name)
    shared = selectors.teams_of(request.user).filter(uid=team).first() if team else None
    try:
        _save(request, known, view_name, words, team=shared)
    except DomainError as error:
        return _page(request, known, problem=error.message)
    del request.session[_REMOVED]
    messages.success(request, gettext("The view “%(name)s” is back.") % {"name": view_name})
    return redirect("reviews:list_views", known.name)


def _save(
    request: PortalRequest, known: KnownList, view_name: str, words: str, *, team: Any
) -> SavedView:
    return services.save(
        known.name,
        name=view_name,
        words=words,
        team=team,
        by=request.user,
        at=request.now,
        on=request.today,
    )


def _seen(request: PortalRequest, known: KnownList, uid: str) -> SavedView:
    seen = selectors.seen_by(request.user).select_related("team")
    return get_object_or_404(seen, uid=uid, list_name=known.name)


def _page(
    request: PortalRequest, known: KnownList, *, problem: str = "", typed: str = ""
) -> HttpResponse:
    removed = request.session.get(_REMOVED) or [""]
    rows = selectors.own_views(request.user, known.name)
    context = {
        "known": known,
        "crumbs": _crumbs(known),
        "views": [(row, _address(known, row.words)) for row in rows],
        "removed": removed[1] if removed[0] == known.name else "",
        "problem": problem,
        "typed": typed,
        "typed_name": request.POST.get("name", "") if typed else "",
    }
    status = 409 if problem else 200
    return render(request, "reviews/lists/views.html", context, status=status)


def _crumbs(known: KnownList) -> list[tuple[str, str]]:
    return [(str(known.name.label), _address(known, ""))]


def _address(known: KnownList, words: str) -> str:
    given = {WORDS: [words]} if words else {}
    return search_words.address(reverse(known.route), known.fixed, given)
