"""The reviewer's desk: judge item by item, take over, sign off."""

from dataclasses import replace

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain.enums import VerdictValue
from reviews.domain.errors import DomainError, Incomplete, NotPermitted, StaleVersion
from reviews.models import ChecklistItem, Evidence, Review, UseCase, Verdict
from reviews.permissions.reviewing import can_judge, can_open_desk
from reviews.permissions.rulings import require
from reviews.selectors import desk as selectors
from reviews.selectors.answers import item_anchor
from reviews.selectors.desk_items import Starting
from reviews.services import reviewing
from reviews.services.verdict_rows import Judgement
from reviews.web import changes
from reviews.web import reviewing_words as words
from reviews.web.forms.reviewing import SignOffForm, VerdictForm
from reviews.web.intake_words import saved_text
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.standing import senior_decision


def visible_review(request: PortalRequest, uid: str) -> Review:
    """The round, or 404 for one of a case that this person may not know of."""
    rows = Review.objects.filter(use_case__in=UseCase.objects.visible_to(request.user))
    found = get_object_or_404(
        rows.select_related("use_case__team", "use_case__customer", "submission", "standard"),
        uid=uid,
    )
    require(can_open_desk(request.user, found))
    return found


@require_safe
def review(request: PortalRequest, uid: str) -> HttpResponse:
    found = visible_review(request, uid)
    changes.look(request, found.use_case)
    desk = selectors.desk(found, request.user)
    context = {
        **_context(request, desk, beside=False),
        "returns": found.returns.select_related("by") if found.closed_at is None else (),
        "keys": words.keys(),
        "senior": senior_decision(found.use_case) if found.closed_at is None else (),
    }
    if desk.is_writing:
        context["form"] = _sign_off_form(request, desk, given_back(request))
    return render(request, "reviews/reviewing/desk.html", context)


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: PortalRequest, uid: str, item: str) -> HttpResponse:
    """One item on a page of its own; its POST keeps the verdict, by itself or by the button."""
    found = visible_review(request, uid)
    row = get_object_or_404(found.items.select_related("requirement", "probe"), uid=item)
    row.review = found
    if request.method != "POST":
        return _item_page(request, found, row, typed=given_back(request))
    form = VerdictForm(request.POST, evidence=_files(found))
    if "HTTP_X_AUTOSAVE" in request.META:
        return _autosave(request, row, form)
    return _save(request, row, form)


@require_http_methods(["GET", "HEAD", "POST"])
def carried_over(request: PortalRequest, uid: str) -> HttpResponse:
    """Take over the verdicts whose answers did not change, after a look at the list."""
    found = visible_review(request, uid)
    require(can_judge(request.user, found))
    desk = selectors.desk(found, request.user)
    if request.method != "POST":
        return render(request, "reviews/reviewing/carried_over.html", _context(request, desk))
    chosen = set(request.POST.getlist("item"))
    taken = [view for view in desk.carried if str(view.item.uid) in chosen]
    count = reviewing.confirm_verdicts(
        found,
        judgements=[(view.item, _judgement(view.starting)) for view in taken],
        by=request.user,
        at=request.now,
        on=request.today,
    )
    text = ngettext("%(n)d verdict taken over.", "%(n)d verdicts taken over.", count)
    messages.success(request, text % {"n": count})
    return redirect("reviews:review", found.uid)


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def sign_off(request: PortalRequest, uid: str) -> HttpResponse:
    found = visible_review(request, uid)
    desk = selectors.desk(found, request.user)
    data = request.POST if request.method == "POST" else given_back(request)
    form = _sign_off_form(request, desk, data)
    errors: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            _signed_off(request, found, form)
            return redirect("reviews:review", found.uid)
        except Incomplete as refusal:
            form.add_error(None, refusal.message)
            errors = words.open_links(desk, refusal.missing)
    context = {**_context(request, desk), "form": form, "errors": errors}
    return render(request, "reviews/reviewing/sign_off.html", context)


def _signed_off(request: PortalRequest, review: Review, form: SignOffForm) -> None:
    reviewing.sign_off(review, **form.arguments, by=request.user, at=request.now, on=request.today)
    forget(request)
    messages.success(request, gettext("You have signed off. A lead sees it once all have."))


