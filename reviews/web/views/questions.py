"""Questions to the team: the reviewer asks, the team answers."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reviews.models import ChecklistItem, Question, Review, UseCase
from reviews.permissions.reviewing import can_answer, can_ask, can_withdraw_question
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import can_answer_questions
from reviews.selectors import questions as selectors
from reviews.selectors.answers import item_anchor
from reviews.services import questions as services
from reviews.web import intake_words
from reviews.web import reviewing_words as words
from reviews.web.attempts import accepted
from reviews.web.forms.reviewing import AnswerForm, AskForm, WithdrawQuestionForm
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.views.desk import visible_review


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PortalRequest, uid: str) -> HttpResponse:
    """About one item (``item``) or the whole case."""
    review = visible_review(request, uid)
    require(can_ask(request.user, review))
    data = request.POST if request.method == "POST" else given_back(request)
    item = _item(review, (data or request.GET).get("item"))
    form = AskForm(data, reader=request.user)
    if request.method == "POST" and accepted(form, lambda: _ask(request, review, item, form)):
        forget(request)
        messages.success(request, gettext("The team was asked; the case waits for the answer."))
        here = reverse("reviews:review", args=[review.uid])
        return redirect(f"{here}#{item_anchor(item.code)}" if item else here)
    about = {"review": review, "use_case": review.use_case, "item": item, "form": form}
    context = {**about, "crumbs": words.crumbs(review)}
    return render(request, "reviews/reviewing/ask.html", context)


@require_safe
def questions(request: PortalRequest, reference: str) -> HttpResponse:
    """Every question of the case: the open ones first, with a form for those who may answer."""
    use_case = intake_words.case_for(request.user, reference)
    return _page(request, use_case)


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: PortalRequest, reference: str, uid: str) -> HttpResponse:
    """The answer to one question; drawn on its own where something is wrong with it."""
    use_case = intake_words.case_for(request.user, reference)
    rows = Question.objects.filter(review__use_case=use_case).select_related("review__use_case")
    question = get_object_or_404(rows, uid=uid)
    require(can_answer_questions(request.user, use_case))
    if request.method == "POST":
        require(can_answer(request.user, question))  # a colleague was faster, or it was withdrawn
    data = request.POST if request.method == "POST" else given_back(request)
    form = AnswerForm(data, reader=request.user, auto_id=f"id_{question.uid}_%s")
    if request.method == "POST" and accepted(form, lambda: _answer(request, question, form)):
        forget(request)
        messages.success(request, gettext("Your answer is with the reviewers."))
        return redirect("reviews:use_case_questions", use_case.reference)
    return _page(request, use_case, question=question, form=form)


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PortalRequest, uid: str, question: str) -> HttpResponse:
    """Who asked, or a lead, takes it back with a reason; the team need not answer."""
    review = visible_review(request, uid)
    row = get_object_or_404(review.questions.select_related("item__requirement"), uid=question)
    row.review = review
    require(can_withdraw_question(request.user, row))
    is_post = request.method == "POST"
    form = WithdrawQuestionForm(
        request.POST if is_post else given_back(request), reader=request.user
    )
    if is_post and accepted(form, lambda: _withdraw(request, row, form)):
        forget(request)
        messages.success(request, gettext("Withdrawn. The team need not answer it."))
        return redirect("reviews:review", review.uid)
    about = {"review": review, "use_case": review.use_case, "question": row, "form": form}
    context = {**about, "crumbs": words.crumbs(review)}
    return render(request, "reviews/reviewing/withdraw_question.html", context)


def _withdraw(request: PortalRequest, question: Question, form: WithdrawQuestionForm) -> None:
    reason = form.cleaned_data["reason"]
    services.withdraw(question, reason=reason, by=request.user, at=request.now, on=request.today)


def _ask(request: PortalRequest, review: Review, item: ChecklistItem | None, form: AskForm) -> None:
    text = form.cleaned_data["text"]
    services.ask(review, text=text, item=item, by=request.user, at=request.now, on=request.today)


def _answer(request: PortalRequest, question: Question, form: AnswerForm) -> None:
    text = form.cleaned_data["text"]
    services.answer(question, text=text, by=request.user, at=request.now, on=request.today)


def _page(
    request: PortalRequest,
    use_case: UseCase,
    *,
    question: Question | None = None,
    form: AnswerForm | None = None,
) -> HttpResponse:
    may = can_answer_questions(request.user, use_case)
    found = selectors.of_case(use_case, request.user)
    forms = {
        row.question.pk: form
        if question and form and row.question.pk == question.pk
        else AnswerForm(reader=request.user, auto_id=f"id_{row.question.uid}_%s")
        for row in found.open
    }
    context = {
        "use_case": use_case,
        "crumbs": intake_words.crumbs(use_case, form=False),
        "found": found,
        "open": [(row, forms[row.question.pk]) for row in found.open],
        "form": form,
        "may": may,
    }
    return render(request, "reviews/reviewing/questions.html", context)


def _item(review: Review, uid: str | None) -> ChecklistItem | None:
    if not uid:
        return None
    rows = review.items.select_related("requirement", "probe")
    try:
        return get_object_or_404(rows, uid=UUID(uid))
    except ValueError:
        raise Http404 from None
