"""What every filtered list shows above and below its rows: chips, links to the pages, errors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType

import django_filters
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext

from reviews.domain.errors import BadInput
from reviews.selectors.paging import Page
from reviews.selectors.use_case_filters import check_parameters

View = Callable[..., HttpResponse]

NOTHING: Mapping[str, str] = MappingProxyType({})
SIZE = 50
"""Rows a page."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One active filter, with the address of the list without it."""

    label: str
    value: str
    remove_url: str


def takes_only(*names: str) -> Callable[[View], View]:
    """A list without filters of its own: any other parameter in the address is a 400."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            try:
                check_parameters(list(request.GET), known=list(names))
            except BadInput as error:
                return render(request, "400.html", {"message": error.message}, status=400)
            return view(request, *args, **kwargs)

        return checked

    return decorate


def check(request: HttpRequest, filters: django_filters.FilterSet, *extra: str) -> None:
    """Raise ``BadInput`` for a parameter that this list does not know."""
    check_parameters(list(request.GET), known=[*filters.filters, "cursor", *extra])


def chips(
    request: HttpRequest, filters: django_filters.FilterSet, fixed: Mapping[str, str] = NOTHING
) -> list[Chip]:
    """The filters that are on, in the order of the form. ``fixed`` stays in every address."""
    found = []
    for name, field in filters.form.fields.items():
        for value in request.GET.getlist(name):
            if value:
                url = _without(request, name, value, fixed)
                found.append(Chip(str(field.label), _words(field, value), url))
    return found


def page_links(request: HttpRequest, page: Page) -> dict[str, str]:
    """Addresses of the neighbouring pages under the same filter, for ``pagination.html``."""
    return {
        "next_url": _with_cursor(request, page.next),
        "previous_url": _with_cursor(request, page.previous),
    }


def count_text(page: Page) -> str:
    """How many rows are shown. A long list is not counted: counting reads the whole list."""
    shown = len(page.rows)
    if page.next or page.previous:
        return gettext("Showing %(shown)d, more on other pages") % {"shown": shown}
    return gettext("%(shown)d found") % {"shown": shown}


def _words(field: object, value: str) -> str:
    choices = getattr(field, "choices", None)
    if choices is None:
        return value
    pairs = ((str(key), str(label)) for key, label in choices)
    return next((label for key, label in pairs if key == value), value)


def _without(request: HttpRequest, name: str, value: str, fixed: Mapping[str, str]) -> str:
    rest: QueryDict = request.GET.copy()
    rest.setlist(name, [other for other in rest.getlist(name) if other != value])
    rest.pop("cursor", None)
    for key, kept in fixed.items():
        rest[key] = kept
    query = rest.urlencode()  # a name without values is still in the dict, and writes nothing
    return f"{request.path}?{query}" if query else request.path


def _with_cursor(request: HttpRequest, cursor: str) -> str:
    if not cursor:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"{request.path}?{query.urlencode()}"
