"""Appeal against a decision."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reviews.domain.errors import DomainError
from reviews.permissions.deciding import can_appeal
from reviews.permissions.rulings import require
from reviews.selectors.decision_rounds import rounds_of
from reviews.services import appealing as services
from reviews.web.forms.appealing import AppealForm
from reviews.web.kept_text import forget, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.views.deciding import crumbs, typed, visible


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def appeal(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = visible(request, reference)
    require(can_appeal(request.user, use_case))
    form = AppealForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.appeal(
                use_case, **form.cleaned_data, by=request.user, at=request.now, on=request.today
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, gettext("The appeal is filed. Another lead looks at it."))
            return redirect(use_case)
    shown = rounds_of(use_case, on=request.today, proposals=False)
    context = {
        "use_case": use_case,
        "form": form,
        "round": next((one for one in shown if one.in_force), None),
        "crumbs": crumbs(use_case, decision=True),
    }
    return render(request, "reviews/deciding/appeal.html", context)
