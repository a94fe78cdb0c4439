"""What is still to come, and the replayed year: as the worker made them last."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reviews.domain.enums import RehearsalKind
from reviews.domain.errors import BadInput
from reviews.integrations import bell
from reviews.permissions.outbox import can_steer
from reviews.permissions.rulings import require
from reviews.permissions.sunset import can_see_register
from reviews.selectors.sunset import plan as selectors
from reviews.web import board_words, listing
from reviews.web.band_chart import band_chart
from reviews.web.charts import days_chart
from reviews.web.requests import PortalRequest

Context = Callable[[PortalRequest, QuerySet], dict[str, Any]]


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: PortalRequest) -> HttpResponse:
    """Every mail until the last step, by the planner itself; sent by nobody."""
    return _page(request, RehearsalKind.PLAN, "reviews/board/plan.html", _plan_context)


@require_http_methods(["GET", "HEAD", "POST"])
def replay(request: PortalRequest) -> HttpResponse:
    """The year of the sunset, once silent and once with customers who answer."""
    return _page(request, RehearsalKind.REPLAY, "reviews/board/replay.html", _replay_context)


def _page(
    request: PortalRequest, kind: RehearsalKind, template: str, more: Context
) -> HttpResponse:
    require(can_see_register(request.user))
    if request.method == "POST":
        return _ask(request, _asked(request, kind))
    run = selectors.newest(kind)
    filters = selectors.PlanFilter(request.GET, queryset=selectors.lines(run), request=request)
    try:
        listing.check(request, filters)
        found = more(request, filters.qs)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    context = {
        "run": run,
        "is_old": run is not None and run.made_on != request.today,
        "may_ask": bool(can_steer(request.user)),
        "form": filters.form,
        "chips": listing.chips(request, filters),
        "crumbs": [
            (gettext("Sunset register"), reverse("reviews:sunset")),
            (gettext("Board"), reverse("reviews:sunset_board")),
        ],
        **found,
    }
    return render(request, template, context)


def _asked(request: PortalRequest, kind: RehearsalKind) -> RehearsalKind:
    """The page of the replayed year has two runs, each with its button."""
    if kind is RehearsalKind.REPLAY and request.POST.get("kind") == RehearsalKind.ANSWERED:
        return RehearsalKind.ANSWERED
    return kind


def _ask(request: PortalRequest, kind: RehearsalKind) -> HttpResponse:
    """The worker makes it: a walk through a year takes longer than a page may."""
    require(can_steer(request.user))
    if bell.ring(bell.REHEARSE, kind.value, queue="default"):
        messages.info(
            request, gettext("The worker is making it. Load this page again in a moment.")
        )
    else:
        messages.warning(
            request, gettext("The worker cannot be reached just now. Try again in a minute.")
        )
    return redirect(request.path)


def _plan_context(request: PortalRequest, found: QuerySet) -> dict[str, Any]:
    page = selectors.page(found, cursor=request.GET.get("cursor", ""), size=listing.SIZE)
    days = selectors.days(found)
    return {
        "lines": page.rows,
        "days": days,
        "chart": days_chart([(row["local_day"], row["mails"]) for row in days]),
        "count_text": listing.count_text(page),
        **listing.page_links(request, page),
    }


def _replay_context(request: PortalRequest, found: QuerySet) -> dict[str, Any]:
    days = selectors.days(found)
    return {
        "steps": selectors.steps(found),
        "days": days,
        "chart": days_chart([(row["local_day"], row["mails"]) for row in days]),
        "answered": _answered_context(),
    }


def _answered_context() -> dict[str, Any]:
    run = selectors.newest(RehearsalKind.ANSWERED)
    weeks, years = selectors.foretold(run), selectors.tested(run)
    return {
        "run": run,
        "weeks": weeks,
        "chart": band_chart(weeks),
        "years": years,
        "said": board_words.answered(years),
    }
