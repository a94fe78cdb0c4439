"""The outbox: every mail, as it was sent, held or refused; sent again or stopped by a person."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain.enums import MailState
from reviews.domain.errors import BadInput, DomainError
from reviews.models import Mail, SweepHold, User
from reviews.permissions.outbox import (
    can_cancel,
    can_retry,
    can_settle_hold,
    can_view_outbox,
    visible_mails,
)
from reviews.permissions.rulings import Ruling, require
from reviews.selectors import paging
from reviews.selectors.sunset import outbox as selectors
from reviews.selectors.sunset.subjects import subjects_of
from reviews.services.reminding import holds as hold_services
from reviews.services.reminding import outbox as services
from reviews.web import listing, mail_lines
from reviews.web.forms.outbox import ReasonForm
from reviews.web.kept_text import forget, keeps_typed_text
from reviews.web.requests import PortalRequest

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@require_safe
def outbox(request: PortalRequest) -> HttpResponse:
    """The newest first, by the moment at which they are due."""
    require(can_view_outbox(request.user))
    mails = visible_mails(request.user)
    filters = selectors.OutboxFilter(request.GET, queryset=mails, request=request)
    try:
        listing.check(request, filters)
        page = paging.newest_first(
            selectors.rows(filters.qs),
            "due_at",
            cursor=request.GET.get("cursor", ""),
            size=listing.SIZE,
        )
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    context = {
        "form": filters.form,
        "chips": listing.chips(request, filters),
        "count_text": listing.count_text(page),
        "columns": mail_lines.COLUMNS,
        "lines": [mail_lines.line_of(mail) for mail in page.rows],
        "is_moving": any(_is_moving(mail, request.now) for mail in page.rows),
        "tabs": _tabs(request),
        **listing.page_links(request, page),
    }
    return render(request, "reviews/outbox/list.html", context)


@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
@require_safe
def mail(request: PortalRequest, uid: str) -> HttpResponse:
    """One mail: what it says, whom it went to, the ledger behind it, and what became of it."""
    row = _mail(request, uid)
    lines = selectors.lines(row)
    subjects = subjects_of([line.deadline for line in lines], user=request.user)
    context = {
        "mail": row,
        "line": mail_lines.line_of(row),
        "text": selectors.without_secrets(row.text),
        "headers": mail_lines.headers(row),
        "ledger": mail_lines.ledger(lines, subjects),
        "may_retry": bool(can_retry(request.user, row)),
        "may_cancel": bool(can_cancel(request.user, row)),
        "crumbs": [(gettext("Outbox"), reverse("reviews:outbox"))],
    }
    return render(request, "reviews/outbox/mail.html", context)


@xframe_options_sameorigin
@require_safe
def mail_html(request: PortalRequest, uid: str) -> HttpResponse:
    """The HTML part as it left, its signed links cut short, for the frame on the mail's page.

    It can run nothing, load nothing and lead nowhere; only the style sheets that stand in it hold.
    """
    row = _mail(request, uid)
    if not row.html:
        raise Http404
    html = selectors.without_secrets(row.html)
    response: Any = HttpResponse(html)
    response._csp_replace = {
        "default-src": ["'none'"],
        "style-src": [_digest(sheet) for sheet in _STYLE.findall(html)] or ["'none'"],
        "frame-ancestors": ["'self'"],
        "sandbox": True,
    }
    return response


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def mail_step(request: PortalRequest, uid: str, name: str) -> HttpResponse:
    """Send again or cancel: the effect in words, a reason where one is needed, then the act."""
    row = _mail(request, uid)
    step = _STEPS.get(name)
    if step is None:
        raise Http404
    require(step.may(request.user, row))
    form = ReasonForm(request.POST if request.method == "POST" else None, needed=step.needs_reason)
    if request.method == "POST" and form.is_valid() and _acted(request, row, name, form):
        return redirect(row)
    context = {
        "mail": row,
        "line": mail_lines.line_of(row),
        "form": form,
        "step": step.words(),
        "crumbs": [
            (gettext("Outbox"), reverse("reviews:outbox")),
            (mail_lines.title_of(row), row.get_absolute_url()),
        ],
    }
    return render(request, "reviews/outbox/step.html", context)


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def hold(request: PortalRequest, uid: str) -> HttpResponse:
    """The machine stopped and asks: why, how many mails, and what a person decides."""
    require(can_view_outbox(request.user))
    row = get_object_or_404(SweepHold.objects.select_related("settled_by"), uid=uid)
    may = can_settle_hold(request.user, row)
    if request.method == "POST":
        require(may)
    form = ReasonForm(request.POST if request.method == "POST" else None, needed=True)
    if request.method == "POST" and form.is_valid() and _settled(request, row, form):
        return redirect("reviews:sunset_board")
    context = {
        "hold": row,
        "facts": mail_lines.hold_facts(row),
        "form": form,
        "may_settle": bool(may),
        "crumbs": [(gettext("Outbox"), reverse("reviews:outbox"))],
    }
    return render(request, "reviews/outbox/hold.html", context)


@dataclass(frozen=True, slots=True)
class _Step:
    may: Callable[[User, Mail], Ruling]
    needs_reason: bool
    words: Callable[[], dict[str, str]]


def _retry_words() -> dict[str, str]:
    return {
        "title": gettext("Send this mail again?"),
        "text": gettext(
            "It is put back among the mails that are due. Before it leaves, each of its lines is"
            " looked at again: what is settled by now is left out."
        ),
        "submit": gettext("Send it again"),
        "tone": "warning",
    }


def _cancel_words() -> dict[str, str]:
    return {
        "title": gettext("Cancel this mail?"),
        "text": gettext(
            "It never leaves, and its lines count as cancelled. Later steps of the same deadlines"
            " still come."
        ),
        "submit": gettext("Cancel the mail"),
        "tone": "danger",
    }


_STEPS = {
    "retry": _Step(can_retry, False, _retry_words),
    "cancel": _Step(can_cancel, True, _cancel_words),
}


def _digest(sheet: str) -> str:
    """How a policy names the one style sheet that it allows."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()}'"


