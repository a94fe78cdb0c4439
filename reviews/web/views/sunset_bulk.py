"""Remind, hand over or set a status for many at once: the exact effect first, then the act."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from reviews.domain.errors import BadInput, DomainError
from reviews.domain.sunset import Effect, Skip
from reviews.models import Deployment
from reviews.permissions.rulings import require
from reviews.permissions.sunset import can_keep
from reviews.selectors.sunset import register as selectors
from reviews.selectors.sunset.filters import DeploymentFilter
from reviews.services.reminding import by_hand
from reviews.services.sunset import owners, statuses
from reviews.web import listing, many
from reviews.web import sunset_words as words
from reviews.web.attempts import accepted
from reviews.web.forms.sunset import (
    BulkOwnerForm,
    BulkReasonForm,
    BulkRemindForm,
    BulkStatusForm,
)
from reviews.web.many import Affected
from reviews.web.requests import PortalRequest


@dataclass(frozen=True, slots=True)
class Action:
    """``choose``: what has to be chosen before there is an effect; ``confirm``: what is posted."""

    title: Any
    submit: Any
    act: Callable[..., Effect]
    choose: type[forms.Form] | None
    confirm: type[forms.Form]


ACTIONS: Mapping[str, Action] = {
    "remind": Action(
        gettext_lazy("Send reminders now"),
        gettext_lazy("Send the reminders"),
        by_hand.remind,
        None,
        BulkRemindForm,
    ),
    "owner": Action(
        gettext_lazy("Set the owner of many"),
        gettext_lazy("Set the owner"),
        owners.set_owner_of,
        BulkOwnerForm,
        BulkReasonForm,
    ),
    "status": Action(
        gettext_lazy("Set the status of many"),
        gettext_lazy("Set the status"),
        statuses.set_status_of,
        BulkStatusForm,
        BulkReasonForm,
    ),
}


@require_http_methods(["GET", "POST"])
def bulk(request: PortalRequest, action: str) -> HttpResponse:
    """The choice stands in the address, so that looking changes nothing and can be repeated."""
    require(can_keep(request.user))
    wanted = ACTIONS[action]
    try:
        keys = _chosen(request, wanted)
    except BadInput as error:
        return render(request, "400.html", {"message": error.message}, status=400)
    choice = _choice(request, wanted)
    if choice is not None and not choice.is_valid():
        return _page(request, action, keys, choice)
    given = {**getattr(choice, "arguments", {}), **_who(request)}
    confirm = wanted.confirm(request.POST if request.method == "POST" else None)
    made: list[Effect] = []
    if request.method == "POST" and accepted(
        confirm, lambda: made.append(wanted.act(keys, **given, **confirm.cleaned_data))
    ):
        messages.success(request, words.done(action, made[0]))
        return redirect("reviews:sunset")
    return _preview(request, action, keys, choice, confirm, given)


def _preview(
    request: PortalRequest,
    action: str,
    keys: list[int],
    choice: forms.Form | None,
    confirm: forms.Form,
    given: dict[str, Any],
) -> HttpResponse:
    """The exact effect, from the function that acts."""
    reason = {"reason": ""} if "reason" in confirm.fields else {}
    try:
        effect = ACTIONS[action].act(keys, **given, **reason, dry_run=True)
    except DomainError as error:
        return _page(request, action, keys, choice, problem=error.message)
    return _page(request, action, keys, choice, confirm, effect)


def _page(
    request: PortalRequest,
    action: str,
    keys: list[int],
    choice: forms.Form | None,
    confirm: forms.Form | None = None,
    effect: Effect | None = None,
    problem: str = "",
) -> HttpResponse:
    back_url = reverse("reviews:sunset")
    context: dict[str, Any] = {
        "crumbs": [(gettext("Sunset"), back_url)],
        "back_url": back_url,
        "back_text": gettext("Back to the register"),
        "wanted": ACTIONS[action],
        "choice": choice,
        "kept": many.kept(request, without=set(choice.fields) if choice else ()),
        "confirm": confirm,
        "count_text": ngettext(
            "%(count)d deployment chosen.", "%(count)d deployments chosen.", len(keys)
        )
        % {"count": len(keys)},
        "problem": problem,
        "action_url": request.get_full_path(),
    }
    if effect is not None:
        context |= many.context(
            effect,
            words.will(action, effect),
            _lines(request, effect.reached, with_contacts=action == "remind"),
            _lines(request, effect.skipped, skipped=effect.skipped),
        )
    return render(request, "reviews/lists/bulk.html", context)


def _lines(
    request: PortalRequest,
    keys: Iterable[int],
    *,
    with_contacts: bool = False,
    skipped: Mapping[int, Skip] = MappingProxyType({}),
) -> list[Affected]:
    """Rows with whom a mail goes to, or why they are left out."""
    rows = selectors.by_keys(request.user, list(keys)[: many.SHOWN])
    speaking = selectors.reachable_contacts(rows) if with_contacts else {}
    return [
        Affected(
            row.get_absolute_url(),
            row.customer.name,
            " · ".join(
                filter(
                    None,
                    [row.use, str(row.capability), ", ".join(map(str, speaking.get(row.pk, ())))],
                )
            ),
            why=str(words.WHY_SKIPPED[skipped[row.pk]]) if row.pk in skipped else "",
            badge=row.current_status,
        )
        for row in rows
    ]


def _chosen(request: PortalRequest, wanted: Action) -> list[int]:
    """Keys of the ticked rows, or of all under the filter. Raises ``BadInput`` as the list does."""
    queryset = Deployment.objects.visible_to(request.user)
    filters = DeploymentFilter(request.GET, queryset=queryset, request=request)
    listing.check(request, filters, "pick", "all", *_choice_names(wanted))
    filters.check_values()
    everything = request.GET.get("all") == "yes"
    return selectors.chosen(
        request.user,
        filters.qs,
        uids=many.picked(request),
        everything=everything,
    )


def _choice(request: PortalRequest, wanted: Action) -> forms.Form | None:
    """Bound once something was chosen."""
    if wanted.choose is None:
        return None
    names = _choice_names(wanted)
    return wanted.choose(request.GET if any(name in request.GET for name in names) else None)


def _choice_names(wanted: Action) -> list[str]:
    return list(wanted.choose.base_fields) if wanted.choose else []


def _who(request: PortalRequest) -> dict[str, Any]:
    return {"by": request.user, "at": request.now, "on": request.today}
