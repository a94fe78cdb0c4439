"""One page of the form: read, save, save by itself, and two texts at once."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reviews.domain import intake
from reviews.domain.errors import DomainError, NotPermitted, StaleVersion
from reviews.domain.intake import Section
from reviews.models import DraftPage, UseCase
from reviews.permissions.intake import can_read_draft
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import can_edit
from reviews.selectors import intake as selectors
from reviews.selectors.intake import Draft
from reviews.services import drafting
from reviews.web import intake_words as words
from reviews.web.forms.intake import PageForm
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.requests import PortalRequest


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PortalRequest, reference: str, page: str) -> HttpResponse:
    use_case = words.case_for(request.user, reference)
    require(can_read_draft(request.user, use_case))
    draft = _with_typed(request, selectors.draft(use_case), page)
    if request.method != "POST":
        return _show(request, use_case, draft, page)
    if request.POST.get("go") == "discard":
        forget(request)
        return redirect("reviews:use_case_page", reference, page)
    form = _form(request, draft, page, data=request.POST)
    if _is_autosave(request):
        return _autosave(request, use_case, draft, page, form)
    return _save(request, use_case, draft, page, form)


def _with_typed(request: PortalRequest, draft: Draft, page: str) -> Draft:
    """A scenario that was removed meanwhile still gets its page when somebody typed into it."""
    gone = intake.is_scenario(page) and page not in draft.answers
    if gone and (request.method == "POST" or given_back(request) is not None):
        return replace(draft, answers={**draft.answers, page: {}})
    return draft


def _save(
    request: PortalRequest, use_case: UseCase, draft: Draft, page: str, form: PageForm
) -> HttpResponse:
    """A full submit. Whatever stops it, the page comes back with everything that was typed."""
    try:
        if form.is_valid():
            _write(request, use_case, page, form)
            forget(request)
            return _next(request, use_case, draft, page)
    except StaleVersion as stale:
        return _both_texts(request, use_case, page, form, stale)
    except DomainError as error:
        form.add_error(None, error.message)
    return _draw(request, use_case, draft, page, form)


def _autosave(
    request: PortalRequest, use_case: UseCase, draft: Draft, page: str, form: PageForm
) -> JsonResponse:
    """The protocol stands at the top of ``static/js/autosave.js``."""
    if not form.is_valid():
        first = next(iter(form.errors.values()))[0]
        return JsonResponse({"message": gettext("Not saved: %s") % first}, status=400)
    try:
        saved = _write(request, use_case, page, form)
    except StaleVersion as stale:
        panel = _panel(request, page, form, stale, selectors.draft(use_case))
        html = render_to_string("components/conflict_panel.html", panel)
        return JsonResponse(
            {
                "version": stale.version,
                "html": html,
                "yours": stale.yours,
                "theirs": stale.theirs,
            },
            status=409,
        )
    except DomainError as error:
        status = 403 if isinstance(error, NotPermitted) else 400
        return JsonResponse({"message": error.message}, status=status)
    forget(request)
    return JsonResponse(
        {
            "version": saved.version,
            "saved_at_text": words.saved_text(saved.saved_at, now=request.now),
        }
    )


def _write(request: PortalRequest, use_case: UseCase, page: str, form: PageForm) -> DraftPage:
    return drafting.save_page(
        use_case,
        page,
        answers=form.answers,
        version=form.seen_version,
        by=request.user,
        at=request.now,
        on=request.today,
    )


def _next(request: PortalRequest, use_case: UseCase, before: Draft, page: str) -> HttpResponse:
    """Where the button leads; stay where the answers opened questions that were not drawn."""
    drawn = {question.id for question in intake.fields_on(before.answers, page)}
    draft = selectors.draft(use_case)
    opened = [q for q in intake.fields_on(draft.answers, page) if q.id not in drawn]
    if opened and request.POST.get("go") != "list":
        messages.info(request, gettext("Your answers open more questions on this page."))
        return redirect(words.page_url(use_case, page, opened[0].id))
    if request.POST.get("go") == "next":
        following = words.after(draft.sections, page)
        if following is not None:
            return redirect(words.page_url(use_case, following.key))
        return redirect("reviews:use_case_evidence", use_case.reference)
    if request.POST.get("go") == "stay":
        return redirect(words.page_url(use_case, page))
    return redirect("reviews:use_case_edit", use_case.reference)


def _show(request: PortalRequest, use_case: UseCase, draft: Draft, page: str) -> HttpResponse:
    kept = given_back(request)
    if kept is None:
        form = _form(request, draft, page)
    else:
        form = _form(request, draft, page, data=kept)
        form.is_valid()
    return _draw(request, use_case, draft, page, form, restored=kept is not None)


def _both_texts(
    request: PortalRequest, use_case: UseCase, page: str, form: PageForm, stale: StaleVersion
) -> HttpResponse:
    """The form with the person's text, both texts above it; the next save carries their version."""
    draft = selectors.draft(use_case)
    data = request.POST.copy()
    data["version"] = str(stale.version)
    form = _form(request, draft, page, data=data)
    form.is_valid()
    panel = _panel(request, page, form, stale, draft)
    return _draw(request, use_case, draft, page, form, panel=panel, status=409)


def _panel(
    request: PortalRequest, page: str, form: PageForm, stale: StaleVersion, draft: Draft
) -> dict[str, object]:
    found = words.conflicts(page, stale.yours, stale.theirs, draft.answers)
    return words.conflict_context(draft.page(page), found, reader=request.user, now=request.now)


def _draw(
    request: PortalRequest,
    use_case: UseCase,
    draft: Draft,
    page: str,
    form: PageForm,
    *,
    panel: dict[str, object] | None = None,
    restored: bool = False,
    status: int = 200,
) -> HttpResponse:
    section = next((one for one in draft.sections if one.key == page), None)
    if section is None:
        raise Http404
    may = can_edit(request.user, use_case)
    context = {
        "use_case": use_case,
        "crumbs": words.crumbs(use_case),
        "section": section,
        "blank": intake.blank(page),
        "form": form.mark_required(),
        "may": may,
        "panel": panel,
        "restored": restored,
        "missing": [] if form.is_bound else _missing(request, section),
        "saved_at_text": words.saved_text(draft.page(page).saved_at, now=request.now),
        "url": reverse("reviews:use_case_page", args=[use_case.reference, page]),
        "is_scenario": intake.is_scenario(page),
    }
    template = "page.html" if may or form.is_bound else "page_read.html"
    return render(request, f"reviews/intake/{template}", context, status=status)


def _missing(request: PortalRequest, section: Section) -> list[tuple[str, str]]:
    """What is still open on the page, for somebody who comes from checking the answers."""
    if "check" not in request.GET:
        return []
    return [(row.label, f"#id_{row.field}") for row in section.missing]


def _form(request: PortalRequest, draft: Draft, page: str, data: object | None = None) -> PageForm:
    if intake.blank(page) is None or (intake.is_scenario(page) and page not in draft.answers):
        raise Http404
    initial = {
        **draft.answers.get(page, {}),
        "version": draft.page(page).version,
        "typed_by": str(request.user.uid),
    }
    notes = words.notes(selectors.closing_days(draft.answers)) if page == "deployment" else {}
    choices = selectors.choices(page, draft.answers, user=request.user)
    return PageForm(page, draft.answers, choices, notes, data, initial=initial)


def _is_autosave(request: PortalRequest) -> bool:
    return request.headers.get("X-Autosave") == "1" or request.POST.get("autosave") == "1"
