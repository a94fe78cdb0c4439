"""A signature: the password given again by whoever calls."""

from typing import Any

from allauth.core import ratelimit
from django.utils.translation import gettext as _

from reviews.api.problems import Problem


def check_password(request: Any, password: str) -> None:
    """Raises 403 unless it is this person's; 429 after ten tries in a minute, as on the pages."""
    plain = request._request
    plain.user = request.user
    if not ratelimit.consume(plain, action="reauthenticate", user=request.user):
        words = _("Too many tries. Wait a minute, then try again.")
        raise Problem(429, "too_many_requests", words, headers={"Retry-After": "60"})
    if not request.user.has_usable_password() or not request.user.check_password(password):
        words = _("This is not your password.")
        raise Problem(403, "wrong_password", words, pointers={"/password": words})
