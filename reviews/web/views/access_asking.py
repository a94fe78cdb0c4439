"""Ask for an exception for a scenario, or for an extension of a deployment."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain.errors import DomainError
from reviews.models import Customer, Deployment
from reviews.permissions.access import can_ask_exception, can_ask_extension
from reviews.permissions.rulings import require
from reviews.selectors import access as selectors
from reviews.selectors import customers
from reviews.services import exceptions, extensions
from reviews.web import access_words as words
from reviews.web.forms.access_requests import ExceptionForm, ExtensionForm
from reviews.web.kept_text import forget, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.views.access import crumbs
from reviews.web.views.access_pages import typed


@require_safe
def choose_scenario(request: PortalRequest) -> HttpResponse:
    """The decided scenarios of this person's own cases, each a way to the form."""
    scenarios = selectors.scenarios_to_except(request.user, on=request.today)
    context = {"scenarios": scenarios, "crumbs": crumbs("exceptions")}
    return render(request, "reviews/access/choose_scenario.html", context)


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def ask_exception(request: PortalRequest, scenario: object) -> HttpResponse:
    row = get_object_or_404(selectors.scenarios_for_exceptions(request.user), uid=scenario)
    require(can_ask_exception(request.user, row.use_case))
    kinds = selectors.exception_kinds(row.use_case, on=request.today)
    form = ExceptionForm(typed(request), kinds=kinds)
    if request.method == "POST" and form.is_valid():
        try:
            made = exceptions.ask(
                row, **form.arguments, by=request.user, at=request.now, on=request.today
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, gettext("Asked. A lead decides on it."))
            return redirect(made.get_absolute_url())
    context = {
        "form": form,
        "scenario": row,
        "use_case": row.use_case,
        "permitted": bool(kinds),
        "crumbs": [*crumbs("exceptions"), (str(row.use_case), row.use_case.get_absolute_url())],
    }
    return render(request, "reviews/access/ask_exception.html", context)


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def ask_extension(request: PortalRequest, uid: object) -> HttpResponse:
    seen = Customer.objects.visible_to(request.user)
    rows = Deployment.objects.filter(customer__in=seen).select_related("customer", "capability")
    row = get_object_or_404(rows, uid=uid)
    require(can_ask_extension(request.user, row))
    form = ExtensionForm(typed(request), row=row, on=request.today)
    if request.method == "POST" and form.is_valid():
        try:
            made = extensions.ask(
                row, **form.arguments, by=request.user, at=request.now, on=row.today(request.now)
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, gettext("Asked. A lead decides on it."))
            return redirect(made.get_absolute_url())
    one = customers.standing_of(row, at=request.now)
    context = {
        "form": form,
        "deployment": row,
        "one": one,
        "standing": words.deadline(one),
        "crumbs": [*crumbs("customers"), (str(row.customer), row.customer.get_absolute_url())],
    }
    return render(request, "reviews/access/ask_extension.html", context)
