"""Text that was posted after the session had ended is kept until its person signs in again.

A view marked with ``keeps_typed_text`` loses nothing to the sign-in page: the fields of the
anonymous POST wait in the anonymous session, under the address they were sent to, and signing in
keeps that session. Only the person who typed them (``typed_by``) gets them back.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, QueryDict

from reviews.web.requests import PortalRequest

_KEY = "kept_text"
_LARGEST = 400_000
"""Characters of one kept POST; longer ones are not kept."""
_MOST = 5
"""Addresses for which text is kept in one session."""

View = Callable[..., HttpResponse]


def keeps_typed_text(view: View) -> View:
    """Mark a view: an anonymous POST to it is kept over the sign-in."""
    view.keeps_typed_text = True  # type: ignore[attr-defined]
    return view


class KeepTypedText:
    """Middleware, inside of the one that demands a sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if (
            request.method == "POST"
            and not request.user.is_authenticated
            and response.status_code == HTTPStatus.FOUND  # to the sign-in: the CSRF check passed
            and match is not None
            and getattr(match.func, "keeps_typed_text", False)
        ):
            _keep(request)
        return response


def given_back(request: PortalRequest) -> QueryDict | None:
    """What this person typed for this address before signing in; it stays until ``forget``."""
    kept = request.session.get(_KEY, {}).get(request.path)
    if kept is None:
        return None
    fields = QueryDict(kept)
    return fields if fields.get("typed_by") == str(request.user.uid) else None


def forget(request: HttpRequest) -> None:
    """Drop what is kept for this address: it was saved, or the person does not want it."""
    kept = request.session.get(_KEY, {})
    if kept.pop(request.path, None) is not None:
        request.session[_KEY] = kept


def _keep(request: HttpRequest) -> None:
    fields = request.POST.copy()
    for secret in ("csrfmiddlewaretoken", "password"):
        fields.pop(secret, None)
    text = fields.urlencode()
    if not fields.get("typed_by") or len(text) > _LARGEST:
        return
    kept = dict(request.session.get(_KEY, {}))
    kept.pop(request.path, None)
    kept[request.path] = text
    while len(kept) > _MOST:
        kept.pop(next(iter(kept)))
    request.session[_KEY] = kept
