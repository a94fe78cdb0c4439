"""Apply for Limited Access: first who and what, then the use and the vetting facts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain.enums import Sector
from reviews.domain.errors import DomainError
from reviews.models import AccessApplication
from reviews.models.access_policy import approved_uses
from reviews.selectors import access as selectors
from reviews.services import access as services
from reviews.services.access_rules import policy_for_application
from reviews.web.forms.access import ChooseForm, VettingForm
from reviews.web.kept_text import forget, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.views.access import crumbs
from reviews.web.views.access_pages import typed


@require_safe
def choose(request: PortalRequest) -> HttpResponse:
    initial = {
        name: request.GET[name] for name in ("customer", "capability") if name in request.GET
    }
    form = ChooseForm(user=request.user, on=request.today, initial=initial)
    return _choose(request, form)


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def details(request: PortalRequest) -> HttpResponse:
    chosen = ChooseForm(request.GET, user=request.user, on=request.today)
    if not chosen.is_valid():
        return _choose(request, chosen)
    capability = chosen.cleaned_data["capability"]
    policy = policy_for_application(capability, on=request.today)
    uses = list(approved_uses(policy, sector=chosen.listed_for, on=request.today))
    form = VettingForm(
        typed(request),
        capability=capability,
        policy=policy,
        uses=uses,
        on=request.today,
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = _file(request, chosen, form)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, gettext("The application is filed. A lead vets it now."))
            return redirect(row.get_absolute_url())
    context = {
        "form": form,
        "chosen": chosen.cleaned_data,
        "customer": chosen.for_customer,
        "sector": chosen.listed_for.label,
        "policy": policy,
        "safe_on": selectors.safe_filing_on(policy),
        "crumbs": [*crumbs("applications"), _first_page(request)],
    }
    return render(request, "reviews/access/apply_details.html", context)


def _file(request: PortalRequest, chosen: ChooseForm, form: VettingForm) -> AccessApplication:
    return services.file_application(
        chosen.cleaned_data["team"],
        customer=chosen.for_customer,
        capability=chosen.cleaned_data["capability"],
        sector=Sector(chosen.cleaned_data["sector"]),
        **form.arguments,
        by=request.user,
        at=request.now,
        on=request.today,
    )


def _choose(request: PortalRequest, form: ChooseForm) -> HttpResponse:
    context = {
        "form": form,
        "has_team": selectors.teams_of(request.user).exists(),
        "crumbs": crumbs("applications"),
    }
    return render(request, "reviews/access/apply.html", context)


def _first_page(request: PortalRequest) -> tuple[str, str]:
    return gettext("Apply"), f"{reverse('reviews:access_apply')}?{request.GET.urlencode()}"
