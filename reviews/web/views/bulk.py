"""Assign or remind for many use cases at once: the exact effect first, then the act, then undo."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reviews.domain.enums import ListName
from reviews.domain.errors import BadInput, DomainError
from reviews.domain.many import MOST_AT_ONCE, Effect
from reviews.models import BulkAction, UseCase
from reviews.permissions.bulk import can_assign_many, can_remind_many, can_undo
from reviews.permissions.rulings import require
from reviews.selectors.awaited_people import awaited_people
from reviews.services import bulk as services
from reviews.services import nudging
from reviews.services.bulk import ASSIGN
from reviews.services.reminding.nudges import REMIND
from reviews.web import bulk_words as words
from reviews.web import known_lists, listing, many, search_words
from reviews.web.forms.lists import ConfirmForm, ReviewerForm
from reviews.web.known_lists import REVIEWS, USE_CASES, KnownList
from reviews.web.many import Affected
from reviews.web.requests import PortalRequest

EXPORTS = {ListName.USE_CASES: "use-cases", ListName.REVIEWS: "reviews"}
_RULINGS = {ASSIGN: can_assign_many, REMIND: can_remind_many}


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: PortalRequest, name: str, action: str) -> HttpResponse:
    """The choice stands in the address, so that looking changes nothing and can be repeated."""
    known = known_lists.of_name(request, name)
    if known not in (USE_CASES, REVIEWS) or action not in _RULINGS:
        raise Http404
    if _everything(request) and "pick" in request.GET:
        return redirect(_without_picks(request))
    require(_RULINGS[action](request.user))
    try:
        keys = _chosen(request, known)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    choice = _choice(request, action)
    if choice is not None and not choice.is_valid():
        return _page(request, known, action, keys, choice)
    if request.method == "POST":
        confirm = ConfirmForm(request.POST)
        made = _act(request, action, keys, choice, confirm)
        if made is not None:
            messages.success(request, words.done(action, len(made.effects)))
            return redirect("reviews:bulk_done", made.uid)
    else:
        confirm = ConfirmForm()
    return _preview(request, known, action, keys, choice, confirm)


@require_safe
def export(request: PortalRequest, name: str) -> HttpResponse:
    """The ticked rows as a file, or all under the filter: the list's own export."""
    known = known_lists.of_name(request, name)
    if known.name not in EXPORTS:
        raise Http404
    given = [
        (key, value)
        for key, values in request.GET.lists()
        for value in values
        if value
        and key not in {"all", "cursor", *known.fixed}
        and not (key == "pick" and _everything(request))
    ]
    address = reverse("reviews:export", args=[EXPORTS[known.name], "csv"])
    return redirect(f"{address}?{urlencode(given)}" if given else address)


@require_safe
def done(request: PortalRequest, uid: str) -> HttpResponse:
    """What was done to each row, and what became of it."""
    action = get_object_or_404(BulkAction.objects.visible_to(request.user), uid=uid)
    cases = UseCase.objects.visible_to(request.user).in_bulk(
        [row["case"] for row in action.effects], field_name="uid"
    )
    by_uid = {str(uid): case for uid, case in cases.items()}
    context = {
        "action": action,
        "title": words.TITLES[action.kind][0],
        "can_undo": can_undo(request.user, action, at=request.now),
        "lines": [
            _affected(by_uid[row["case"]], why=words.became(row))
            for row in action.effects
            if row["case"] in by_uid
        ],
    }
    return render(request, "reviews/lists/done.html", context)


@require_POST
def undo(request: PortalRequest, uid: str) -> HttpResponse:
    action = get_object_or_404(BulkAction.objects.visible_to(request.user), uid=uid)
    act = services.undo_assign if action.kind == ASSIGN else nudging.undo
    action = act(action, by=request.user, at=request.now, on=request.today)
    kept = sum(bool(row["kept"]) for row in action.effects)
    messages.success(request, words.undone(len(action.effects) - kept, kept))
    return redirect("reviews:bulk_done", action.uid)


def _act(
    request: PortalRequest,
    action: str,
    keys: list[int],
    choice: ReviewerForm | None,
    confirm: ConfirmForm,
) -> BulkAction | None:
    """What was done; nothing where a rule said no, which the form then says."""
    if not confirm.is_valid():
        return None
    try:
        _effect, made = _run(request, action, keys, choice, shown=confirm.cleaned_data["shown"])
    except DomainError as error:
        confirm.add_error(None, error.message)
        return None
    return made


