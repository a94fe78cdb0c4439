"""What every request is given, and what a rule's refusal becomes."""

import zoneinfo
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from reviews.domain.errors import DomainError, NotPermitted
from reviews.web.errors import typed
from reviews.web.requests import PortalRequest

Handler = Callable[[HttpRequest], HttpResponse]


class Clock:
    """Sets ``request.now`` (business time) and ``request.today`` (business day).

    Business time is real time but in the demo. Days and times are in the signed-in person's
    zone; anonymous pages see the server's zone.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = getattr(request.user, "time_zone", "") or settings.TIME_ZONE
        zone = zoneinfo.ZoneInfo(name)
        ahead = getattr(request.user, "clock_offset", None) if settings.DEMO else None
        now = timezone.now() + (ahead or timedelta(0))
        portal = cast(PortalRequest, request)
        portal.now = now
        portal.today = now.astimezone(zone).date()
        with timezone.override(zone):
            return self.get_response(request)


class PlainText:
    """An address with a NUL character can name nothing: no column can hold it. 400, in words."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            return self.get_response(request)  # which refuses it as data
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        return self.get_response(request)


class DomainErrors:
    """A rule that says no is a page in words: 403 for “not you”, 409 for “not now”."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        status = 403 if isinstance(error, NotPermitted) else 409
        context = {"message": error.message, "typed": typed(request), "back_url": _back(request)}
        return render(request, f"{status}.html", context, status=status)


def _back(request: HttpRequest) -> str:
    """The page that was posted from, where it is one of ours."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    return came_from if ours else ""
