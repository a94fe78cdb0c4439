"""Who reviews: assign somebody, take somebody off, step back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reviews.models import Review, ReviewAssignment
from reviews.permissions.reviewing import can_assign, can_recuse
from reviews.permissions.rulings import require
from reviews.selectors.boards.people import suggestions
from reviews.selectors.candidates import Bar, Candidate, candidates
from reviews.services import assigning
from reviews.web import reviewing_words as words
from reviews.web.attempts import accepted
from reviews.web.forms.reviewing import AssignForm, RecuseForm
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.reviewer_words import suggested
from reviews.web.views.desk import visible_review

_SHOWN = ("", Bar.ASSIGNED)
"""Who stands elsewhere on the page: the free ones in the form, the assigned ones above it."""


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: PortalRequest, uid: str) -> HttpResponse:
    """The free reviewers with what they have to do already; the others with what bars them."""
    review = visible_review(request, uid)
    require(can_assign(request.user, review))
    found = candidates(review)
    free = [(one, words.candidate(one)) for one in found if not one.bar]
    form = AssignForm(request.POST or None, free=free)
    if accepted(form, lambda: _assign(request, review, form)):
        messages.success(request, gettext("%s is assigned.") % form.person)
        return redirect("reviews:review", review.uid)
    return _assign_page(request, review, form, found)


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def recuse(request: PortalRequest, uid: str, assignment: str) -> HttpResponse:
    """Step back, or take somebody off: the effect in words, a reason, one button."""
    review = visible_review(request, uid)
    seats = ReviewAssignment.objects.filter(review=review)
    seat = get_object_or_404(seats.select_related("review__use_case", "reviewer"), uid=assignment)
    require(can_recuse(request.user, seat))
    is_post = request.method == "POST"
    form = RecuseForm(request.POST if is_post else given_back(request), reader=request.user)
    if is_post and accepted(form, lambda: _recuse(request, seat, form)):
        forget(request)
        messages.success(request, gettext("%s no longer reviews this case.") % seat.reviewer)
        return redirect("reviews:review", review.uid)
    is_self = seat.reviewer_id == request.user.pk
    context = {**_beside(review), "seat": seat, "form": form, "is_self": is_self}
    return render(request, "reviews/reviewing/recuse.html", context)


def _assign(request: PortalRequest, review: Review, form: AssignForm) -> None:
    assigning.assign(
        review, reviewer=form.person, by=request.user, at=request.now, on=request.today
    )


def _recuse(request: PortalRequest, seat: ReviewAssignment, form: RecuseForm) -> None:
    assigning.recuse(
        seat,
        reason=form.cleaned_data["reason"],
        by=request.user,
        at=request.now,
        on=request.today,
    )


def _assign_page(
    request: PortalRequest, review: Review, form: AssignForm, found: list[Candidate]
) -> HttpResponse:
    open_to = [one for one in found if one.bar != Bar.ASSIGNED]
    ranked = suggestions(review, open_to, on=request.today)
    context = {
        **_beside(review),
        "suggested": suggested(ranked),
        "form": form,
        "free": [one for one in found if not one.bar],
        "barred": [(one, words.BARS[one.bar]) for one in found if one.bar not in _SHOWN],
        "seats": review.assignments.filter(recused_at__isnull=True).select_related("reviewer"),
    }
    return render(request, "reviews/reviewing/assign.html", context)


def _beside(review: Review) -> dict[str, object]:
    """What a page beside the desk shows of its review."""
    return {"review": review, "use_case": review.use_case, "crumbs": words.crumbs(review)}
