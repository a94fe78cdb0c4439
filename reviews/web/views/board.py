"""The sunset board: how it stands, how fast it goes, who will miss the day, what is broken."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from reviews.domain.errors import BadInput
from reviews.models import Deployment
from reviews.permissions.outbox import can_steer, visible_mails
from reviews.permissions.rulings import require
from reviews.permissions.sunset import can_see_register
from reviews.selectors.sunset import board as selectors
from reviews.selectors.sunset import outbox, register
from reviews.selectors.sunset import pace as paces
from reviews.selectors.sunset.filters import DeploymentFilter
from reviews.services.reminding import heartbeats
from reviews.web import board_words as words
from reviews.web import listing
from reviews.web.charts import burn_down_chart
from reviews.web.requests import PortalRequest

SHOWN = 10
"""Deployments that will miss the day, on the board itself; the page of all is a link away."""


@require_safe
def board(request: PortalRequest) -> HttpResponse:
    """Every number links to the register, filtered to exactly the rows that it counts."""
    require(can_see_register(request.user))
    seen = Deployment.objects.visible_to(request.user)
    filters = DeploymentFilter({}, queryset=seen, request=request)
    on = request.today
    pace, groups = paces.pace(seen, on=on), selectors.counted(filters, on=on)
    context = {
        "heads": words.heads(selectors.heads(filters, groups, on=on)),
        "statuses": words.statuses(selectors.by_status(groups)),
        "troubles": words.troubles(selectors.troubles(groups)),
        "mails": words.mails(outbox.in_trouble(visible_mails(request.user))),
        "beats": words.beats(heartbeats.heartbeats()),
        "holds": words.holds(selectors.open_holds()),
        "may_settle": bool(can_steer(request.user)),
        "segments": words.segments(selectors.segments(filters, groups, on=on)),
        "pace": pace,
        "said": words.pace(pace),
        "chart": burn_down_chart(pace.curve, pace.foretold) if pace.curve else None,
        **_missing(request, pace, size=SHOWN),
        "crumbs": [(gettext("Sunset register"), reverse("reviews:sunset"))],
    }
    return render(request, "reviews/board/board.html", context)


@require_safe
def missing(request: PortalRequest) -> HttpResponse:
    """All that will miss their last day at this pace, the likeliest to make it first."""
    require(can_see_register(request.user))
    seen = Deployment.objects.visible_to(request.user)
    pace = paces.pace(seen, on=request.today)
    try:
        after = _place(request.GET.get("after", "0"))
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    context = {
        "pace": pace,
        "said": words.pace(pace),
        **_missing(request, pace, size=listing.SIZE, after=after),
        "crumbs": [
            (gettext("Sunset register"), reverse("reviews:sunset")),
            (gettext("Board"), reverse("reviews:sunset_board")),
        ],
    }
    return render(request, "reviews/board/missing.html", context)


def _missing(
    request: PortalRequest, pace: paces.Pace, *, size: int, after: int = 0
) -> dict[str, object]:
    """The rows with their count; nothing where the pace is not known."""
    if pace.foretold is None:
        return {"missing": [], "missing_count": None, "next_url": ""}
    seen = Deployment.objects.visible_to(request.user)
    found = paces.missing(seen, a_week=pace.foretold.pace, at=request.now)
    beyond: Any = register.rows(found.filter(place__gt=after))
    rows = list(beyond[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return {
        "missing": register.lines(rows, at=request.now),
        "missing_count": found.count(),
        "next_url": f"{reverse('reviews:sunset_missing')}?after={rows[-1].place}" if more else "",
    }


def _place(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise BadInput(gettext("This page link is damaged. Open the list from its start."))
    return int(text)