def _save(request: PortalRequest, row: ChecklistItem, form: VerdictForm) -> HttpResponse:
    """A full submit. Whatever stops it, the item comes back with everything that was typed."""
    try:
        if form.is_valid():
            _write(request, row, form)
            forget(request)
            messages.success(request, gettext("Verdict on %(code)s saved.") % {"code": row.code})
            here = reverse("reviews:review", args=[row.review.uid])
            return redirect(f"{here}#{item_anchor(row.code)}")
    except StaleVersion as stale:
        return _item_page(request, row.review, row, typed=request.POST, stale=stale)
    except DomainError as error:
        form.add_error(None, error.message)
    return _item_page(request, row.review, row, typed=request.POST, form=form)


def _autosave(request: PortalRequest, row: ChecklistItem, form: VerdictForm) -> JsonResponse:
    """The protocol stands at the top of ``static/js/autosave.js``."""
    if not form.is_valid():
        first = next(iter(form.errors.values()))[0]
        return JsonResponse({"message": gettext("Not saved: %s") % first}, status=400)
    try:
        saved = _write(request, row, form)
    except StaleVersion as stale:
        panel = {"conflicts": words.conflicts(stale), "version": stale.version}
        html = render_to_string("components/conflict_panel.html", panel)
        return JsonResponse({"version": stale.version, "html": html}, status=409)
    except DomainError as error:
        status = 403 if isinstance(error, NotPermitted) else 400
        refusal = gettext("Not saved: %s") % error.message
        return JsonResponse({"message": refusal}, status=status)
    forget(request)
    text = saved_text(saved.saved_at, now=request.now)
    return JsonResponse({"version": saved.version, "saved_at_text": text})


def _write(request: PortalRequest, row: ChecklistItem, form: VerdictForm) -> Verdict:
    """Keep the verdict; after the sign-off as a new, dated one."""
    signed = row.review.assignments.filter(
        reviewer=request.user, recused_at__isnull=True, signed_off_at__isnull=False
    )
    write = reviewing.change_verdict if signed.exists() else reviewing.save_verdict
    return write(row, **form.arguments, by=request.user, at=request.now, on=request.today)


def _judgement(said: Starting) -> Judgement:
    return Judgement(said.value, said.note, said.gap_plan, said.evidence)


def _typed(data: QueryDict, desk: selectors.Desk, version: int | None) -> Starting:
    """What stands in the form again, whatever was wrong with it."""
    given = data.get("version", "")
    seen = int(given) if given.isdigit() else 0
    chosen = set(data.getlist("evidence"))
    return Starting(
        data.get("value", ""),
        data.get("note", ""),
        data.get("gap_plan", ""),
        frozenset(file.pk for file in desk.evidence if str(file.uid) in chosen),
        seen if version is None else version,
    )


def _item_page(
    request: PortalRequest,
    review: Review,
    row: ChecklistItem,
    *,
    typed: QueryDict | None = None,
    form: VerdictForm | None = None,
    stale: StaleVersion | None = None,
) -> HttpResponse:
    desk = selectors.desk(review, request.user)
    views = desk.items
    place = next((n for n, view in enumerate(views) if view.item.pk == row.pk), None)
    if place is None:
        raise Http404
    view = views[place]
    if typed is not None:
        version = stale.version if stale else None
        view = replace(view, typed=_typed(typed, desk, version))
    context = {
        **_context(request, desk),
        "view": view,
        "before": views[place - 1] if place else None,
        "after": views[place + 1] if place + 1 < len(views) else None,
        "verdict_form": form,
        "conflicts": words.conflicts(stale) if stale else None,
        "version": stale.version if stale else None,
    }
    return render(request, "reviews/reviewing/item.html", context, status=409 if stale else 200)


def _context(
    request: PortalRequest, desk: selectors.Desk, *, beside: bool = True
) -> dict[str, object]:
    """``beside``: on a page beside the desk, which then stands in the crumbs."""
    return {
        "desk": desk,
        "review": desk.review,
        "use_case": desk.review.use_case,
        "crumbs": words.crumbs(desk.review, desk=beside),
        "progress": words.progress_text(desk.answered, len(desk.due)),
        "due_text": words.due_text(desk),
        "choices": list(VerdictValue),
    }


def _sign_off_form(
    request: PortalRequest, desk: selectors.Desk, data: QueryDict | None
) -> SignOffForm:
    """A review that was sent back keeps the reasons given before as a first text."""
    before = desk.mine.recommendation_reasons if desk.mine else ""
    return SignOffForm(data, reader=request.user, initial={"reasons": before})


def _files(review: Review) -> QuerySet[Evidence]:
    return Evidence.objects.filter(use_case=review.use_case_id, removed_at__isnull=True)
