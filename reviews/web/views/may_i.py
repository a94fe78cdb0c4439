"""May I use this? An answer in ten seconds, before any form."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.domain.gate import UnreadableFacts
from reviews.models import Customer
from reviews.selectors import gate as selectors
from reviews.web.asking import Asked
from reviews.web.forms.may_i import AskForm
from reviews.web.requests import PortalRequest


@require_safe
def may_i(request: PortalRequest) -> HttpResponse:
    """The question stands in the address, so the answer can be shared as a link."""
    customers = Customer.objects.visible_to(request.user)
    form = AskForm(selectors.choices(), customers, request.GET or None)
    asked = Asked(form, request.GET, request.today)
    context: dict[str, object] = {"form": form, "asked": asked}
    if asked.is_readable:
        try:
            context["shown"] = asked.shown()
        except UnreadableFacts as error:
            asked.errors += asked.named(error.errors)
    status = 400 if form.errors or asked.errors else 200
    return render(request, "reviews/may_i.html", context, status=status)
