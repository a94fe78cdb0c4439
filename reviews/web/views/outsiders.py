"""Bring in somebody from outside for one case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reviews.domain.enums import Party
from reviews.models import UseCase
from reviews.permissions.outsiders import can_name_outsider, may_name_outsiders
from reviews.permissions.rulings import require
from reviews.permissions.staffing import free_people
from reviews.services import outsiders as services
from reviews.web.attempts import accepted
from reviews.web.forms.outsiders import CAPACITIES, OutsiderForm
from reviews.web.kept_text import forget, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.views.deciding import crumbs, typed, visible


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def outsiders(request: PortalRequest, reference: str) -> HttpResponse:
    """Who is missing, who was brought in, and the form for one more."""
    use_case = visible(request, reference)
    require(may_name_outsiders(request.user, use_case))
    ruling = can_name_outsider(request.user, use_case)
    form = OutsiderForm(typed(request))
    if request.method == "POST" and accepted(form, lambda: _name(request, use_case, form)):
        forget(request)
        person = form.cleaned_data["person"]
        messages.success(request, gettext("%s may act on this use case now.") % person)
        return redirect("reviews:use_case_outsiders", reference)
    rows = use_case.outsiders.select_related("user", "named_by")
    context = {
        "use_case": use_case,
        "form": form if ruling or request.method == "POST" else None,
        "refusal": "" if ruling else ruling.reason,
        "free": free_people(use_case),
        "named": [(row, CAPACITIES[Party(row.party)]) for row in rows],
        "crumbs": crumbs(use_case),
    }
    return render(request, "reviews/use_cases/outsiders.html", context)


def _name(request: PortalRequest, use_case: UseCase, form: OutsiderForm) -> None:
    services.name(use_case, **form.arguments, by=request.user, at=request.now, on=request.today)
