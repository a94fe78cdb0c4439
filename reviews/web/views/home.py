"""The start page, by role: what waits for this person, then where things stand."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.selectors import home as selectors
from reviews.web import waiting
from reviews.web.requests import PortalRequest

NEWEST = 8
"""Own cases shown; the rest is one link away."""


@require_safe
def home(request: PortalRequest) -> HttpResponse:
    return render(
        request,
        "reviews/home/home.html",
        {
            "tasks": waiting.tasks(request.user, on=request.today),
            "cases": list(selectors.own_cases(request.user)[:NEWEST]),
            "tiles": selectors.tiles(request.user),
        },
    )
