"""The pages of last resort. They ask no database and no session."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string

RETRY_AFTER = 5
"""Seconds after which a client may try again while the database is away or busy."""

_BUTTONS = frozenset({"advise", "close", "prove", "confirm", "reopen", "continue", "confirmed"})
_NEVER_SHOWN = _BUTTONS | {"csrfmiddlewaretoken", "typed_by", "version", "form_token"}
_SECRET_PATHS = ("/accounts/", "/admin/")


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, by the name of the field: nobody types it twice because of a refusal.

    Nothing of a sign-in page is shown again, and no field that is called a password or a code.
    """
    if request.path.startswith(_SECRET_PATHS):
        return []
    try:
        fields = list(request.POST.lists())
    except (OSError, UnreadablePostError):
        return []
    shown = (
        (name, texts)
        for name, texts in fields
        if name not in _NEVER_SHOWN and "password" not in name and name != "code"
    )
    return [(name.replace("_", " "), text) for name, texts in shown for text in texts if text]


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's last answer: 503 where the database is away or busy, else 500."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = 503 if away else 500
    told = {"typed": typed(request), "request_id": getattr(request, "request_id", "")}
    page = render_to_string(f"{status}.html", told)
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    if away:
        response["Retry-After"] = str(RETRY_AFTER)
    return response
