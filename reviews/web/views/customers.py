"""The register: one customer, a new one, a new deployment."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain.errors import DomainError
from reviews.models import Customer, UseCase
from reviews.permissions.access import can_ask_extension, can_register
from reviews.permissions.rulings import require
from reviews.permissions.sunset import can_keep, can_see_contacts
from reviews.selectors import access as selectors
from reviews.selectors import customers as customer_selectors
from reviews.selectors.sunset import deployments as sunset_selectors
from reviews.services import registering
from reviews.web import access_facts as facts
from reviews.web import access_lines as lines
from reviews.web import access_steps as steps
from reviews.web import sunset_steps, sunset_words
from reviews.web.forms.access_requests import CustomerForm, DeploymentForm
from reviews.web.kept_text import forget, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.standing import Link
from reviews.web.views import access_pages, sunset_pages
from reviews.web.views.access import crumbs

SHOWN = 20
"""Applications, grants and cases on the page of a customer; their lists hold them all."""
ROWS = Customer.objects.select_related("owner", "verified_by")


@require_safe
def customer(request: PortalRequest, uid: object) -> HttpResponse:
    user, texts = request.user, selectors.use_texts()
    has_teams = Exists(selectors.teams_of(user))
    seen = ROWS.visible_to(user).annotate(may_apply=has_teams)
    row: Any = get_object_or_404(seen, uid=uid)
    deployments = customer_selectors.running(row, at=request.now)
    held = selectors.held_by(row, user=user, most=SHOWN)
    seen_contacts = can_see_contacts(user, row)
    contacts = list(row.contacts.select_related("deployment").order_by("departed_at", "name", "pk"))
    happened = sunset_selectors.history_of_customer(
        row, [one.deployment for one in deployments], contacts
    )
    context = {
        "customer": row,
        "crumbs": crumbs("customers"),
        "facts": facts.customer(row),
        "deployments": [facts.deployment(one) for one in deployments],
        "sees_contacts": seen_contacts,
        "contacts": contacts if seen_contacts else [],
        "may_keep": can_keep(user),
        "may_extend": bool(deployments) and can_ask_extension(user, deployments[0].deployment),
        "applications": [lines.held(one, texts, request.today) for one in held["applications"]],
        "grants": [lines.held(one, texts, request.today) for one in held["grants"]],
        "cases": UseCase.objects.visible_to(user).filter(customer=row)[:SHOWN],
        "links": _links(request, row, may_apply=row.may_apply),
        "entries": sunset_words.entries(
            happened, uses={str(one.deployment.uid): one.deployment.use for one in deployments}
        ),
    }
    return render(request, "reviews/access/customer.html", context)


def _links(request: PortalRequest, row: Customer, *, may_apply: bool) -> list[Link]:
    found = access_pages.links(request, row, steps.CUSTOMER, "customer_step")
    found += sunset_pages.links(request, row, sunset_steps.CUSTOMER, "sunset_customer_step")
    if can_register(request.user):
        url = reverse("reviews:deployment_new", args=[row.uid])
        found.append(Link(gettext("Register a deployment"), url))
    if may_apply:
        url = f"{reverse('reviews:access_apply')}?customer={row.uid}"
        found.append(Link(gettext("Apply for Limited Access"), url))
    return found


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def step(request: PortalRequest, uid: object, name: str) -> HttpResponse:
    row = get_object_or_404(ROWS.visible_to(request.user), uid=uid)
    return access_pages.step(request, row, steps.CUSTOMER, name, crumbs("customers"))


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def new(request: PortalRequest) -> HttpResponse:
    require(can_register(request.user))
    form = CustomerForm(access_pages.typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = registering.register_customer(
                **form.arguments, by=request.user, at=request.now, on=request.today
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, gettext("Registered. Verify next whether it is managed."))
            return redirect(row.get_absolute_url())
    context = {"form": form, "crumbs": crumbs("customers")}
    return render(request, "reviews/access/customer_new.html", context)


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def new_deployment(request: PortalRequest, uid: object) -> HttpResponse:
    row = get_object_or_404(ROWS.visible_to(request.user), uid=uid)
    require(can_register(request.user))
    form = DeploymentForm(access_pages.typed(request), time_zone=request.user.time_zone)
    if request.method == "POST" and form.is_valid():
        try:
            registering.register_deployment(
                row, **form.arguments, by=request.user, at=request.now, on=request.today
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, gettext("The deployment is registered."))
            return redirect(row.get_absolute_url())
    context = {
        "form": form,
        "customer": row,
        "crumbs": [*crumbs("customers"), (str(row), row.get_absolute_url())],
    }
    return render(request, "reviews/access/deployment_new.html", context)
