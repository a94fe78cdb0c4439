"""One deployment, one contact, and the steps that can be taken with them."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain.errors import DomainError, NotPermitted
from reviews.models import Customer, CustomerContact, Deployment, DeploymentAnswer
from reviews.permissions.access import can_ask_extension
from reviews.permissions.rulings import require
from reviews.permissions.sunset import can_remind, can_see_contacts, can_view_contact
from reviews.selectors.sunset import deployments as selectors
from reviews.selectors.sunset.deployments import Standing
from reviews.web import access_words, sunset_facts
from reviews.web import sunset_steps as steps
from reviews.web import sunset_words as words
from reviews.web.kept_text import forget, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.standing import Link
from reviews.web.views.access_pages import typed


@require_safe
def deployment(request: PortalRequest, uid: object) -> HttpResponse:
    row = get_object_or_404(selectors.deployments(request.user), uid=uid)
    shown = selectors.standing(row, user=request.user, at=request.now)
    context = {
        "crumbs": [*_crumbs(), (str(row.customer), row.customer.get_absolute_url())],
        "deployment": row,
        "one": shown.running,
        "standing": access_words.deadline(shown.running),
        "left": _left(row, shown),
        "closed": words.CLOSED_BECAUSE.get(row.current_status, ""),
        "sees_contacts": can_see_contacts(request.user, row.customer),
        "facts": sunset_facts.deployment(row, shown),
        "shown": shown,
        "troubles": [words.trouble(one) for one in shown.troubles],
        "extensions": [words.extension(one) for one in shown.extensions],
        "links": _links(request, row, shown),
        "entries": [words.entry(one) for one in selectors.history_of(row, shown)],
        "reminders": words.ledger(shown.reminders),
    }
    return render(request, "reviews/sunset/deployment.html", context)


def _left(row: Deployment, shown: Standing) -> access_words.Badge | None:
    """How long is left, where the standing speaks of something else: a new customer is refused."""
    left = words.left(shown.running.days_left)
    is_waiting = row.current_status.is_running and shown.running.grant is None
    return left if is_waiting and left != access_words.deadline(shown.running) else None


def _links(request: PortalRequest, row: Deployment, shown: Standing) -> list[Link]:
    found = links(request, row, steps.DEPLOYMENT, "deployment_step")
    if can_remind(request.user) and row.current_status.is_running:
        url = f"{reverse('reviews:sunset_bulk')}?pick={row.uid}"
        found.append(Link(gettext("Send a reminder now"), url))
    if (
        row.current_status.is_running
        and shown.running.last_on
        and not shown.running.asked
        and can_ask_extension(request.user, row)
    ):
        url = reverse("reviews:access_extension_ask", args=[row.uid])
        found.append(Link(gettext("Ask for an extension"), url))
    return found


@require_safe
def contact(request: PortalRequest, uid: object) -> HttpResponse:
    row = _contact(request, uid)
    way = [*_crumbs(), (str(row.customer), row.customer.get_absolute_url())]
    context = {
        "crumbs": way,
        "contact": row,
        "facts": sunset_facts.contact(row),
        "links": links(request, row, steps.CONTACT, "contact_step"),
        "entries": [words.entry(one) for one in selectors.history_of_contact(row)],
    }
    return render(request, "reviews/sunset/contact.html", context)


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def deployment_step(request: PortalRequest, uid: object, name: str) -> HttpResponse:
    row = get_object_or_404(selectors.deployments(request.user), uid=uid)
    return _step(request, row, steps.DEPLOYMENT, name)


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def contact_step(request: PortalRequest, uid: object, name: str) -> HttpResponse:
    return _step(request, _contact(request, uid), steps.CONTACT, name)


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def customer_step(request: PortalRequest, uid: object, name: str) -> HttpResponse:
    seen = Customer.objects.visible_to(request.user).select_related("owner")
    return _step(request, get_object_or_404(seen, uid=uid), steps.CUSTOMER, name)


@require_safe
def attestation(request: PortalRequest, uid: object) -> HttpResponseBase:
    """The file as an attachment: never shown inside our pages, never sniffed, never cached."""
    seen = Deployment.objects.visible_to(request.user)
    found = get_object_or_404(
        DeploymentAnswer.objects.select_related("deployment__customer"),
        uid=uid,
        deployment__in=seen,
    )
    require(can_see_contacts(request.user, found.deployment.customer))
    if not found.file.name or not found.file.storage.exists(found.file.name):
        raise Http404
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type=found.media_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )


def _contact(request: PortalRequest, uid: object) -> CustomerContact:
    """404 for those who may know the customer but not its people."""
    row = get_object_or_404(selectors.contacts_of(request.user), uid=uid)
    if not can_view_contact(request.user, row):
        raise Http404
    return row


def _step(
    request: PortalRequest, row: Any, offered: Mapping[str, steps.Step], name: str
) -> HttpResponse:
    """Show the effect, take the form, call the service, show what came of it.

    Who comes too late keeps what they typed: the service's refusal stands above it.
    """
    wanted = offered.get(name)
    if wanted is None:
        raise Http404
    ruling = wanted.may(request.user, row)
    if request.method == "GET" or ruling.error is NotPermitted:
        require(ruling)
    form = wanted.form(typed(request), request.FILES or None, row=row, on=request.today)
    if request.method == "POST" and form.is_valid():
        try:
            made = wanted.act(
                row, **form.arguments, by=request.user, at=request.now, on=request.today
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, str(wanted.done))
            return redirect(made.get_absolute_url())
    context = {
        "crumbs": [*_crumbs(), (str(row), row.get_absolute_url())],
        "step": wanted,
        "row": row,
        "form": form,
        "effects": wanted.effects(row, request.today),
        "cancel_url": row.get_absolute_url(),
    }
    return render(request, "reviews/sunset/step.html", context)


def links(
    request: PortalRequest, row: Any, offered: Mapping[str, steps.Step], url_name: str
) -> list[Link]:
    """The steps that this person can take now."""
    return [
        Link(str(one.title), reverse(f"reviews:{url_name}", args=[row.uid, name]))
        for name, one in offered.items()
        if one.may(request.user, row)
    ]


def _crumbs() -> list[tuple[str, str]]:
    return [(gettext("Sunset"), reverse("reviews:sunset"))]
