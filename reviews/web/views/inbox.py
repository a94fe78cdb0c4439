"""Everybody's inbox: what the portal told this person, and what they have read of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.domain.errors import BadInput
from reviews.selectors import paging
from reviews.selectors.sunset import inbox as selectors
from reviews.selectors.sunset import outbox as mails
from reviews.selectors.sunset.subjects import subjects_of
from reviews.services.reminding import inbox as services
from reviews.web import listing, mail_lines
from reviews.web.requests import PortalRequest


@require_safe
def inbox(request: PortalRequest) -> HttpResponse:
    """The newest first."""
    try:
        page = paging.newest_first(
            selectors.messages_of(request.user).defer("text", "html"),
            "due_at",
            cursor=request.GET.get("cursor", ""),
            size=listing.SIZE,
        )
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    context = {
        "mails": page.rows,
        "count_text": listing.count_text(page),
        **listing.page_links(request, page),
    }
    return render(request, "reviews/inbox/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def message(request: PortalRequest, uid: str) -> HttpResponse:
    """One message. Looking changes nothing; the button marks it as read."""
    row = get_object_or_404(selectors.messages_of(request.user), uid=uid)
    if request.method == "POST":
        services.mark_read(row, by=request.user, at=request.now)
        return redirect("reviews:inbox")
    lines = mails.lines(row)
    subjects = subjects_of([line.deadline for line in lines], user=request.user)
    context = {
        "mail": row,
        "title": mail_lines.title_of(row),
        "ledger": mail_lines.ledger(lines, subjects),
        "crumbs": [(gettext("Inbox"), reverse("reviews:inbox"))],
    }
    return render(request, "reviews/inbox/message.html", context)


@require_POST
def read_all(request: PortalRequest) -> HttpResponse:
    """Every message that was unread when the button was pressed."""
    count = services.mark_all_read(by=request.user, at=request.now)
    said = ngettext(
        "%(count)d message marked as read.", "%(count)d messages marked as read.", count
    )
    messages.success(request, said % {"count": count})
    return redirect("reviews:inbox")
