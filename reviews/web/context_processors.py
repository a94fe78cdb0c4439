"""What every page shows besides its own contents: navigation and the demo's clock."""

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from reviews.domain.enums import ClockStep, Role
from reviews.models import User
from reviews.permissions.demo import can_advance_clock
from reviews.permissions.outbox import can_view_outbox
from reviews.permissions.sunset import can_see_register
from reviews.selectors import waiting


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
        "unread": getattr(request.user, "unread_messages", 0) if signed_in else 0,
        **(_clock(request) if settings.DEMO and signed_in else {}),
        "version": settings.VERSION,
    }


def _clock(request: HttpRequest) -> dict[str, object]:
    """The demo's clock, for those who may move it."""
    if not can_advance_clock(cast(User, request.user)):
        return {}
    return {
        "demo_advance_url": reverse("reviews:demo_clock"),
        "demo_steps": [(step.value, step.label) for step in ClockStep],
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
        (gettext("Sunset"), "sunset", bool(can_see_register(cast(User, user)))),
        (gettext("Outbox"), "outbox", bool(can_view_outbox(cast(User, user)))),
        (gettext("Inbox"), "inbox", True),
        (gettext("Teams"), "teams", True),
    ]
    counts = {
        "home": waiting.count(cast(User, user)),
        "inbox": getattr(user, "unread_messages", 0),
    }
    return [
        _place(request, label, name, counts.get(name, 0)) for label, name, shown in places if shown
    ]


def _place(request: HttpRequest, label: str, name: str, count: int) -> Place:
    url = reverse(f"reviews:{name}")
    is_here = request.path == url or (url != "/" and request.path.startswith(url))
    return Place(label, url, is_here, count)


def _roles(request: HttpRequest) -> list[str]:
    """Role words of the person, in the order of the table."""
    names = cast(User, request.user).role_names
    return [str(role.label) for role in Role if role.value in names]