def _mail(request: PortalRequest, uid: str) -> Mail:
    require(can_view_outbox(request.user))
    return get_object_or_404(selectors.whole(visible_mails(request.user)), uid=uid)


def _acted(request: PortalRequest, row: Mail, name: str, form: ReasonForm) -> bool:
    when: dict[str, Any] = {"by": request.user, "at": request.now, "on": request.today}
    try:
        if name == "retry":
            services.retry(row, **when)
            done = gettext("The mail is due again.")
        else:
            services.cancel(row, reason=form.cleaned_data["reason"], **when)
            done = gettext("The mail is cancelled.")
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    forget(request)
    messages.success(request, done)
    return True


def _settled(request: PortalRequest, row: SweepHold, form: ReasonForm) -> bool:
    act = hold_services.discard if "discard" in request.POST else hold_services.release
    try:
        act(
            row,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=request.now,
            on=request.today,
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    forget(request)
    discarded = "discard" in request.POST
    messages.success(
        request,
        gettext("The held mails are discarded.") if discarded else gettext("The mails go out."),
    )
    return True


def _is_moving(mail: Mail, now: datetime) -> bool:
    """It should leave at any moment, so the list is worth looking at again."""
    return mail.current_state in {MailState.DUE, MailState.SENDING} and mail.due_at <= now


def _tabs(request: PortalRequest) -> list[dict[str, object]]:
    """Everything, and what asks for a person."""
    here, state = reverse("reviews:outbox"), request.GET.getlist("state")
    trouble = selectors.in_trouble(visible_mails(request.user))
    refused = trouble.get(MailState.FAILED, 0) + trouble.get(MailState.DEAD, 0)
    held = trouble.get(MailState.HELD, 0)
    return [
        {"label": gettext("All mails"), "url": here, "current": not state, "count": None},
        {
            "label": gettext("Waiting"),
            "url": f"{here}?state=due&state=sending",
            "current": sorted(state) == ["due", "sending"],
            "count": None,
        },
        {
            "label": gettext("Sent"),
            "url": f"{here}?state=sent",
            "current": state == ["sent"],
            "count": None,
        },
        {
            "label": gettext("Refused or given up"),
            "url": f"{here}?state=failed&state=dead",
            "current": sorted(state) == ["dead", "failed"],
            "count": refused,
        },
        {
            "label": gettext("Held"),
            "url": f"{here}?state=held",
            "current": state == ["held"],
            "count": held,
        },
    ]
