"""A person's digest and calendar feeds, and what a calendar program reads."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.domain.errors import DomainError
from reviews.selectors.sunset import feeds as selectors
from reviews.services.reminding import digests
from reviews.services.reminding.messages import address
from reviews.services.sunset import feeds as service
from reviews.web import answering
from reviews.web.calendar_file import calendar_file
from reviews.web.forms.calendar import DigestForm, FeedForm
from reviews.web.requests import PortalRequest


@require_safe
def settings_page(request: PortalRequest) -> HttpResponse:
    return _page(request)


def _page(
    request: PortalRequest, *, digest: DigestForm | None = None, feed: FeedForm | None = None
) -> HttpResponse:
    context = {
        "digest": digest or DigestForm(initial={"frequency": request.user.digest}),
        "form": feed or FeedForm(user=request.user),
        "feeds": selectors.feeds_of(request.user),
    }
    return render(request, "reviews/calendar/settings.html", context)


@require_POST
def digest(request: PortalRequest) -> HttpResponse:
    form = DigestForm(request.POST)
    if not form.is_valid():
        return _page(request, digest=form)
    digests.choose(request.user, frequency=form.chosen, at=request.now, on=request.today)
    messages.success(request, gettext("Your choice is saved."))
    return redirect("reviews:calendar_feeds")


@require_POST
def new_feed(request: PortalRequest) -> HttpResponse:
    """Show the secret address: on this page, and never again."""
    form = FeedForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, feed=form)
    try:
        feed, token = service.create(
            request.user,
            capability=form.cleaned_data["capability"],
            at=request.now,
            on=request.today,
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return _page(request, feed=form)
    url = address(reverse("reviews:calendar_feed", args=[token]))
    context = {"feed": feed, "url": url}
    return answering.kept_by_nobody(render(request, "reviews/calendar/created.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: PortalRequest, uid: object) -> HttpResponse:
    feed = get_object_or_404(selectors.feeds_of(request.user), uid=uid)
    if request.method == "POST":
        service.revoke(feed, by=request.user, at=request.now, on=request.today)
        messages.success(request, gettext("The feed is revoked. Its address answers no more."))
        return redirect("reviews:calendar_feeds")
    return render(request, "reviews/calendar/revoke.html", {"feed": feed})


@login_not_required
@require_safe
def feed(request: PortalRequest, token: str) -> HttpResponse:
    """For calendar programs, which have no session: the secret address is the key."""
    at = answering.business_time(request)
    found = service.opened(token, at=at)
    if found is None:
        raise Http404
    name = gettext("RAI Portal: %(what)s") % {"what": found.capability or gettext("my deadlines")}
    body = calendar_file(str(name), selectors.entries(found, on=at.date()))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return answering.kept_by_nobody(response)
