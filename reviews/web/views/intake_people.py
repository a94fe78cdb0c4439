"""Co-authors of one use case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reviews.domain.enums import CoAuthorRight
from reviews.domain.errors import DomainError
from reviews.models import UseCase
from reviews.permissions.intake import can_read_draft
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import can_manage_co_authors
from reviews.selectors import intake as selectors
from reviews.services import co_authors as service
from reviews.web import intake_words as words
from reviews.web.forms.intake import CoAuthorForm
from reviews.web.requests import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def co_authors(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = words.case_for(request.user, reference)
    require(can_read_draft(request.user, use_case))
    form = CoAuthorForm(request.POST or None)
    if form.is_valid() and _set(request, use_case, form):
        return redirect("reviews:use_case_co_authors", reference)
    return render(
        request,
        "reviews/intake/co_authors.html",
        {
            "use_case": use_case,
            "crumbs": words.crumbs(use_case, form=False),
            "form": form,
            "rows": selectors.co_authors_of(use_case),
            "can_manage": can_manage_co_authors(request.user, use_case),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: PortalRequest, reference: str, person: str) -> HttpResponse:
    use_case = words.case_for(request.user, reference)
    row = get_object_or_404(use_case.co_authors.select_related("user"), user__uid=person)
    if request.method == "POST":
        service.remove(row, by=request.user, at=request.now, on=request.today)
        messages.success(request, gettext("%s is no longer a co-author.") % row.user)
        left = row.user_id == request.user.pk
        return (
            redirect("reviews:use_cases")
            if left
            else redirect("reviews:use_case_co_authors", reference)
        )
    return render(
        request,
        "reviews/intake/remove_co_author.html",
        {"use_case": use_case, "crumbs": words.crumbs(use_case, form=False), "row": row},
    )


def _set(request: PortalRequest, use_case: UseCase, form: CoAuthorForm) -> bool:
    require(can_manage_co_authors(request.user, use_case))
    user = selectors.person_called(form.cleaned_data["person"])
    if user is None:
        form.add_error("person", gettext("There is no account with this name or address."))
        return False
    right = CoAuthorRight(form.cleaned_data["right"])
    try:
        service.set_right(
            use_case, user=user, right=right, by=request.user, at=request.now, on=request.today
        )
    except DomainError as error:
        form.add_error("person", error.message)
        return False
    messages.success(
        request, gettext("%(person)s: %(right)s.") % {"person": user, "right": right.label}
    )
    return True
