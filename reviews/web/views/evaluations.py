"""Evaluations that come back: the list of a case, and the page on which one is recorded."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain.errors import DomainError
from reviews.models import Evaluation, UseCase
from reviews.permissions.evaluations import can_record_evaluation
from reviews.permissions.rulings import require
from reviews.selectors import evaluations as selectors
from reviews.services.reminding.evaluations import record_evaluation
from reviews.web import listing
from reviews.web.forms.evaluations import EvaluationForm
from reviews.web.gate_words import in_words
from reviews.web.kept_text import forget, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.views.deciding import crumbs, typed


@require_safe
@listing.takes_only()
def evaluations(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = get_object_or_404(UseCase.objects.visible_to(request.user), reference=reference)
    context = {
        "use_case": use_case,
        "waiting": [(row, row.due_on < request.today) for row in selectors.waiting(use_case)],
        "recorded": selectors.recorded(use_case),
        "crumbs": crumbs(use_case),
    }
    return render(request, "reviews/deciding/evaluations.html", context)


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def evaluation(request: PortalRequest, uid: object) -> HttpResponse:
    """What is asked, and the form for whoever may record it."""
    row = get_object_or_404(selectors.visible_to(request.user), uid=uid)
    may = can_record_evaluation(request.user, row)
    if request.method == "POST":
        require(may)
    form = EvaluationForm(typed(request), files=_files(row)) if may else None
    if request.method == "POST" and form and form.is_valid() and _recorded(request, row, form):
        return redirect("reviews:evaluations", row.use_case.reference)
    context = {
        "use_case": row.use_case,
        "evaluation": row,
        "is_overdue": row.done_at is None and not row.is_dropped and row.due_on < request.today,
        "form": form,
        "why_not": "" if may else may.reason,
        "crumbs": crumbs(row.use_case),
    }
    return render(request, "reviews/deciding/evaluation.html", context)


def _files(row: Evaluation) -> list:
    return list(row.use_case.evidence.filter(removed_at__isnull=True))


def _recorded(request: PortalRequest, row: Evaluation, form: EvaluationForm) -> bool:
    try:
        following = record_evaluation(
            row, **form.arguments, by=request.user, at=request.now, on=request.today
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    forget(request)
    text = gettext("The evaluation is recorded. The next one is due on %(day)s.")
    messages.success(request, text % {"day": in_words(following.due_on)})
    return True
