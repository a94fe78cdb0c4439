"""Everything that is in review, under its filter: what the list shows."""

from typing import Any

from reviews.selectors import paging
from reviews.selectors import workbench as selectors
from reviews.selectors.changes import with_news_of
from reviews.web import awaited, list_heads, listing
from reviews.web.list_heads import Head
from reviews.web.requests import PortalRequest


def context(request: PortalRequest, head: Head) -> dict[str, Any]:
    """The newest round first; nothing where the words cannot be read."""
    rounds = selectors.for_lines(with_news_of(head.filters.qs, request.user))
    found = paging.newest_first(
        rounds.none() if head.box.problems else rounds,
        "opened_at",
        cursor=request.GET.get("cursor", ""),
        size=listing.SIZE,
    )
    lines = selectors.lines(found.rows, reader=request.user)
    return {
        "lines": [(line, awaited.of_line(line, on=request.today)) for line in lines],
        "count_text": listing.count_text(found),
        **list_heads.context(request, head),
        **listing.page_links(request, found),
    }
