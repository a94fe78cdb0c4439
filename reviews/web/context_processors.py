"""What every page shows besides its own contents: navigation and the demo's clock."""

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from reviews.domain.enums import Role
from reviews.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool
    count: int = 0


def page(request: HttpRequest) -> dict[str, object]:
    """``navigation``, ``demo`` (business day of the demo, or ``None``) and ``version``."""
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    return {
        "navigation": _navigation(request) if signed_in else [],
        "roles": _roles(request) if signed_in else [],
        "demo": getattr(request, "today", None) if settings.DEMO and signed_in else None,
        "version": settings.VERSION,
    }


def _navigation(request: HttpRequest) -> list[Place]:
    user = request.user
    places = [
        (gettext("Home"), "home", True),
        (gettext("May I?"), "may_i", True),
        (gettext("Use cases"), "use_cases", True),
        (
            gettext("Reviews"),
            "reviews",
            any(
                user.has_perm(f"reviews.{code}")
                for code in ("review_usecase", "assign_reviewer", "advise_usecase")
            )
            or user.has_perm("reviews.read_every_usecase"),
        ),
        (gettext("Conditions"), "conditions", True),
        (gettext("Access"), "access", True),
        (gettext("Teams"), "teams", True),
    ]
    entries = [(label, reverse(f"reviews:{name}")) for label, name, shown in places if shown]
    return [
        Place(label, url, request.path == url or (url != "/" and request.path.startswith(url)))
        for label, url in entries
    ]


def _roles(request: HttpRequest) -> list[str]:
    """Role words of the person, in the order of the table."""
    names = cast(User, request.user).role_names
    return [str(role.label) for role in Role if role.value in names]
