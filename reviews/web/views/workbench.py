"""The workbench: what waits for this person, and everything that is in review."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from reviews.domain.errors import BadInput
from reviews.domain.turns import Turn
from reviews.permissions.reviewing import can_open_workbench
from reviews.permissions.rulings import require
from reviews.selectors import waiting as waiting_selectors
from reviews.selectors import workbench as selectors
from reviews.selectors.use_case_filters import check_parameters
from reviews.web import everything, list_heads, waiting
from reviews.web.known_lists import REVIEWS
from reviews.web.requests import PortalRequest

WAITING, ASSIGN, ALL = "waiting", "assign", "all"


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int


@require_safe
def workbench(request: PortalRequest) -> HttpResponse:
    """Three lists, one at a time: ``?view=`` waiting, assign or all (the one with filters)."""
    require(can_open_workbench(request.user))
    view = request.GET.get("view", ALL if request.GET else WAITING)
    status = 200
    try:
        if view == ALL:
            head = list_heads.of(request, REVIEWS)
            if head.redirect:
                return redirect(head.redirect)
            context, status = everything.context(request, head), head.status
        else:
            context = _mine(request, view)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    context |= {"view": view, "tabs": _tabs(request, view)}
    return render(request, "reviews/reviewing/workbench.html", context, status=status)


def _mine(request: PortalRequest, view: str) -> dict[str, object]:
    check_parameters(list(request.GET), known=["view", "cursor"])
    if view not in (WAITING, ASSIGN):
        raise BadInput(gettext("This list has no such view. Open the list from its start."))
    return {"waiting": waiting.listed(request, only=Turn.ASSIGN if view == ASSIGN else None)}


def _tabs(request: PortalRequest, view: str) -> list[Tab]:
    """What each list holds; the office's lists only for those who may act on them."""
    user = request.user
    tabs = [(WAITING, gettext("Waiting on me"), waiting_selectors.count(user))]
    if user.has_perm("reviews.assign_reviewer"):
        tabs.append((ASSIGN, gettext("To assign"), waiting_selectors.count_of(user, Turn.ASSIGN)))
    tabs.append((ALL, gettext("Everything in review"), selectors.open_rounds(user).count()))
    return [
        Tab(label, f"{request.path}?view={key}", key == view, count) for key, label, count in tabs
    ]
