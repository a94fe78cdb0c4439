"""The head of a list: its search box, filter form, kept views and columns, read together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from reviews.domain import query_words
from reviews.domain.enums import ListName
from reviews.permissions.bulk import can_assign_many
from reviews.selectors import views_kept
from reviews.selectors.list_filters import ListFilter, vocabulary
from reviews.selectors.views_kept import View
from reviews.web import listing, search_words
from reviews.web.known_lists import Column, KnownList
from reviews.web.requests import PortalRequest
from reviews.web.search_words import WORDS, Box


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A kept view as a tab over the list."""

    view: View
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Head:
    """``redirect``: the address that says in parameters what was typed; empty: stay.

    With ``box.problems`` nothing is listed. ``shown``: the columns; ``offered``: all of them, with
    whether and at which place they are shown.
    """

    known: KnownList
    filters: ListFilter
    box: Box
    views: tuple[ViewTab, ...]
    shown: tuple[Column, ...]
    offered: tuple[tuple[Column, bool, int], ...]
    redirect: str = ""

    @property
    def status(self) -> int:
        return 400 if self.box.problems else 200


def of(request: PortalRequest, known: KnownList) -> Head:
    """Read the head. Raises ``BadInput`` for a parameter or a value that the list does not know.

    One query, whatever the filter offers and the person keeps.
    """
    path = reverse(known.route)
    filters = _prepared(request, known, request.GET)
    listing.check(request, filters, WORDS, *known.fixed)
    typed = request.GET.get(WORDS)
    if typed is None:
        filters.check_values()
        box = search_words.box(filters, list_name=known.name, path=path, fixed=known.fixed)
        return _head(known, filters, box, path)
    filters.understand(query_words.said(typed))
    parsed = query_words.parse(typed, vocabulary(filters))
    box = search_words.box(
        filters,
        list_name=known.name,
        path=path,
        fixed=known.fixed,
        typed=typed,
        problems=parsed.problems,
    )
    url = "" if parsed.problems else search_words.address(path, known.fixed, parsed.params)
    understood = known.make(request, _data(parsed.params))
    understood.take_gathered(filters)
    return _head(known, understood, box, path, redirect=url)


def context(request: PortalRequest, head: Head) -> dict[str, Any]:
    """What the components of a list's head want."""
    pairs = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if value and name not in ("cursor", WORDS)
    ]
    fixed = head.known.fixed
    return {
        "head": head,
        "form": head.filters.form,
        "chips": [] if head.box.problems else listing.chips(request, head.filters, fixed),
        "kept": pairs,
        "reset_url": search_words.address(head.box.action, fixed, {}),
        "here": request.get_full_path(),
        "bulk_actions": _bulk_actions(request, head.known),
    }


def _bulk_actions(request: PortalRequest, known: KnownList) -> list[tuple[str, str]]:
    """What may be done to many rows of this list: address and words."""
    if known.name not in (ListName.USE_CASES, ListName.REVIEWS):
        return []
    found = [(reverse("reviews:bulk_export", args=[known.name]), gettext("Export as CSV"))]
    if can_assign_many(request.user):
        found = [
            (reverse("reviews:bulk", args=[known.name, "assign"]), gettext("Assign …")),
            (reverse("reviews:bulk", args=[known.name, "remind"]), gettext("Remind …")),
            *found,
        ]
    return found


def _prepared(request: PortalRequest, known: KnownList, data: QueryDict) -> ListFilter:
    filters = known.make(request, data)
    views_kept.prepare(filters, known.name)
    return filters


def _head(
    known: KnownList, filters: ListFilter, box: Box, path: str, *, redirect: str = ""
) -> Head:
    kept = views_kept.read(filters)
    shown = known.columns_of(kept.columns)
    return Head(
        known=known,
        filters=filters,
        box=box,
        views=tuple(_tab(view, box, path, known) for view in kept.views),
        shown=tuple(shown),
        offered=_offered(known, shown),
        redirect=redirect,
    )


def _tab(view: View, box: Box, path: str, known: KnownList) -> ViewTab:
    url = search_words.address(path, known.fixed, {WORDS: [view.words]})
    return ViewTab(view, url, not box.problems and view.words == box.text)


def _offered(known: KnownList, shown: Sequence[Column]) -> tuple[tuple[Column, bool, int], ...]:
    rest = [column for column in known.columns if column not in shown]
    return tuple(
        (column, column in shown, place) for place, column in enumerate([*shown, *rest], start=1)
    )


def _data(params: query_words.Parameters) -> QueryDict:
    return QueryDict(urlencode(params, doseq=True))
