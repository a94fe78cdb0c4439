"""Conditions: whose turn it is, and the page of one."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain.errors import DomainError, StateConflict
from reviews.models import Condition
from reviews.permissions.deciding import can_confirm_met, can_give_proof, can_reopen_condition
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import can_view
from reviews.selectors import conditions as selectors
from reviews.services import conditions as services
from reviews.web.forms.conditions import ProofForm, VerifyForm
from reviews.web.kept_text import forget, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.views.condition_list import every_condition
from reviews.web.views.deciding import typed


@require_safe
def conditions(request: PortalRequest) -> HttpResponse:
    """Mine to keep, mine to verify, and the overdue ones; or all that I may see, by a filter."""
    if request.GET:
        return every_condition(request)
    user, on = request.user, request.today
    return render(
        request,
        "reviews/deciding/conditions.html",
        {
            "to_prove": selectors.lines(selectors.to_prove(user), on=on),
            "to_verify": selectors.lines(selectors.to_verify(user), on=on),
            "with_others": selectors.lines(selectors.with_others(user), on=on),
            "overdue": selectors.lines(selectors.overdue(user, on=on), on=on),
        },
    )


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def condition(request: PortalRequest, uid: str) -> HttpResponse:
    """The owner gives proof, the verifier confirms or reopens."""
    row = _condition(request, uid)
    use_case = row.decision.decision_round.use_case
    holds = selectors.in_force().filter(pk=row.pk).exists()
    _refuse_late(request, row, holds=holds)
    proof = _proof_form(request, row) if holds and can_give_proof(request.user, row) else None
    may_confirm = holds and can_confirm_met(request.user, row)
    may_reopen = holds and can_reopen_condition(request.user, row)
    verify = (
        VerifyForm(_typed_for(request, "confirm", "reopen")) if may_confirm or may_reopen else None
    )
    posted = request.method == "POST"
    if (posted and proof and proof.is_valid() and _proved(request, row, proof)) or (
        posted and verify and verify.is_valid() and _verified(request, row, verify)
    ):
        return redirect("reviews:condition", row.uid)
    sees_case = bool(can_view(request.user, use_case))
    context = {
        "use_case": use_case,
        "condition": row,
        "line": selectors.line_of(row, on=request.today, binds=selectors.binding(use_case)),
        "holds": holds,
        "sees_case": sees_case,
        "proof": proof,
        "verify": verify,
        "may_confirm": may_confirm,
        "may_reopen": may_reopen,
        "crumbs": _crumbs(row, sees_case=sees_case),
    }
    return render(request, "reviews/deciding/condition.html", context)


def _refuse_late(request: PortalRequest, row: Condition, *, holds: bool) -> None:
    """Somebody else was faster, or it is not theirs: a refusal that gives the text back."""
    asked = {"prove": can_give_proof, "confirm": can_confirm_met, "reopen": can_reopen_condition}
    for button in asked.keys() & request.POST.keys():
        require(asked[button](request.user, row))
        if not holds:
            raise StateConflict(
                gettext(
                    "The decision that set this condition is not in force any more, so nobody has"
                    " to act on it."
                )
            )


def _condition(request: PortalRequest, uid: str) -> Condition:
    rows = selectors.named_in(request.user).select_related(
        "owner",
        "verifier",
        "verified_by",
        "proof_by",
        "proof_evidence",
        "decision__intended_use",
        "decision__decision_round__use_case__team",
    )
    return get_object_or_404(rows, uid=uid)


def _crumbs(row: Condition, *, sees_case: bool) -> list[tuple[str, str]]:
    use_case = row.decision.decision_round.use_case
    path = [(gettext("Conditions"), reverse("reviews:conditions"))]
    if sees_case:
        path.append((use_case.reference, use_case.get_absolute_url()))
    return path


def _typed_for(request: PortalRequest, *buttons: str) -> QueryDict | None:
    data = typed(request)
    return data if data is not None and any(button in data for button in buttons) else None


def _proof_form(request: PortalRequest, row: Condition) -> ProofForm:
    use_case = row.decision.decision_round.use_case
    files = list(use_case.evidence.filter(removed_at__isnull=True))
    said = {
        "proof": row.proof,
        "evidence": str(row.proof_evidence.uid) if row.proof_evidence else "",
    }
    return ProofForm(_typed_for(request, "prove"), files=files, initial=said)


def _proved(request: PortalRequest, row: Condition, form: ProofForm) -> bool:
    try:
        services.give_proof(
            row, **form.arguments, by=request.user, at=request.now, on=request.today
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    forget(request)
    messages.success(
        request, gettext("The proof is recorded. %(who)s confirms it.") % {"who": row.verifier}
    )
    return True


def _verified(request: PortalRequest, row: Condition, form: VerifyForm) -> bool:
    act = services.confirm_met if "confirm" in request.POST else services.reopen
    try:
        act(
            row,
            note=form.cleaned_data["note"],
            by=request.user,
            at=request.now,
            on=request.today,
        )
    except DomainError as error:
        form.add_error("note", error.message)
        return False
    done = gettext("Confirmed as met.") if "confirm" in request.POST else gettext("Reopened.")
    forget(request)
    messages.success(request, done)
    return True
