"""Who calls: ``Authorization: Bearer rai_…``, or the session of somebody who is signed in."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from reviews.api.problems import Problem
from reviews.models import ApiToken, User
from reviews.permissions.backend import RoleBackend
from reviews.services.api_tokens import use


class BearerToken(BaseAuthentication):
    """A token acts as its owner, as long as the owner may sign in; what it may do is asked later.

    The same words for every reason of refusal: who guesses learns nothing.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        token = use(secret.strip()) if scheme.lower() == "bearer" else None
        owner = RoleBackend().get_user(token.owner_id) if token else None
        if token is None or owner is None:
            raise AuthenticationFailed(
                _("This token opens nothing: it is unknown, revoked or past its end. Create one.")
            )
        seconds: int = token.seconds_left  # type: ignore[attr-defined]
        limit(request, token.window_count, seconds)
        return owner, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def limit(request: Any, used: int, seconds: int) -> None:
    """Says in the headers what is left of the minute, and refuses what is beyond it.

    Headers as in draft-ietf-httpapi-ratelimit-headers-10.
    """
    left = max(settings.API_PER_MINUTE - used, 0)
    request._request.rate_headers = {
        "RateLimit-Policy": f'"minute";q={settings.API_PER_MINUTE};w=60',
        "RateLimit": f'"minute";r={left};t={seconds}',
    }
    if used > settings.API_PER_MINUTE:
        raise Problem(
            429,
            "too_many_requests",
            _("More than %(most)d requests in a minute. Wait %(seconds)d seconds.")
            % {"most": settings.API_PER_MINUTE, "seconds": seconds},
            headers={"Retry-After": str(seconds)},
        )
