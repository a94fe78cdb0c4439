"""Begin a use case; the task list; add and remove scenarios."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.domain import intake
from reviews.domain.enums import Action
from reviews.domain.errors import DomainError
from reviews.models import Customer, Team, UseCase
from reviews.permissions.intake import can_read_draft
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import can_act, can_edit, can_manage_co_authors
from reviews.selectors import intake as selectors
from reviews.services import drafting
from reviews.web import intake_words as words
from reviews.web.forms.intake import NewUseCaseForm
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.precedent_words import panel
from reviews.web.requests import PortalRequest


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PortalRequest) -> HttpResponse:
    teams = selectors.teams_of(request.user)
    posted = request.method == "POST"
    kept = None if posted else given_back(request)
    form = NewUseCaseForm(
        teams,
        selectors.capability_groups(),
        request.POST if posted else kept,
        initial=_prefilled(request, teams),
    )
    if posted and form.is_valid():
        try:
            use_case = _create(request, form)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            return redirect("reviews:use_case_edit", use_case.reference)
    context = {"form": form, "has_team": bool(teams), "restored": kept is not None}
    return render(request, "reviews/intake/new.html", context)


@require_safe
def tasks(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = words.case_for(request.user, reference)
    require(can_read_draft(request.user, use_case))
    draft = selectors.draft(use_case)
    files = selectors.evidence_of(use_case)
    sections = draft.sections
    return render(
        request,
        "reviews/intake/tasks.html",
        {
            "use_case": use_case,
            "crumbs": words.crumbs(use_case, form=False),
            "groups": words.task_groups(use_case, draft, len(files)),
            "done": sum(section.is_complete for section in sections),
            "total": len(sections),
            "can_edit": can_edit(request.user, use_case),
            "can_manage": can_manage_co_authors(request.user, use_case),
            "can_withdraw": can_act(request.user, use_case, Action.WITHDRAW),
            "precedents": panel(use_case, draft.answers, request.user),
        },
    )


@require_POST
def add_scenario(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = words.case_for(request.user, reference)
    page = drafting.add_scenario(use_case, by=request.user, at=request.now, on=request.today)
    return redirect("reviews:use_case_page", reference, page.page)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_scenario(request: PortalRequest, reference: str, page: str) -> HttpResponse:
    use_case = words.case_for(request.user, reference)
    require(can_read_draft(request.user, use_case))
    draft = selectors.draft(use_case)
    section = next((one for one in draft.sections if one.key == page), None)
    if section is None or not intake.is_scenario(page):
        raise Http404
    if request.method == "POST":
        drafting.remove_scenario(use_case, page, by=request.user, at=request.now, on=request.today)
        messages.success(request, gettext("Scenario “%s” removed.") % section.title)
        return redirect("reviews:use_case_edit", reference)
    return render(
        request,
        "reviews/intake/remove_scenario.html",
        {"use_case": use_case, "crumbs": words.crumbs(use_case), "section": section},
    )


def _create(request: PortalRequest, form: NewUseCaseForm) -> UseCase:
    customer = form.cleaned_data["customer"]
    seen = Customer.objects.visible_to(request.user)
    return drafting.create_use_case(
        form.cleaned_data["team"],
        title=form.cleaned_data["title"],
        capabilities=form.cleaned_data["capabilities"],
        customer=seen.filter(uid=customer).first() if _is_uuid(customer) else None,
        facts=form.facts,
        uid=form.attempt_of(request.user),
        by=request.user,
        at=request.now,
        on=request.today,
    )


def _prefilled(request: PortalRequest, teams: QuerySet[Team]) -> dict[str, object]:
    """What the gate page learned, from its link here; a single team is chosen already."""
    given: dict[str, object] = {name: request.GET[name] for name in request.GET}
    given["capabilities"] = [
        *request.GET.getlist("capability"),
        *request.GET.getlist("capabilities"),
    ]
    own = list(teams[:2])
    return given | ({"team": own[0].uid} if len(own) == 1 else {})


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
