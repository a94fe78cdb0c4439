"""A person's tokens of the API: list, create (shown once), revoke."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reviews.domain.errors import DomainError
from reviews.permissions.api_tokens import can_revoke_token
from reviews.permissions.rulings import require
from reviews.selectors import api_tokens as selectors
from reviews.services import api_tokens as service
from reviews.web import answering
from reviews.web.forms.api_tokens import TokenForm
from reviews.web.requests import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: PortalRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = service.create(
                request.user,
                **form.arguments,
                now=timezone.now(),
                by=request.user,
                at=request.now,
                on=request.today,
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            page = render(request, "reviews/api_tokens/created.html", {"made": made})
            return answering.kept_by_nobody(page)
    now = timezone.now()
    rows = [(one, one.is_usable(now)) for one in selectors.tokens_of(request.user)]
    return render(request, "reviews/api_tokens/tokens.html", {"form": form, "tokens": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: PortalRequest, uid: object) -> HttpResponse:
    token = get_object_or_404(selectors.tokens_of(request.user), uid=uid)
    require(can_revoke_token(request.user, token))
    if request.method == "POST":
        service.revoke(token, now=timezone.now(), by=request.user, at=request.now, on=request.today)
        messages.success(request, gettext("The token is revoked. It opens nothing any more."))
        return redirect("reviews:api_tokens")
    return render(request, "reviews/api_tokens/revoke.html", {"token": token})
