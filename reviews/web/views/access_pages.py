"""One application, grant, exception or extension: its facts, its story, and its steps."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain.errors import DomainError, NotPermitted
from reviews.domain.gate import Policies
from reviews.domain.gate.catalogue import Policy
from reviews.models import (
    AccessApplication,
    AccessGrant,
    Customer,
    Extension,
    GrantVerification,
    Membership,
    PolicyException,
    User,
)
from reviews.models.access_policy import policy_in_force
from reviews.permissions.access import can_decide_application
from reviews.permissions.rulings import require
from reviews.selectors import access as selectors
from reviews.selectors import customers, gate
from reviews.web import access_facts as facts
from reviews.web import access_steps as steps
from reviews.web import access_words as words
from reviews.web import presenters
from reviews.web.forms.access import StepForm
from reviews.web.gate_words import panel
from reviews.web.kept_text import forget, given_back, keeps_typed_text
from reviews.web.reauthenticating import is_really
from reviews.web.requests import PortalRequest
from reviews.web.standing import Link
from reviews.web.views.access import crumbs

APPLICATIONS = AccessApplication.objects.select_related(
    "customer", "capability__service", "team", "filed_by", "decided_by"
)
GRANTS = AccessGrant.objects.select_related(
    "customer",
    "capability__service",
    "application__team",
    "application__capability",
    "granted_by",
    "revoked_by",
    "transferred_from__customer",
    "transferred_to__customer",
).prefetch_related(Prefetch("verifications", GrantVerification.objects.select_related("by")))


@require_safe
def application(request: PortalRequest, uid: object) -> HttpResponse:
    row = get_object_or_404(_with_reader(APPLICATIONS, request.user, "team"), uid=uid)
    grants, catalogue = selectors.grants_of(row), gate.policies_on([row.capability.slug])
    policy = _policy(catalogue, on=request.today)
    last_on = policy.last_permitted_on if policy else None
    context = {
        "crumbs": crumbs("applications"),
        "eyebrow": gettext("Limited Access application"),
        "heading": f"{row.customer} · {row.capability}",
        "standing": row.current_state,
        "turn": words.application_says(
            row,
            policy.safe_filing_on(last_on) if policy and last_on else None,
            last_on,
        ),
        "gate": _gate(row, row.customer, catalogue, on=request.today),
        "sections": facts.application(row, _texts(catalogue), selectors.vetting_rows(row)),
        "related": [
            Link(
                gettext("Grant: %(customer)s") % {"customer": one.customer}, one.get_absolute_url()
            )
            for one in grants
        ],
        "links": [
            *_verifying(request, row),
            *links(
                request,
                row,
                steps.APPLICATION,
                "access_application_step",
                on_team=row.reader_on_team,
            ),
        ],
        "entries": _entries(row, *grants),
    }
    return render(request, "reviews/access/page.html", context)


@require_safe
def grant(request: PortalRequest, uid: object) -> HttpResponse:
    row = get_object_or_404(_with_reader(GRANTS, request.user, "application__team"), uid=uid)
    catalogue = gate.policies_on([row.capability.slug])
    context = {
        "crumbs": crumbs("grants"),
        "eyebrow": gettext("Limited Access grant"),
        "heading": f"{row.customer} · {row.capability}",
        "standing": row.standing(on=request.today),
        "turn": words.grant_says(row, request.today),
        "gate": _gate(row.application, row.customer, catalogue, on=request.today),
        "sections": facts.grant(row, _texts(catalogue)),
        "links": links(request, row, steps.GRANT, "access_grant_step", on_team=row.reader_on_team),
        "entries": _entries(row),
    }
    return render(request, "reviews/access/page.html", context)


@require_safe
def exception(request: PortalRequest, uid: object) -> HttpResponse:
    visible = selectors.exception_of(PolicyException.objects.visible_to(request.user))
    row = get_object_or_404(visible, uid=uid)
    policy = policy_in_force(row.capability, on=request.today)
    ask_again_by = selectors.safe_filing_on(policy, row.until)
    context = {
        "crumbs": crumbs("exceptions"),
        "eyebrow": gettext("Exception from a policy"),
        "heading": f"{row.intended_use} · {row.capability}",
        "standing": words.exception_standing(row, request.today),
        "turn": words.exception_says(row, request.today),
        "sections": facts.exception(row, request.user, ask_again_by),
        "links": links(request, row, steps.EXCEPTION, "access_exception_step"),
        "entries": _entries(row),
    }
    return render(request, "reviews/access/page.html", context)


@require_safe
def extension(request: PortalRequest, uid: object) -> HttpResponse:
    row = get_object_or_404(_extensions(request), uid=uid)
    one = customers.standing_of(row.deployment, at=request.now)
    context = {
        "crumbs": crumbs("extensions"),
        "eyebrow": gettext("Extension of the last permitted day"),
        "heading": f"{row.deployment.customer} · {row.deployment.capability}",
        "standing": row.standing(on=one.today),
        "turn": words.extension_says(row, one.today),
        "sections": facts.extension(row, one),
        "links": links(request, row, steps.EXTENSION, "access_extension_step"),
        "entries": _entries(row),
    }
    return render(request, "reviews/access/page.html", context)


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def application_step(request: PortalRequest, uid: object, name: str) -> HttpResponse:
    row = get_object_or_404(APPLICATIONS.visible_to(request.user), uid=uid)
    return step(request, row, steps.APPLICATION, name, crumbs("applications"))


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def grant_step(request: PortalRequest, uid: object, name: str) -> HttpResponse:
    row = get_object_or_404(GRANTS.visible_to(request.user), uid=uid)
    return step(request, row, steps.GRANT, name, crumbs("grants"))


@keeps_typed_text
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def exception_step(request: PortalRequest, uid: object, name: str) -> HttpResponse:
    visible = selectors.exception_of(PolicyException.objects.visible_to(request.user))
    row = get_object_or_404(visible, uid=uid)
    return step(request, row, steps.EXCEPTION, name, crumbs("exceptions"))


@keeps_typed_text
@require_http_methods(["GET", "POST"])
def extension_step(request: PortalRequest, uid: object, name: str) -> HttpResponse:
    row = get_object_or_404(_extensions(request), uid=uid)
    return step(request, row, steps.EXTENSION, name, crumbs("extensions"))


def step(
    request: PortalRequest,
    row: Any,
    offered: Mapping[str, steps.Step],
    name: str,
    way: list[tuple[str, str]],
) -> HttpResponse:
    """Show the effect, take the form, call the service, show what came of it.

    Who comes too late keeps what they typed: the service's refusal stands above it.
    """
    wanted = offered.get(name)
    if wanted is None:
        raise Http404
    ruling = wanted.may(request.user, row)
    if request.method == "GET" or ruling.error is NotPermitted:
        require(ruling)
    form = wanted.form(typed(request), row=row, on=request.today)
    if request.method == "POST" and form.is_valid() and _is_signed(request, wanted, form):
        try:
            made = wanted.act(
                row, **form.arguments, by=request.user, at=request.now, on=request.today
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            forget(request)
            messages.success(request, str(wanted.done))
            return redirect(made.get_absolute_url())
    context = {
        "crumbs": [*way, (str(row), row.get_absolute_url())],
        "step": wanted,
        "row": row,
        "form": form,
        "effects": wanted.effects(row, request.today),
        "cancel_url": row.get_absolute_url(),
    }
    return render(request, "reviews/access/step.html", context)


def _is_signed(request: PortalRequest, wanted: steps.Step, form: StepForm) -> bool:
    return not wanted.needs_password or is_really(request, form)


def typed(request: PortalRequest) -> QueryDict | None:
    """What was posted, or what this person typed here before signing in again."""
    return request.POST if request.method == "POST" else given_back(request)


def links(
    request: PortalRequest,
    row: Any,
    offered: Mapping[str, steps.Step],
    url_name: str,
    **known: Any,
) -> list[Link]:
    """The steps that this person can take now. ``known``: what the page read for the rulings."""
    return [
        Link(str(one.title), reverse(f"reviews:{url_name}", args=[row.uid, name]))
        for name, one in offered.items()
        if one.may(request.user, row, **known)
    ]


def _verifying(request: PortalRequest, row: Any) -> list[Link]:
    """Before a grant somebody has to verify that the customer is managed."""
    if row.customer.is_managed is not None:
        return []
    if not can_decide_application(request.user, row, on_team=row.reader_on_team):
        return []
    url = reverse("reviews:customer_step", args=[row.customer.uid, "verify"])
    return [Link(gettext("Verify whether the customer is managed"), url)]


def _extensions(request: PortalRequest) -> Any:
    return Extension.objects.visible_to(request.user).select_related(
        "deployment__customer",
        "deployment__capability",
        "asked_by",
        "answer__contact",
        "decided_by",
    )


def _with_reader(rows: Any, user: User, team: str) -> Any:
    """What this person may see, with ``reader_on_team``: whether the person is on its team."""
    mine = Membership.objects.filter(user=user, team=OuterRef(team))
    return rows.visible_to(user).annotate(reader_on_team=Exists(mine))


def _policy(catalogue: Mapping[str, Policies], *, on: date) -> Policy | None:
    """The policy of that day for the only capability of the catalogue that was read."""
    return next((one.in_force(on) for one in catalogue.values()), None)


def _texts(catalogue: Mapping[str, Policies]) -> dict[str, str]:
    """Code of a use to its words."""
    return {code: use.text for one in catalogue.values() for code, use in one.uses.items()}


def _gate(
    row: AccessApplication, customer: Customer, catalogue: Mapping[str, Policies], *, on: date
) -> dict[str, object]:
    """What ``components/answer_panel.html`` wants, and what the vetting has to look at."""
    answered = panel(selectors.gate_today(row, customer, on=on, known=catalogue))
    sentence = " ".join(reason.text for reason in answered.reasons)
    return {
        "answer": answered.answer,
        "sentence": sentence,
        "dates": answered.dates,
        "look_at": [reason.text for reason in (*answered.advice, *answered.escalations)],
    }


def _entries(*rows: Any) -> list[presenters.Entry]:
    return [presenters.entry(event) for event in selectors.events_of(*rows)]
