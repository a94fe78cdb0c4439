"""The register: every deployment that this person sees, filtered, by customer."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from reviews.domain.errors import BadInput
from reviews.models import Deployment
from reviews.permissions.sunset import can_keep, can_see_register
from reviews.selectors import paging
from reviews.selectors.list_filters import ListFilter
from reviews.selectors.sunset import register as selectors
from reviews.selectors.sunset.filters import DeploymentFilter
from reviews.web import list_heads, listing
from reviews.web import sunset_words as words
from reviews.web.known_lists import SUNSET
from reviews.web.requests import PortalRequest


@require_safe
def register(request: PortalRequest) -> HttpResponse:
    try:
        head = list_heads.of(request, SUNSET)
        if head.redirect:
            return redirect(head.redirect)
        context = _register(request, head)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    return render(request, "reviews/sunset/list.html", context, status=head.status)


def _register(request: PortalRequest, head: list_heads.Head) -> dict[str, Any]:
    """Nothing where the words cannot be read."""
    rows = head.filters.qs.none() if head.box.problems else head.filters.qs
    found = paging.by_name(
        selectors.rows(rows),
        "customer__name",
        cursor=request.GET.get("cursor", ""),
        size=listing.SIZE,
    )
    office = bool(can_see_register(request.user))
    lines = selectors.lines(found.rows, at=request.now)
    total, figures = _figures(request, rows, head.filters, office=office)
    return {
        "total": total,
        "count_text": ngettext("%(count)d deployment", "%(count)d deployments", total)
        % {"count": total},
        "rows": [words.row(line, with_contacts=office) for line in lines],
        "figures": figures,
        "may_keep": can_keep(request.user),
        **list_heads.context(request, head),
        **listing.page_links(request, found),
    }


def _figures(
    request: PortalRequest, rows: QuerySet[Deployment], read: ListFilter, *, office: bool
) -> tuple[int, list[dict[str, Any]]]:
    """How many are listed; counts over everything that the office sees, each with its list."""
    visible = Deployment.objects.visible_to(request.user)

    def filtered(given: dict[str, Any]) -> Any:
        one = DeploymentFilter(given, queryset=visible, request=request)
        one.take_gathered(read)
        return one.qs

    total, found = selectors.figures(filtered, listed=rows, with_figures=office)
    made = []
    for figure in found:
        label, tone = words.FIGURES[figure.name]
        url = f"{reverse('reviews:sunset')}?{urlencode(figure.filters)}"
        shown = tone if figure.count else "neutral"
        made.append({"figure": figure.count, "label": label, "url": url, "tone": shown})
    return total, made
