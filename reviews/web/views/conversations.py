"""Threads inside the office: begin one, comment, resolve, reopen; who may be mentioned."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.domain.errors import DomainError, NotPermitted, StaleVersion
from reviews.models import Thread, UseCase
from reviews.permissions.conversations import can_talk, mentionable
from reviews.permissions.involvement import involvement_of
from reviews.permissions.rulings import require
from reviews.selectors import conversations as selectors
from reviews.services import conversations as services
from reviews.services.conversations import Place
from reviews.web import reviewing_words as words
from reviews.web.autosaving import answered, invalid
from reviews.web.forms.conversations import CommentForm
from reviews.web.intake_words import saved_text
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.requests import PortalRequest
from reviews.web.views.desk import visible_review

MOST_NAMES = 200
"""People whom the completion offers; a name that is typed out works beyond them, too."""


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: PortalRequest, uid: str, item: str | None = None) -> HttpResponse:
    """Begin a thread about one item, or about the whole case."""
    review = visible_review(request, uid)
    require(can_talk(request.user, review))
    about = None
    if item is not None:
        about = get_object_or_404(review.items.select_related("requirement", "probe"), uid=item)
    return _writing(request, Place(review, about))


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: PortalRequest, uid: str) -> HttpResponse:
    """One thread; its POST says something in it."""
    found = _visible(request, uid)
    return _writing(request, Place(found.thread.review, found.thread.item, found.thread), found)


@require_POST
def resolve(request: PortalRequest, uid: str) -> HttpResponse:
    found = _visible(request, uid)
    services.resolve(found.thread, by=request.user, at=request.now, on=request.today)
    messages.success(request, gettext("The thread is resolved. Reopen it to undo that."))
    return redirect(words.thread_place(found.thread))


@require_POST
def reopen(request: PortalRequest, uid: str) -> HttpResponse:
    found = _visible(request, uid)
    services.reopen(found.thread, by=request.user, at=request.now, on=request.today)
    messages.success(request, gettext("The thread is open again."))
    return redirect(words.thread_place(found.thread))


@require_safe
def people(request: PortalRequest, uid: str) -> JsonResponse:
    """Whom this person may mention: in ``?thread=``, or in a new one."""
    review = visible_review(request, uid)
    require(can_talk(request.user, review))
    named = request.GET.get("thread")
    inside = _visible(request, named).thread if named else None
    found = mentionable(review, by=request.user, thread=inside)[:MOST_NAMES]
    return JsonResponse({"people": [{"name": str(p), "username": p.username} for p in found]})


def _visible(request: PortalRequest, uid: str) -> selectors.Talk:
    """The thread, or 404 for one that this person may not know of."""
    rows = Thread.objects.filter(review__use_case__in=UseCase.objects.visible_to(request.user))
    row = get_object_or_404(
        rows.select_related(
            "review__use_case__team", "item__requirement", "item__probe", "opened_by"
        ),
        uid=uid,
    )
    part = involvement_of(request.user, row.review.use_case)
    found = selectors.talk_of(row, request.user, part=part)
    if found is None:
        raise Http404
    # Read with its review and item: the page names them.
    found.thread.review, found.thread.item = row.review, row.item
    return found


def _writing(
    request: PortalRequest, place: Place, talk: selectors.Talk | None = None
) -> HttpResponse:
    """The page of a place, its autosave, and its post."""
    if request.method != "POST":
        return _page(request, place, talk)
    form = CommentForm(request.POST)
    if "HTTP_X_AUTOSAVE" in request.META:
        return _autosave(request, place, form)
    return _posted(request, place, form, talk)


def _posted(
    request: PortalRequest, place: Place, form: CommentForm, talk: selectors.Talk | None
) -> HttpResponse:
    """Whatever stops it, the page comes back with everything that was typed."""
    try:
        if form.is_valid():
            said = services.post(
                place,
                **form.arguments,
                by=request.user,
                at=request.now,
                on=request.today,
            )
            forget(request)
            messages.success(request, _told(said.mentions.count()))
            return redirect(words.thread_place(said.thread))
    except StaleVersion as stale:
        return _page(request, place, talk, form=form, stale=stale)
    except DomainError as error:
        if isinstance(error, NotPermitted):
            raise
        form.add_error("text", error.message)
    return _page(request, place, talk, form=form)


def _autosave(request: PortalRequest, place: Place, form: CommentForm) -> JsonResponse:
    """The protocol stands at the top of ``static/js/autosave.js``."""
    return answered(lambda: _kept(request, place, form)) if form.is_valid() else invalid(form)


def _kept(request: PortalRequest, place: Place, form: CommentForm) -> dict[str, object]:
    saved = services.keep_draft(place, **form.arguments, by=request.user, at=request.now)
    forget(request)
    text = gettext("Draft kept. %s") % saved_text(saved.saved_at, now=request.now)
    return {"version": saved.version, "saved_at_text": text}


def _told(count: int) -> str:
    if not count:
        return gettext("Posted.")
    return gettext("Posted. Who is mentioned was told in the portal and by mail.")


def _page(
    request: PortalRequest,
    place: Place,
    talk: selectors.Talk | None,
    *,
    form: CommentForm | None = None,
    stale: StaleVersion | None = None,
) -> HttpResponse:
    draft = talk.draft if talk else selectors.begun(place.review, place.item, request.user)
    typed = form.data if form is not None else given_back(request)
    version = stale.version if stale else (draft.version if draft else 0)
    context = {
        "review": place.review,
        "use_case": place.review.use_case,
        "item": place.item,
        "talk": talk,
        "form_id": place.item.uid if place.item else "case",
        "crumbs": words.crumbs(place.review),
        "here": reverse("reviews:review", args=[place.review.uid]),
        "may_talk": can_talk(request.user, place.review),
        "text": typed.get("text", "") if typed is not None else (draft.text if draft else ""),
        "version": version,
        "form": form,
        "conflicts": words.conflicts(stale) if stale else None,
    }
    return render(
        request, "reviews/conversations/thread.html", context, status=409 if stale else 200
    )
