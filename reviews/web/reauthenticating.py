"""A signature: the password typed again by the person who is signed in."""

from allauth.core import ratelimit
from django import forms
from django.utils.translation import gettext

from reviews.web.requests import PortalRequest


def is_really(request: PortalRequest, form: forms.Form) -> bool:
    """Whether ``form.password`` is this person's; else the form says why not.

    Ten tries a minute; the same limit as the sign-in's own.
    """
    problem = _problem(request, form.cleaned_data["password"])
    if problem:
        form.add_error("password", problem)
    return not problem


def _problem(request: PortalRequest, password: str) -> str:
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return gettext("Too many tries. Wait a minute, then try again.")
    if not request.user.has_usable_password():
        return gettext("Your account has no password here. Set one under your account first.")
    if not request.user.check_password(password):
        return gettext("This is not your password.")
    return ""
