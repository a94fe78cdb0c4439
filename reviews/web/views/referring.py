"""Refer a case to the panel, advise, close."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reviews.domain.errors import DomainError, NotPermitted, StateConflict
from reviews.models import Referral, ReferralMember, UseCase
from reviews.permissions.deciding import (
    can_advise,
    can_close_referral,
    can_read_referral,
    can_refer,
)
from reviews.permissions.rulings import require
from reviews.selectors.deciding import panel_for
from reviews.services import referring as services
from reviews.web.forms.referring import AdviceForm, ReferForm, SummaryForm
from reviews.web.kept_text import forget, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.views.deciding import crumbs, typed, visible


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def refer(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = visible(request, reference)
    require(can_refer(request.user, use_case))
    form = ReferForm(typed(request), panel=panel_for(use_case))
    if request.method == "POST" and form.is_valid():
        try:
            row = services.refer(
                use_case, **form.arguments, by=request.user, at=request.now, on=request.today
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, gettext("The panel is asked."))
            return redirect("reviews:referral", row.uid)
    context = {"use_case": use_case, "form": form, "crumbs": crumbs(use_case, decision=True)}
    return render(request, "reviews/deciding/refer.html", context)


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def referral(request: PortalRequest, uid: str) -> HttpResponse:
    """Who was asked and what they said; a member advises, a lead closes."""
    row = _referral(request, uid)
    require(can_read_referral(request.user, row))
    _refuse_late(request, row)
    seats = list(row.members.select_related("user"))
    mine = next((seat for seat in seats if seat.user_id == request.user.pk), None)
    may_advise = mine is not None and can_advise(request.user, mine)
    may_close = row.closed_at is None and can_close_referral(request.user, row.use_case)
    advice = _advice_form(request, mine) if may_advise else None
    summary = SummaryForm(_typed_for(request, "close")) if may_close else None
    if request.method == "POST":
        if advice and mine and advice.is_valid() and _advised(request, mine, advice):
            return redirect("reviews:referral", row.uid)
        if summary and summary.is_valid() and _closed(request, row, summary):
            return redirect("reviews:decision", row.use_case.reference)
    return render(
        request,
        "reviews/deciding/referral.html",
        {
            "use_case": row.use_case,
            "referral": row,
            "seats": seats,
            "mine": mine,
            "advice": advice,
            "summary": summary,
            "crumbs": crumbs(row.use_case, decision=True),
        },
    )


def _refuse_late(request: PortalRequest, row: Referral) -> None:
    """Somebody else was faster, or it is not theirs: a refusal that gives the text back."""
    if "advise" in request.POST:
        mine = row.members.select_related("referral__use_case").filter(user=request.user).first()
        if mine is None:
            raise NotPermitted(gettext("Only the panel members who were asked can give advice."))
        require(can_advise(request.user, mine))
    if "close" in request.POST:
        require(can_close_referral(request.user, row.use_case))
        if row.closed_at is not None:
            raise StateConflict(gettext("This referral is closed already."))


def _referral(request: PortalRequest, uid: str) -> Referral:
    visible_cases = UseCase.objects.visible_to(request.user)
    rows = Referral.objects.filter(use_case__in=visible_cases).select_related(
        "use_case__team", "use_case__customer", "referred_by", "closed_by"
    )
    return get_object_or_404(rows, uid=uid)


def _typed_for(request: PortalRequest, button: str) -> QueryDict | None:
    data = typed(request)
    return data if data is not None and button in data else None


def _advice_form(request: PortalRequest, mine: ReferralMember | None) -> AdviceForm:
    said = (
        {
            "advice": mine.advice,
            "attended": "yes" if mine.attended else "no",
            "dissent": mine.dissent,
        }
        if mine and mine.given_at
        else None
    )
    return AdviceForm(_typed_for(request, "advise"), initial=said)


def _advised(request: PortalRequest, mine: ReferralMember, form: AdviceForm) -> bool:
    try:
        services.advise(mine, **form.arguments, by=request.user, at=request.now, on=request.today)
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    forget(request)
    messages.success(request, gettext("Your advice is on record."))
    return True


def _closed(request: PortalRequest, row: Referral, form: SummaryForm) -> bool:
    try:
        services.close(row, **form.cleaned_data, by=request.user, at=request.now, on=request.today)
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    forget(request)
    messages.success(request, gettext("The referral is closed. The case waits for its decision."))
    return True
