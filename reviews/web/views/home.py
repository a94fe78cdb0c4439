"""The start page, by role: what waits for this person, then where things stand."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.domain.errors import BadInput
from reviews.selectors import home as selectors
from reviews.selectors.changes import with_news
from reviews.web import waiting
from reviews.web.requests import PortalRequest

NEWEST = 8
"""Own cases shown; the rest is one link away."""


@require_safe
def home(request: PortalRequest) -> HttpResponse:
    try:
        found = waiting.listed(request)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    return render(
        request,
        "reviews/home/home.html",
        {
            "waiting": found,
            "tasks": found.tasks,
            "cases": list(with_news(selectors.own_cases(request.user), request.user)[:NEWEST]),
            "tiles": selectors.tiles(request.user),
        },
    )
