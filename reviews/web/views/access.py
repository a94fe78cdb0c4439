"""The five lists of Limited Access: what this person may see, filtered, the newest first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from reviews.domain.errors import BadInput
from reviews.models import AccessApplication, AccessGrant, Customer, Extension, PolicyException
from reviews.permissions.access import can_register
from reviews.selectors import access as selectors
from reviews.selectors import paging
from reviews.selectors.access_filters import (
    AccessFilter,
    ApplicationFilter,
    CustomerFilter,
    ExceptionFilter,
    ExtensionFilter,
    GrantFilter,
)
from reviews.web import access_lines as lines
from reviews.web import listing
from reviews.web.requests import PortalRequest


@dataclass(frozen=True, slots=True)
class Tab:
    """One list. ``by``: the moment that orders it; ``resource``: its export."""

    url_name: str
    resource: str
    label: Any
    model: Any
    filters: type[AccessFilter]
    rows: Callable[[QuerySet], QuerySet]
    line: Callable[..., lines.Line]
    by: str
    columns: tuple[Any, ...]
    empty: Any


TABS = {
    "applications": Tab(
        "access",
        "access-applications",
        gettext_lazy("Applications"),
        AccessApplication,
        ApplicationFilter,
        selectors.application_rows,
        lines.application,
        "filed_at",
        lines.APPLICATIONS,
        gettext_lazy(
            "A capability under Limited Access is applied for, for one customer and one use."
        ),
    ),
    "grants": Tab(
        "access_grants",
        "access-grants",
        gettext_lazy("Grants"),
        AccessGrant,
        GrantFilter,
        selectors.grant_rows,
        lines.grant,
        "granted_at",
        lines.GRANTS,
        gettext_lazy("A grant appears here when a lead has decided on an application."),
    ),
    "exceptions": Tab(
        "access_exceptions",
        "exceptions",
        gettext_lazy("Exceptions"),
        PolicyException,
        ExceptionFilter,
        selectors.exception_rows,
        lines.exception,
        "asked_at",
        lines.EXCEPTIONS,
        gettext_lazy(
            "An exception is asked for from the page of a decided use case, for one scenario."
        ),
    ),
    "extensions": Tab(
        "access_extensions",
        "extensions",
        gettext_lazy("Extensions"),
        Extension,
        ExtensionFilter,
        selectors.extension_rows,
        lines.extension,
        "asked_at",
        lines.EXTENSIONS,
        gettext_lazy("An extension is asked for from the page of a customer, for one deployment."),
    ),
    "customers": Tab(
        "access_customers",
        "customers",
        gettext_lazy("Customers"),
        Customer,
        CustomerFilter,
        selectors.customer_rows,
        lines.customer,
        "registered_at",
        lines.CUSTOMERS,
        gettext_lazy("You see the customers of your teams' use cases and applications."),
    ),
}


@require_safe
def applications(request: PortalRequest) -> HttpResponse:
    return _list(request, TABS["applications"])


@require_safe
def grants(request: PortalRequest) -> HttpResponse:
    return _list(request, TABS["grants"])


@require_safe
def exceptions(request: PortalRequest) -> HttpResponse:
    return _list(request, TABS["exceptions"])


@require_safe
def extensions(request: PortalRequest) -> HttpResponse:
    return _list(request, TABS["extensions"])


@require_safe
def customers(request: PortalRequest) -> HttpResponse:
    return _list(request, TABS["customers"])


def _list(request: PortalRequest, tab: Tab) -> HttpResponse:
    visible = tab.model.objects.visible_to(request.user)
    filters = tab.filters(request.GET, queryset=visible, request=request)
    try:
        listing.check(request, filters)
        found = paging.newest_first(
            tab.rows(filters.qs), tab.by, cursor=request.GET.get("cursor", ""), size=listing.SIZE
        )
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    texts = selectors.use_texts()
    context = {
        "tab": tab,
        "tabs": _tabs(tab),
        "form": filters.form,
        "chips": listing.chips(request, filters),
        "count_text": listing.count_text(found),
        "lines": [tab.line(row, texts, request.today) for row in found.rows],
        "may_register": can_register(request.user),
        "may_file": selectors.teams_of(request.user).exists(),
        **listing.page_links(request, found),
    }
    return render(request, "reviews/access/list.html", context)


def _tabs(current: Tab) -> list[dict[str, object]]:
    return [
        {
            "label": tab.label,
            "url": reverse(f"reviews:{tab.url_name}"),
            "current": tab is current,
            "count": None,
        }
        for tab in TABS.values()
    ]


def crumbs(key: str) -> list[tuple[str, str]]:
    """The way to a page below one of the lists."""
    path = [(gettext("Access"), reverse("reviews:access"))]
    if key != "applications":
        path.append((str(TABS[key].label), reverse(f"reviews:{TABS[key].url_name}")))
    return path
