"""Decided cases like this one, on a page of its own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.permissions.involvement import involvement_of
from reviews.selectors.precedents import answers_of
from reviews.web import intake_words
from reviews.web.precedent_words import panel
from reviews.web.requests import PortalRequest

MOST = 10


@require_safe
def precedents(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = intake_words.case_for(request.user, reference)
    part = involvement_of(request.user, use_case)
    answers = answers_of(use_case, working=part.on_requesters_side)
    return render(
        request,
        "reviews/precedents/page.html",
        {
            "use_case": use_case,
            "crumbs": intake_words.crumbs(use_case, form=False),
            "panel": panel(use_case, answers, request.user, limit=MOST),
        },
    )
