"""One item of a checklist: keep the verdict, by itself or by a button, and go on to the next."""

from dataclasses import replace

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reviews.domain.errors import DomainError, StaleVersion
from reviews.models import ChecklistItem, Evidence, Review, Verdict
from reviews.permissions.involvement import Part
from reviews.permissions.reviewing import can_sign_off
from reviews.selectors import desk as selectors
from reviews.selectors.answers import item_anchor
from reviews.selectors.desk_items import Starting
from reviews.services import reviewing
from reviews.web import reviewing_words as words
from reviews.web.autosaving import answered, invalid
from reviews.web.forms.reviewing import VerdictForm
from reviews.web.intake_words import saved_text
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.views.desk import desk_context, following_place, next_place, opened_review


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: PortalRequest, uid: str, item: str) -> HttpResponse:
    """One item on a page of its own; its POST keeps the verdict, by itself or by the button."""
    found, part = opened_review(request, uid)
    row = get_object_or_404(found.items.select_related("requirement", "probe"), uid=item)
    row.review = found
    if request.method != "POST":
        return _item_page(request, found, row, typed=given_back(request), part=part)
    form = VerdictForm(request.POST, evidence=_files(found))
    if "HTTP_X_AUTOSAVE" in request.META:
        return _autosave(request, row, form)
    return _save(request, row, form)


def _save(request: PortalRequest, row: ChecklistItem, form: VerdictForm) -> HttpResponse:
    """A full submit. Whatever stops it, the item comes back with everything that was typed."""
    try:
        if form.is_valid():
            _write(request, row, form)
            forget(request)
            messages.success(request, gettext("Verdict on %(code)s saved.") % {"code": row.code})
            onwards = "next" in request.POST
            return redirect(_onwards(request, row) if onwards else _back(request, row))
    except StaleVersion as stale:
        return _item_page(request, row.review, row, typed=request.POST, stale=stale)
    except DomainError as error:
        form.add_error(None, error.message)
    return _item_page(request, row.review, row, typed=request.POST, form=form)


def _onwards(request: PortalRequest, row: ChecklistItem) -> str:
    """The next open item in reading order, from the top after the last; then another case.

    After the last required item that is the case that needs this person most, with a way back to
    this one's sign-off; where none does, the sign-off itself.
    """
    review = row.review
    seat = review.assignments.filter(reviewer=request.user, recused_at__isnull=True).first()
    if seat is None or seat.signed_off_at is not None:
        return next_place(request, review)
    open_ = reviewing.open_items(review, seat)
    if open_:
        return _place(next((one for one in open_ if one.position > row.position), open_[0]))
    may_sign = bool(can_sign_off(request.user, review))
    following = following_place(request, review)
    if may_sign and not following:
        messages.info(request, gettext("Every required item has your verdict."))
        return f"{words.desk_place(review)}#sign-off"
    messages.info(request, _judged(review, may_sign=may_sign))
    return following or reverse("reviews:reviews")


def _judged(review: Review, *, may_sign: bool) -> str:
    """That this case is judged, with the way to its sign-off: the next page shows another one."""
    text = gettext("Every required item of %(case)s has your verdict.") % {
        "case": review.use_case.reference
    }
    if not may_sign:
        return text
    return format_html(
        '{} <a href="{}">{}</a>',
        text,
        reverse("reviews:review_sign_off", args=[review.uid]),
        gettext("Sign off %(case)s") % {"case": review.use_case.reference},
    )


def _back(request: PortalRequest, row: ChecklistItem) -> str:
    """Where the person came from: the comparison of two reviewers, or the desk."""
    if request.GET.get("back") == "reconcile":
        return reverse("reviews:review_reconcile", args=[row.review.uid])
    return _place(row)


def _place(row: ChecklistItem) -> str:
    return f"{words.desk_place(row.review)}#{item_anchor(row.code)}"


def _autosave(request: PortalRequest, row: ChecklistItem, form: VerdictForm) -> JsonResponse:
    """The protocol stands at the top of ``static/js/autosave.js``."""
    return answered(lambda: _kept(request, row, form)) if form.is_valid() else invalid(form)


def _kept(request: PortalRequest, row: ChecklistItem, form: VerdictForm) -> dict[str, object]:
    saved = _write(request, row, form)
    forget(request)
    text = saved_text(saved.saved_at, now=request.now)
    return {"version": saved.version, "saved_at_text": text}


def _write(request: PortalRequest, row: ChecklistItem, form: VerdictForm) -> Verdict:
    """Keep the verdict; after the sign-off as a new, dated one."""
    signed = row.review.assignments.filter(
        reviewer=request.user, recused_at__isnull=True, signed_off_at__isnull=False
    )
    write = reviewing.change_verdict if signed.exists() else reviewing.save_verdict
    return write(row, **form.arguments, by=request.user, at=request.now, on=request.today)


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
    part: Part = None,
) -> HttpResponse:
    desk = selectors.desk(review, request.user, part=part)
    views = desk.items
    place = next((n for n, view in enumerate(views) if view.item.pk == row.pk), None)
    if place is None:
        raise Http404
    view = views[place]
    if typed is not None:
        version = stale.version if stale else None
        view = replace(view, typed=_typed(typed, desk, version))
    context = {
        **desk_context(request, desk),
        "view": view,
        "before": views[place - 1] if place else None,
        "after": views[place + 1] if place + 1 < len(views) else None,
        "verdict_form": form,
        "conflicts": words.conflicts(stale) if stale else None,
        "version": stale.version if stale else None,
    }
    return render(request, "reviews/reviewing/item.html", context, status=409 if stale else 200)


def _files(review: Review) -> QuerySet[Evidence]:
    return Evidence.objects.filter(use_case=review.use_case_id, removed_at__isnull=True)
