"""The register: every deployment that this person sees, filtered, by customer."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from reviews.domain.errors import BadInput
from reviews.models import Deployment
from reviews.permissions.sunset import can_keep, can_see_register
from reviews.selectors import paging
from reviews.selectors.sunset import register as selectors
from reviews.selectors.sunset.filters import DeploymentFilter
from reviews.web import listing
from reviews.web import sunset_words as words
from reviews.web.requests import PortalRequest


@require_safe
def register(request: PortalRequest) -> HttpResponse:
    visible = Deployment.objects.visible_to(request.user)
    filters = DeploymentFilter(request.GET, queryset=visible, request=request)
    try:
        listing.check(request, filters)
        filters.check_values()
        found = paging.by_name(
            selectors.rows(filters.qs),
            "customer__name",
            cursor=request.GET.get("cursor", ""),
            size=listing.SIZE,
        )
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    office = bool(can_see_register(request.user))
    lines = selectors.lines(found.rows, at=request.now)
    total = filters.qs.count()
    context = {
        "form": filters.form,
        "chips": listing.chips(request, filters),
        "total": total,
        "count_text": ngettext("%(count)d deployment", "%(count)d deployments", total)
        % {"count": total},
        "rows": [words.row(line, with_contacts=office) for line in lines],
        "figures": _figures(request) if office else [],
        "kept": [pair for pair in _pairs(request) if pair[0] != "cursor"],
        "may_keep": can_keep(request.user),
        **listing.page_links(request, found),
    }
    return render(request, "reviews/sunset/list.html", context)


def _pairs(request: PortalRequest) -> list[tuple[str, str]]:
    """The filter as it stands in the address."""
    return [(name, value) for name, values in request.GET.lists() for value in values if value]


def _figures(request: PortalRequest) -> list[dict[str, Any]]:
    """Counts over everything this person sees, each with the list of exactly these rows."""
    visible = Deployment.objects.visible_to(request.user)

    def filtered(given: dict[str, Any]) -> Any:
        return DeploymentFilter(given, queryset=visible, request=request).qs

    made = []
    for figure in selectors.figures(filtered):
        label, tone = words.FIGURES[figure.name]
        url = f"{reverse('reviews:sunset')}?{urlencode(figure.filters)}"
        shown = tone if figure.count else "neutral"
        made.append({"figure": figure.count, "label": label, "url": url, "tone": shown})
    return made
