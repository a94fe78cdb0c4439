"""Read and record decisions, countersign them, send a review back."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from reviews.domain import intake
from reviews.domain.enums import State
from reviews.domain.errors import DomainError, NotPermitted
from reviews.models import Condition, Review, UseCase, User
from reviews.permissions.deciding import (
    can_close_referral,
    can_countersign,
    can_decide,
    can_open_rereview,
    can_refer,
    can_return_to_review,
    sees_proposals,
)
from reviews.permissions.involvement import Involvement, involvement_of
from reviews.permissions.outsiders import may_name_outsiders
from reviews.permissions.rulings import Ruling, require
from reviews.permissions.staffing import PeopleAround, free_people, people_around
from reviews.selectors import conditions as condition_selectors
from reviews.selectors import deciding as selectors
from reviews.selectors import decision_page, decision_rounds, findings
from reviews.services import deciding as services
from reviews.services import rereviewing
from reviews.web import changes
from reviews.web.consistency_words import signed_lines
from reviews.web.decision_words import effects, previews
from reviews.web.forms.deciding import CountersignForm, DecisionForm, ReturnForm
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.reauthenticating import is_really
from reviews.web.requests import PortalRequest
from reviews.web.standing import senior_decision


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def decision(request: PortalRequest, reference: str) -> HttpResponse:
    """Everybody who sees the case reads; a free lead decides: fill in, look again, record."""
    case = _opened(request, reference)
    use_case = case.row
    ruling = can_decide(request.user, use_case, part=case.part)
    if request.method == "GET":
        changes.look(request, use_case)
        return _page(request, case, ruling, _form(request, case) if ruling else None)
    if ruling.error is NotPermitted:
        require(ruling)
    form = _form(request, case)
    if not ruling or not form.is_valid():
        return _page(request, case, ruling, form, status=200 if ruling else 409)
    if "confirmed" not in request.POST:
        return _confirm(request, use_case, form)
    try:
        services.record_decision(
            use_case,
            scenarios=form.decisions,
            by=request.user,
            at=request.now,
            on=request.today,
        )
    except DomainError as error:
        return _page(request, case, ruling, form, refusal=error.message, status=409)
    forget(request)
    messages.success(request, gettext("The decision is recorded."))
    return redirect("reviews:decision", use_case.reference)


@keeps_typed_text
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def countersign(request: PortalRequest, reference: str) -> HttpResponse:
    """A second lead agrees or refuses, with the password typed again."""
    use_case = visible(request, reference)
    require(can_countersign(request.user, use_case))
    waiting = decision_rounds.waiting_round(use_case)
    form = CountersignForm(typed(request))
    if request.method == "POST" and waiting and form.is_valid() and is_really(request, form):
        try:
            services.countersign(
                waiting, **form.arguments, by=request.user, at=request.now, on=request.today
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, _countersigned(form))
            return redirect("reviews:decision", use_case.reference)
    shown = decision_rounds.rounds_of(use_case, on=request.today, proposals=True)
    return render(
        request,
        "reviews/deciding/countersign.html",
        {
            "use_case": use_case,
            "form": form,
            "round": next((one for one in shown if one.waiting), None),
            "findings": findings.review_summary(use_case),
            "senior": senior_decision(use_case),
            "crumbs": crumbs(use_case, decision=True),
        },
    )


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def return_to_review(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = visible(request, reference)
    require(can_return_to_review(request.user, use_case))
    form = ReturnForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.return_to_review(
                use_case, **form.cleaned_data, by=request.user, at=request.now, on=request.today
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, gettext("The reviewers have it again."))
            return redirect(use_case)
    context = {"use_case": use_case, "form": form, "crumbs": crumbs(use_case, decision=True)}
    return render(request, "reviews/deciding/return.html", context)


@require_http_methods(["GET", "POST"])
def rereview(request: PortalRequest, reference: str) -> HttpResponse:
    """A lead opens the re-review: on its day, or earlier on a trigger."""
    use_case = visible(request, reference)
    require(can_open_rereview(request.user, use_case))
    if request.method == "POST":
        rereviewing.open_rereview(use_case, by=request.user, at=request.now, on=request.today)
        messages.success(request, gettext("The re-review is open. Assign its reviewers."))
        return redirect(use_case)
    context = {"use_case": use_case, "crumbs": crumbs(use_case, decision=True)}
    return render(request, "reviews/deciding/rereview.html", context)


def visible(request: PortalRequest, reference: str) -> UseCase:
    rows = UseCase.objects.visible_to(request.user).with_people()
    return get_object_or_404(rows, reference=reference)


def typed(request: PortalRequest) -> QueryDict | None:
    """What was posted, or what this person typed here before signing in again."""
    return request.POST if request.method == "POST" else given_back(request)


def crumbs(use_case: UseCase, *, decision: bool = False) -> list[tuple[str, str]]:
    path = [
        (gettext("Use cases"), reverse("reviews:use_cases")),
        (use_case.reference, use_case.get_absolute_url()),
    ]
    if decision:
        path.append((gettext("Decision"), reverse("reviews:decision", args=[use_case.reference])))
    return path


@dataclass(frozen=True, slots=True)
class Opened:
    """A case with what its decision page reads once: the reader's part, and what was decided.

    ``around``: the people around the case, for the office only.
    """

    row: UseCase
    part: Involvement
    recorded: decision_rounds.Recorded
    office: bool
    around: PeopleAround


def _opened(request: PortalRequest, reference: str) -> Opened:
    rows = decision_page.for_page(UseCase.objects.visible_to(request.user))
    row = get_object_or_404(rows, reference=reference)
    part = involvement_of(request.user, row)
    office = sees_proposals(request.user, row, part=part)
    return Opened(
        row,
        part,
        decision_rounds.recorded(row) if part.case_decided else [],
        office,
        people_around(row) if office else {},
    )


def _form(request: PortalRequest, case: Opened) -> DecisionForm:
    data = typed(request)
    if data is not None and request.method != "POST":
        data = data.copy()
        data["change"] = "1"  # given back after the sign-in: to go on with, not to be judged yet
    earlier: dict[int, list[Condition]] = {}
    refused = decision_rounds.refused_last(case.recorded) if data is None else []
    for row in decision_rounds.unmet(case.row, case.recorded) if data is None else ():
        earlier.setdefault(row.decision.intended_use_id, []).append(row)
    return DecisionForm(
        list(case.row.intended_uses.filter(dropped_at__isnull=True)),
        people=selectors.condition_people(case.around),
        on=request.today,
        data=data,
        earlier=earlier,
        refused={one.intended_use_id: one for one in refused},
    )


def _page(
    request: PortalRequest,
    case: Opened,
    ruling: Ruling,
    form: DecisionForm | None,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The decision page; a refused decision keeps every word that was typed."""
    user, use_case, part, office = request.user, case.row, case.part, case.office
    appeals = decision_page.appeals_of(use_case)
    appeal = next((one for one in appeals if one.is_open), None)
    rounds = decision_rounds.rounds_of(
        use_case, on=request.today, proposals=office, known=case.recorded
    )
    found = findings.review_summary(use_case) if office else None
    return render(
        request,
        "reviews/deciding/decision.html",
        {
            "use_case": use_case,
            "form": form,
            "refusal_to_sign": next((r for r in rounds[:1] if form and r.refused), None),
            "restored": form is not None and form.data is not None and request.method != "POST",
            "may_decide": bool(ruling),
            "refusal": refusal or ("" if ruling else ruling.reason),
            "shows_refusal": bool(refusal or form) or _waits_for_leads(user, use_case),
            "rounds": rounds,
            "referrals": [
                (referral, office or was_asked)
                for referral, was_asked in decision_page.referrals_of(use_case, user)
            ],
            "returns": decision_page.returns_of(use_case) if office else [],
            "appeal": appeal,
            "withdrawn_appeals": [one for one in appeals if one.is_withdrawn],
            "appealed": next((r for r in rounds if appeal and appeal.is_against(r.row)), None),
            "office": office,
            "findings": found,
            "sections": intake.as_rows(decision_page.answers_to_judge(use_case)) if form else [],
            "forgotten": signed_lines(request, use_case, found) if form else None,
            "senior": senior_decision(use_case, decision_page.senior_rules_of(use_case)),
            "free": free_people(use_case, around=case.around) if office else None,
            "may_name": may_name_outsiders(user, use_case, part=part),
            "may_return": can_return_to_review(user, use_case, part=part),
            "may_refer": can_refer(user, use_case, part=part),
            "may_close": can_close_referral(user, use_case, part=part),
            "may_countersign": can_countersign(user, use_case, part=part),
            "may_rereview": can_open_rereview(user, use_case, part=part),
            "crumbs": crumbs(use_case),
        },
        status=status,
    )


def _confirm(request: PortalRequest, use_case: UseCase, form: DecisionForm) -> HttpResponse:
    review = Review.objects.filter(use_case=use_case, closed_at__isnull=True).first()
    consequences = effects(
        use_case,
        form.decisions,
        sensitive=use_case.is_sensitive or bool(review and review.is_sensitive),
        unmet=condition_selectors.unmet_of(use_case).count(),
        on=request.today,
    )
    return render(
        request,
        "reviews/deciding/confirm.html",
        {
            "use_case": use_case,
            "form": form,
            "previews": previews(form.decisions),
            "effects": consequences,
            "crumbs": crumbs(use_case, decision=True),
        },
    )


def _waits_for_leads(user: User, use_case: UseCase) -> bool:
    """Whether a lead who may not decide here is told why."""
    waits = use_case.current_state in {State.AWAITING_DECISION, State.UNDER_APPEAL}
    return waits and user.has_perm("reviews.decide_usecase")


def _countersigned(form: CountersignForm) -> str:
    if form.arguments["agreed"]:
        return gettext("Countersigned. The decision is in force.")
    return gettext("Refused. The deciding lead reads your reason.")
