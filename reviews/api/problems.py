"""Every refusal as ``application/problem+json`` (RFC 9457), with a stable ``code``."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext, gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response

from reviews.domain.errors import (
    BadInput,
    DomainError,
    Incomplete,
    NotPermitted,
    StaleVersion,
)

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:rai-portal:problem:"
"""What ``type`` begins with; the rest is the code."""

TITLES = {
    "bad_request": gettext_lazy("The request cannot be read"),
    "bad_input": gettext_lazy("A value cannot be taken"),
    "incomplete": gettext_lazy("Something is missing"),
    "unknown_field": gettext_lazy("A field or parameter is not known"),
    "not_authenticated": gettext_lazy("No usable token"),
    "not_permitted": gettext_lazy("Not allowed"),
    "wrong_password": gettext_lazy("The password is wrong"),
    "missing_scope": gettext_lazy("The token lacks a scope"),
    "not_found": gettext_lazy("Not found"),
    "method_not_allowed": gettext_lazy("This method is not offered here"),
    "not_acceptable": gettext_lazy("No such format"),
    "not_allowed": gettext_lazy("A rule says no"),
    "stop": gettext_lazy("A hard stop forbids it"),
    "not_eligible": gettext_lazy("The customer is not eligible"),
    "unreadable_facts": gettext_lazy("A fact cannot be read"),
    "bad_data_file": gettext_lazy("A data file is wrong"),
    "too_many_exports": gettext_lazy("Too many exports at once"),
    "too_long": gettext_lazy("It took too long"),
    "not_installed": gettext_lazy("An extra is not installed"),
    "export_failed": gettext_lazy("The export failed"),
    "state_conflict": gettext_lazy("Not possible as things stand"),
    "transition_not_allowed": gettext_lazy("Not possible in this state"),
    "stale_version": gettext_lazy("Changed since it was read"),
    "precondition_required": gettext_lazy("If-Match is required"),
    "unsupported_media_type": gettext_lazy("This content type is not taken"),
    "content_too_large": gettext_lazy("The request is too large"),
    "key_reused": gettext_lazy("The Idempotency-Key was used for another request"),
    "in_flight": gettext_lazy("The same request is still being answered"),
    "too_many_requests": gettext_lazy("Too many requests"),
    "server_error": gettext_lazy("Something went wrong on our side"),
    "unavailable": gettext_lazy("Not available right now"),
}
"""Code to title. The codes are part of the contract of the API."""


class Problem(exceptions.APIException):
    """A refusal of the API itself, by its code."""

    def __init__(
        self,
        status_code: int,
        code: str,
        detail: str,
        *,
        pointers: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.status_code = status_code
        self.code = code
        self.pointers = pointers or {}
        self.headers = headers or {}


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. What was begun is rolled back already: ``base.writes``."""
    request = context.get("request")
    path = request.path if request is not None else ""
    answer = _problem_of(error)
    if answer is None:
        return None
    code, status_code, detail, errors, headers = answer
    body = body_of(code, status_code, detail, path=path, errors=errors)
    return Response(body, status=status_code, headers=headers, content_type=MEDIA_TYPE)


def body_of(
    code: str,
    status_code: int,
    detail: str,
    *,
    path: str,
    errors: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    """The body of one problem."""
    return {
        "type": f"{TYPE}{code}",
        "title": str(TITLES[code]),
        "status": status_code,
        "detail": detail,
        "code": code,
        "instance": path,
        "errors": errors or [],
    }


def answer(request: HttpRequest, status_code: int, code: str, detail: str) -> HttpResponse:
    """A problem outside DRF: an address that nothing answers, an error of the server."""
    body = body_of(code, status_code, detail, path=request.path)
    return JsonResponse(body, status=status_code, content_type=MEDIA_TYPE)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's last answer in JSON: 503 where the database is away or busy, else 500."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        words = gettext("The database is away or busy. Nothing was changed; try again.")
        found = answer(request, 503, "unavailable", words)
        found["Retry-After"] = "5"
        return found
    return answer(request, 500, "server_error", gettext("Nothing was changed. Try again later."))


Answer = tuple[str, int, str, list[dict[str, str]], dict[str, str]]


def _problem_of(error: Exception) -> Answer | None:
    if isinstance(error, DomainError):
        return _of_domain(error)
    if isinstance(error, Problem):
        pointed = [_error(pointer, words, error.code) for pointer, words in error.pointers.items()]
        return error.code, error.status_code, str(error.detail), pointed, dict(error.headers)
    if isinstance(error, Http404):
        return "not_found", 404, gettext("There is nothing here, or you may not see it."), [], {}
    if isinstance(error, RequestDataTooBig):
        return "content_too_large", 413, gettext("The body is too large. Send less."), [], {}
    if isinstance(error, PermissionDenied):
        return "not_permitted", 403, gettext("You may not do this."), [], {}
    if isinstance(error, exceptions.ValidationError):
        errors = list(_pointed(error.detail, ""))
        unknown = any(one["code"] == "unknown_field" for one in errors)
        code = "unknown_field" if unknown else "bad_input"
        return code, 400, " ".join(one["detail"] for one in errors), errors, {}
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    return None


def _of_domain(error: DomainError) -> Answer:
    if isinstance(error, StaleVersion):
        return "stale_version", 412, error.message, [], {}
    if isinstance(error, NotPermitted):
        return "not_permitted", 403, error.message, [], {}
    if isinstance(error, Incomplete):
        errors = [
            _error(f"/{name.replace('.', '/')}", error.message, "incomplete")
            for name in error.missing
        ]
        return "incomplete", 422, error.message, errors, {}
    if isinstance(error, BadInput):
        return "bad_input", 400, error.message, [], {}
    return error.code, 409, error.message, [], {}


_FRAMEWORK: Mapping[int, str] = {
    400: "bad_request",
    401: "not_authenticated",
    403: "not_permitted",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    415: "unsupported_media_type",
    429: "too_many_requests",
}


def _of_framework(error: exceptions.APIException) -> Answer:
    headers = {}
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
        return "not_authenticated", status.HTTP_401_UNAUTHORIZED, str(error.detail), [], headers
    code = _FRAMEWORK.get(error.status_code, "bad_request")
    return code, error.status_code, str(error.detail), [], headers


def _pointed(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """DRF's nested errors as JSON pointers (RFC 6901)."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else f"/{_escaped(str(name))}"
            yield from _pointed(inner, f"{pointer}{step}")
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from _pointed(inner, f"{pointer}/{place}" if nested else pointer)
    else:
        yield _error(pointer, str(detail), getattr(detail, "code", "invalid"))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _error(pointer: str, detail: str, code: str) -> dict[str, str]:
    return {"pointer": pointer, "detail": detail, "code": code}
