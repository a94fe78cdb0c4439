"""Reviewers: load, expertise, absence, conflicts of interest."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.models import Absence, ConflictOfInterest, User
from reviews.permissions.reviewers import can_keep, can_read_reasons, can_see_people
from reviews.permissions.rulings import require
from reviews.selectors.boards import people as selectors
from reviews.services import reviewers as services
from reviews.web import listing, reviewer_words
from reviews.web.attempts import accepted
from reviews.web.forms.reviewer_people import AbsenceForm, ConflictForm, ExpertiseForm
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.requests import PortalRequest


@require_safe
@listing.takes_only()
def people(request: PortalRequest) -> HttpResponse:
    """Everybody who reviews or decides, with what they have to do and what is known of them."""
    require(can_see_people(request.user))
    rows = selectors.reviewers(on=request.today, reader=request.user)
    context = {
        "people": [reviewer_words.person(row, on=request.today) for row in rows],
        "me": request.user.uid,
        "crumbs": _crumbs(),
    }
    return render(request, "reviews/boards/people.html", context)


@keeps_typed_text
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: PortalRequest, uid: UUID) -> HttpResponse:
    """One person's absence, expertise and conflicts; the person and leads change them."""
    someone = _person(request, uid)
    act = request.POST.get("act", "")
    if act and act not in ACTS:
        raise Http404
    if act:
        require(can_keep(request.user, someone))
    asked = _forms(request, someone, act)
    if act and accepted(asked[act], lambda: ACTS[act](request, someone, asked[act])):
        forget(request)
        messages.success(request, gettext("Saved."))
        return redirect("reviews:reviewer_person", someone.uid)
    return render(request, "reviews/boards/person.html", _context(request, someone, asked, act))


@require_POST
def end_absence(request: PortalRequest, uid: UUID, absence: UUID) -> HttpResponse:
    someone = _person(request, uid)
    row = get_object_or_404(Absence, uid=absence, user=someone)
    services.end_absence(row, by=request.user, at=request.now, on=request.today)
    messages.success(request, gettext("Taken back. Enter the days again to undo this."))
    return redirect("reviews:reviewer_person", someone.uid)


@require_POST
def end_conflict(request: PortalRequest, uid: UUID, conflict: UUID) -> HttpResponse:
    someone = _person(request, uid)
    row = get_object_or_404(ConflictOfInterest, uid=conflict, user=someone)
    services.end_conflict(row, by=request.user, at=request.now, on=request.today)
    messages.success(request, gettext("Ended. Declare it again to undo this."))
    return redirect("reviews:reviewer_person", someone.uid)


def _person(request: PortalRequest, uid: UUID) -> User:
    require(can_see_people(request.user))
    return get_object_or_404(User, uid=uid, pk__in=[one.pk for one in selectors.office()])


def _forms(request: PortalRequest, someone: User, act: str) -> dict[str, forms.Form]:
    def data(name: str) -> Any:
        return request.POST if act == name else None

    knows = someone.expertise.values_list("capability__slug", flat=True)
    return {
        "absence": AbsenceForm(data("absence")),
        "expertise": ExpertiseForm(data("expertise"), initial={"capabilities": list(knows)}),
        "conflict": ConflictForm(data("conflict") or given_back(request), reader=request.user),
    }


def _set_absence(request: PortalRequest, someone: User, form: forms.Form) -> None:
    services.set_absence(someone, **form.cleaned_data, **_by(request))


def _set_expertise(request: PortalRequest, someone: User, form: forms.Form) -> None:
    services.set_expertise(someone, **form.cleaned_data, **_by(request))


def _declare(request: PortalRequest, someone: User, form: forms.Form) -> None:
    given = {name: form.cleaned_data[name] for name in ("team", "customer", "reason")}
    services.declare_conflict(someone, **given, **_by(request))


ACTS: dict[str, Callable[[PortalRequest, User, forms.Form], None]] = {
    "absence": _set_absence,
    "expertise": _set_expertise,
    "conflict": _declare,
}


def _by(request: PortalRequest) -> dict[str, Any]:
    return {"by": request.user, "at": request.now, "on": request.today}


def _context(
    request: PortalRequest, someone: User, asked: dict[str, forms.Form], act: str
) -> dict[str, object]:
    conflicts = someone.conflicts_of_interest.select_related("team", "customer")
    return {
        "person": someone,
        "forms": asked,
        "failed": asked.get(act),
        "may_keep": bool(can_keep(request.user, someone)),
        "sees_reasons": can_read_reasons(request.user, someone),
        "knows": someone.expertise.select_related("capability").order_by("capability__name"),
        "absences": someone.absences.filter(ended_at__isnull=True, last_on__gte=request.today),
        "conflicts": conflicts.filter(ended_at__isnull=True),
        "crumbs": [*_crumbs(), (gettext("Reviewers"), reverse("reviews:reviewer_people"))],
    }


def _crumbs() -> list[tuple[str, str]]:
    return [(gettext("Reviews"), reverse("reviews:reviews"))]
