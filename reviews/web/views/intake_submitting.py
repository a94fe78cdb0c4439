"""Check the answers, see what the gate says, file; refused; withdraw and reopen."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain.enums import Action, State
from reviews.domain.errors import Incomplete
from reviews.domain.intake.outcome import GateOutcome
from reviews.models import UseCase
from reviews.permissions.intake import can_read_draft
from reviews.permissions.rulings import Ruling, require
from reviews.permissions.staffing import free_people
from reviews.permissions.use_cases import can_act
from reviews.selectors import intake as selectors
from reviews.selectors.intake import Draft
from reviews.services import gate_check, submitting, withdrawing
from reviews.web import intake_gate
from reviews.web import intake_words as words
from reviews.web.forms.intake import StatementForm
from reviews.web.precedent_words import panel
from reviews.web.requests import PortalRequest


@require_safe
def check(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = _readable(request, reference)
    draft = selectors.draft(use_case)
    outcome = gate_check.ask(use_case, draft.answers, on=request.today)
    return render(
        request,
        "reviews/intake/check.html",
        {
            "use_case": use_case,
            "crumbs": words.crumbs(use_case),
            "sections": [(one, words.page_url(use_case, one.key)) for one in draft.sections],
            "errors": _missing(use_case, draft),
            "files": selectors.evidence_of(use_case),
            "gate": intake_gate.shown(use_case, draft.answers, outcome),
            "may": _may_file(request, use_case),
            "precedents": panel(use_case, draft.answers, request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = _readable(request, reference)
    form = StatementForm(request.POST or None) if request.POST else StatementForm()
    if request.method == "POST" and form.is_valid():
        try:
            result = submitting.submit(
                use_case, truth=True, by=request.user, at=request.now, on=request.today
            )
        except Incomplete as error:
            form.add_error(None, error.message)
        else:
            return _filed(request, result)
    draft = selectors.draft(use_case)
    outcome = gate_check.ask(use_case, draft.answers, on=request.today)
    context = {
        "use_case": use_case,
        "crumbs": words.crumbs(use_case),
        "form": form,
        "errors": _missing(use_case, draft),
        "gate": intake_gate.shown(use_case, draft.answers, outcome),
        "blocks": outcome.answer.blocks,
        "short": _people_words(use_case, outcome),
        "may": _may_file(request, use_case),
    }
    return render(request, "reviews/intake/submit.html", context)


@require_safe
def refused(request: PortalRequest, reference: str) -> HttpResponse:
    """Why the gate does not take it, as of today, and what else is possible."""
    use_case = _readable(request, reference)
    answers = selectors.draft(use_case).answers
    outcome = gate_check.ask(use_case, answers, on=request.today)
    return render(
        request,
        "reviews/intake/refused.html",
        {
            "use_case": use_case,
            "crumbs": words.crumbs(use_case, form=False),
            "gate": intake_gate.shown(use_case, answers, outcome),
            "blocks": outcome.answer.blocks,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = words.case_for(request.user, reference)
    require(can_act(request.user, use_case, Action.WITHDRAW))
    if request.method == "POST":
        withdrawing.withdraw(use_case, by=request.user, at=request.now, on=request.today)
        messages.success(request, gettext("Withdrawn. You can open it again at any time."))
        return redirect("reviews:use_case", reference)
    context = {"use_case": use_case, "crumbs": words.crumbs(use_case, form=False)}
    return render(request, "reviews/intake/withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = words.case_for(request.user, reference)
    require(can_act(request.user, use_case, Action.REOPEN))
    if request.method == "POST":
        withdrawing.reopen(use_case, by=request.user, at=request.now, on=request.today)
        messages.success(request, gettext("It is a draft again."))
        return redirect("reviews:use_case_edit", reference)
    context = {"use_case": use_case, "crumbs": words.crumbs(use_case, form=False)}
    return render(request, "reviews/intake/reopen.html", context)


def _filed(request: PortalRequest, result: submitting.SubmitResult) -> HttpResponse:
    reference = result.use_case.reference
    if result.submission is None:
        return redirect("reviews:use_case_refused", reference)
    number = result.submission.number
    messages.success(
        request,
        gettext("Filed as submission %(number)d. A lead now assigns reviewers.")
        % {"number": number}
        if number == 1
        else gettext("Filed as submission %(number)d.") % {"number": number},
    )
    return redirect("reviews:use_case", reference)


def _readable(request: PortalRequest, reference: str) -> UseCase:
    use_case = words.case_for(request.user, reference)
    require(can_read_draft(request.user, use_case))
    return use_case


def _may_file(request: PortalRequest, use_case: UseCase) -> Ruling:
    first = use_case.current_state in {State.DRAFT, State.REFUSED}
    return can_act(request.user, use_case, Action.SUBMIT if first else Action.RESUBMIT)


def _missing(use_case: UseCase, draft: Draft) -> list[tuple[str, str]]:
    """What is missing, with the way there: each answer by name, many of one page together."""
    found = []
    for section in draft.sections:
        open_ = section.missing
        if len(open_) > 3:
            text = gettext("%(page)s: %(count)d answers") % {
                "page": section.title,
                "count": len(open_),
            }
            found.append((text, f"{words.page_url(use_case, section.key)}?check=1"))
            continue
        for row in open_:
            url = words.page_url(use_case, section.key, row.field)
            found.append((f"{section.title}: {row.label}", url))
    return found


def _people_words(use_case: UseCase, outcome: GateOutcome) -> list[str]:
    """Where no free person is left, the case says so before it is filed."""
    people = free_people(use_case, sensitive=outcome.is_sensitive)
    if people.enough:
        return []
    return [
        *people.sentences,
        gettext("You can file it all the same; it waits until the office has brought somebody in."),
    ]
