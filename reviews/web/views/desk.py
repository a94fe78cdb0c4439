"""The reviewer's desk: everything about one round on one page; take over, skip, sign off."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.domain.enums import VerdictValue
from reviews.domain.errors import Incomplete
from reviews.models import Review, ReviewAssignment, UseCase
from reviews.permissions.involvement import Involvement, involvement_of
from reviews.permissions.reviewing import can_judge, can_open_desk
from reviews.permissions.rulings import require
from reviews.selectors import desk as selectors
from reviews.selectors import waiting
from reviews.selectors.awaited import with_awaited_of
from reviews.selectors.delta import delta
from reviews.selectors.desk_items import Starting
from reviews.services import assigning, reviewing
from reviews.services.verdict_rows import Judgement
from reviews.web import awaited, changes, desk_words
from reviews.web import reviewing_words as words
from reviews.web.consistency_words import own_lines
from reviews.web.forms.reviewing import SignOffForm
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.standing import senior_decision


def visible_review(request: PortalRequest, uid: str) -> Review:
    """The round, or 404 for one of a case that this person may not know of."""
    return opened_review(request, uid)[0]


def opened_review(request: PortalRequest, uid: str) -> tuple[Review, Involvement]:
    """The same, with the person's part in its case."""
    rows = Review.objects.filter(use_case__in=UseCase.objects.visible_to(request.user))
    found = get_object_or_404(
        with_awaited_of(rows, request.user).select_related(
            "use_case__team", "use_case__customer", "submission", "standard"
        ),
        uid=uid,
    )
    part = involvement_of(request.user, found.use_case)
    require(can_open_desk(request.user, found, part=part))
    return found, part


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # written for a bare request
def review(request: PortalRequest, uid: str) -> HttpResponse:
    """``?show=`` says which items (``desk_words.filters``), ``?pane=`` what stands beside them."""
    found, part = opened_review(request, uid)
    changes.look(request, found.use_case)
    desk = selectors.desk(found, request.user, part=part)
    is_back = _taken_up(request, desk)
    show = desk_words.show(request.GET.get("show", ""), desk)
    context = {
        **desk_context(request, desk, beside=False),
        "awaits": awaited.of_round(found, on=request.today),
        "returns": _returns(desk),
        "keys": words.keys(),
        "senior": senior_decision(found.use_case) if found.closed_at is None else (),
        "groups": desk.shown(show),
        "filters": desk_words.filters(desk, show),
        "panes": desk_words.panes(desk, request.GET.get("pane", "")),
        "first_open": desk.open[0].item.pk if desk.is_writing and desk.open else None,
        "is_back": is_back,
        "delta": delta(desk.earlier, desk.items, desk.evidence) if desk.is_writing else None,
    }
    if desk.is_writing:
        context["form"] = sign_off_form(request, desk, given_back(request))
    return render(request, "reviews/reviewing/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def carried_over(request: PortalRequest, uid: str) -> HttpResponse:
    """Take over the verdicts whose answers did not change, after a look at the list."""
    found, part = opened_review(request, uid)
    require(can_judge(request.user, found, part=part))
    desk = selectors.desk(found, request.user, part=part)
    if request.method != "POST":
        return render(request, "reviews/reviewing/carried_over.html", desk_context(request, desk))
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
    found, part = opened_review(request, uid)
    desk = selectors.desk(found, request.user, part=part)
    data = request.POST if request.method == "POST" else given_back(request)
    form = sign_off_form(request, desk, data)
    errors: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            _signed_off(request, found, form)
            return _after(request, found, onwards="next" in request.POST)
        except Incomplete as refusal:
            form.add_error(None, refusal.message)
            errors = words.open_links(desk, refusal.missing)
    advice = str(data.get("recommendation", "")) if data else ""
    context = {
        **desk_context(request, desk),
        "form": form,
        "errors": errors,
        "forgotten": own_lines(request, found, desk.mine, advice=advice),
    }
    return render(request, "reviews/reviewing/sign_off.html", context)


@require_POST
def skip(request: PortalRequest, uid: str) -> HttpResponse:
    """Put it last in one's own queue, and go to the case that needs one most."""
    found = visible_review(request, uid)
    seats = ReviewAssignment.objects.filter(review=found, reviewer=request.user)
    assigning.skip(get_object_or_404(seats), by=request.user, at=request.now, on=request.today)
    messages.success(
        request,
        gettext("%(case)s is last in your queue now. Open it again to take it up.")
        % {"case": found.use_case.reference},
    )
    return _after(request, found, onwards=True)


def next_place(request: PortalRequest, review: Review) -> str:
    """The desk or page of the case that needs this person most; the workbench where none does."""
    return following_place(request, review) or reverse("reviews:reviews")


def following_place(request: PortalRequest, review: Review) -> str:
    """The same; empty where no other case needs this person."""
    following = waiting.following(request.user, after=review.use_case_id)
    return waiting.path(following) if following else ""


def _after(request: PortalRequest, review: Review, *, onwards: bool) -> HttpResponse:
    return redirect(next_place(request, review) if onwards else words.desk_place(review))


def _signed_off(request: PortalRequest, review: Review, form: SignOffForm) -> None:
    reviewing.sign_off(review, **form.arguments, by=request.user, at=request.now, on=request.today)
    forget(request)
    messages.success(request, gettext("You have signed off. A lead sees it once all have."))


def _taken_up(request: PortalRequest, desk: selectors.Desk) -> bool:
    """Whether this look ends a skip. One that only asks, or loads ahead, does not."""
    if desk.mine is None or desk.mine.skipped_at is None or request.method != "GET":
        return False
    if "prefetch" in request.META.get("HTTP_SEC_PURPOSE", ""):
        return False
    return assigning.take_up(desk.mine)


def _returns(desk: selectors.Desk) -> object:
    """Why a lead sent it back; nothing to read where no lead did."""
    if not desk.was_returned or desk.review.closed_at is not None:
        return ()
    return desk.review.returns.select_related("by")


def _judgement(said: Starting) -> Judgement:
    return Judgement(said.value, said.note, said.gap_plan, said.evidence)


def desk_context(
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


def sign_off_form(
    request: PortalRequest, desk: selectors.Desk, data: QueryDict | None
) -> SignOffForm:
    """A review that was sent back keeps the reasons given before as a first text."""
    before = desk.mine.recommendation_reasons if desk.mine else ""
    return SignOffForm(data, reader=request.user, initial={"reasons": before})