def _run(
    request: PortalRequest,
    action: str,
    keys: list[int],
    choice: ReviewerForm | None,
    **how: Any,
) -> tuple[Effect[str], BulkAction | None]:
    """The service, to foresee (``dry_run``) or to act."""
    who: dict[str, Any] = {"by": request.user, "at": request.now, "on": request.today}
    if choice is not None:
        return services.assign(keys, reviewer=choice.cleaned_data["person"], **who, **how)
    return nudging.remind(keys, awaiting=awaited_people, **who, **how)


def _preview(
    request: PortalRequest,
    known: KnownList,
    action: str,
    keys: list[int],
    choice: ReviewerForm | None,
    confirm: ConfirmForm,
) -> HttpResponse:
    """The exact effect, from the function that acts."""
    try:
        effect, _nothing = _run(request, action, keys, choice, dry_run=True)
    except DomainError as error:
        return _page(request, known, action, keys, choice, problem=error.message)
    return _page(request, known, action, keys, choice, confirm=confirm, effect=effect)


def _page(
    request: PortalRequest,
    known: KnownList,
    action: str,
    keys: list[int],
    choice: ReviewerForm | None,
    *,
    confirm: forms.Form | None = None,
    effect: Effect[str] | None = None,
    problem: str = "",
) -> HttpResponse:
    title, submit = words.TITLES[action]
    back_url = search_words.address(reverse(known.route), known.fixed, {})
    context: dict[str, Any] = {
        "crumbs": [(str(known.name.label), back_url)],
        "back_url": back_url,
        "back_text": gettext("Back to the list"),
        "wanted": {"title": title, "submit": submit},
        "choice": choice,
        "kept": many.kept(request, without=set(choice.fields) if choice else ()),
        "confirm": confirm,
        "count_text": words.chosen(len(keys)),
        "problem": problem,
        "action_url": request.get_full_path(),
    }
    if effect is not None:
        who = str(choice.cleaned_data["person"]) if choice else ""
        context |= many.context(
            effect,
            words.will(action, effect, who),
            _lines(request, effect.reached, told=effect.told),
            _lines(request, effect.skipped, why=effect.skipped),
        )
    return render(request, "reviews/lists/bulk.html", context)


def _lines(
    request: PortalRequest,
    keys: Iterable[int],
    *,
    told: Mapping[int, str] = MappingProxyType({}),
    why: Mapping[int, str] = MappingProxyType({}),
) -> list[Affected]:
    cases = UseCase.objects.visible_to(request.user).select_related("team")
    rows = cases.filter(pk__in=list(keys)[: many.SHOWN]).order_by("reference")
    return [_affected(row, note=told.get(row.pk, ""), why=why.get(row.pk, "")) for row in rows]


def _affected(case: UseCase, *, note: str = "", why: str = "") -> Affected:
    notes = " · ".join(filter(None, [case.reference, note]))
    return Affected(case.get_absolute_url(), case.title, notes, why=why, badge=case.current_state)


def _chosen(request: PortalRequest, known: KnownList) -> list[int]:
    """Keys of the ticked cases, or of all under the filter. Raises ``BadInput`` as the list does.

    One more than an action takes, at most: the service says when there are too many.
    """
    filters = known.make(request, request.GET)
    listing.check(request, filters, "all", "person", *known.fixed)
    filters.check_values()
    if not _everything(request) and not many.picked(request):
        raise BadInput(gettext("Choose at least one row of the list."))
    column = "use_case_id" if known is REVIEWS else "pk"
    return list(filters.qs.order_by(column).values_list(column, flat=True)[: MOST_AT_ONCE + 1])


def _without_picks(request: PortalRequest) -> str:
    """Everything under the filter: the ticked rows do not narrow it."""
    rest = request.GET.copy()
    del rest["pick"]
    return f"{request.path}?{rest.urlencode()}"


def _everything(request: PortalRequest) -> bool:
    return request.GET.get("all") == "yes"


def _choice(request: PortalRequest, action: str) -> ReviewerForm | None:
    """Bound once somebody was chosen."""
    if action != ASSIGN:
        return None
    return ReviewerForm(request.GET if "person" in request.GET else None)
