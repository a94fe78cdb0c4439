"""The start page, by role: what waits for this person, then where things stand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.selectors import home as selectors


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "reviews/home/home.html",
        {
            "promises": selectors.promises(request.user, on=request.today),
            "cases": list(selectors.own_cases(request.user)[:8]),
            "tiles": selectors.tiles(request.user),
        },
    )
