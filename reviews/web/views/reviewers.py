"""Who reviews: assign somebody, take somebody off, step back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reviews.domain.errors import DomainError
from reviews.models import ReviewAssignment
from reviews.permissions.reviewing import can_assign, can_recuse
from reviews.permissions.rulings import require
from reviews.selectors.candidates import candidates
from reviews.services import assigning
from reviews.web import reviewing_words as words
from reviews.web.forms.reviewing import AssignForm, RecuseForm
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.views.desk import visible_review


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: PortalRequest, uid: str) -> HttpResponse:
    """The free reviewers with what they have to do already; the others with what bars them."""
    review = visible_review(request, uid)
    require(can_assign(request.user, review))
    found = candidates(review)
    free = [(one, words.candidate(one)) for one in found if not one.bar]
    form = AssignForm(request.POST or None, free=free)
    if form.is_valid():
        try:
            row = assigning.assign(
                review, reviewer=form.person, by=request.user, at=request.now, on=request.today
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, gettext("%s is assigned.") % row.reviewer)
            return redirect("reviews:review", review.uid)
    context = {
        "review": review,
        "use_case": review.use_case,
        "crumbs": words.crumbs(review),
        "form": form,
        "free": free,
        "barred": [(one, words.BARS[one.bar]) for one in found if one.bar],
        "seats": review.assignments.filter(recused_at__isnull=True).select_related("reviewer"),
    }
    return render(request, "reviews/reviewing/assign.html", context)


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def recuse(request: PortalRequest, uid: str, assignment: str) -> HttpResponse:
    """Step back, or take somebody off: the effect in words, a reason, one button."""
    review = visible_review(request, uid)
    seats = ReviewAssignment.objects.filter(review=review).select_related("review__use_case")
    seat = get_object_or_404(seats.select_related("reviewer"), uid=assignment)
    require(can_recuse(request.user, seat))
    data = request.POST if request.method == "POST" else given_back(request)
    form = RecuseForm(data, reader=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            assigning.recuse(
                seat,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=request.now,
                on=request.today,
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, gettext("%s no longer reviews this case.") % seat.reviewer)
            return redirect("reviews:review", review.uid)
    context = {
        "review": review,
        "use_case": review.use_case,
        "crumbs": words.crumbs(review),
        "seat": seat,
        "form": form,
        "is_self": seat.reviewer_id == request.user.pk,
    }
    return render(request, "reviews/reviewing/recuse.html", context)
