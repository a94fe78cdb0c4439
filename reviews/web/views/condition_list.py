"""Every condition that a person may see, under a filter, the earliest due day first."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from reviews.domain.errors import BadInput
from reviews.selectors import paging
from reviews.selectors.conditions import line_of
from reviews.web import list_heads, listing
from reviews.web.known_lists import CONDITIONS
from reviews.web.list_heads import Head
from reviews.web.requests import PortalRequest


def every_condition(request: PortalRequest) -> HttpResponse:
    try:
        head = list_heads.of(request, CONDITIONS)
        if head.redirect:
            return redirect(head.redirect)
        found = _page(request, head)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    context = {
        "lines": [line_of(row, on=request.today) for row in found.rows],
        "count_text": listing.count_text(found),
        **list_heads.context(request, head),
        **listing.page_links(request, found),
    }
    return render(request, "reviews/deciding/condition_list.html", context, status=head.status)


def _page(request: PortalRequest, head: Head) -> paging.Page:
    """Nothing where the words cannot be read."""
    rows = head.filters.qs.select_related(
        "owner", "verifier", "decision__intended_use", "decision__decision_round__use_case"
    )
    return paging.by_day(
        rows.none() if head.box.problems else rows,
        "due_on",
        cursor=request.GET.get("cursor", ""),
        size=listing.SIZE,
    )
