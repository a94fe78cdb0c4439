"""Signed links in mails. A GET shows, a POST acts: who follows every link changes nothing."""

from datetime import datetime

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from reviews.domain import ladders
from reviews.domain.enums import DigestFrequency
from reviews.domain.errors import DomainError
from reviews.models import User
from reviews.services.reminding import digests
from reviews.services.sunset import answers as service
from reviews.services.sunset import links
from reviews.services.sunset.links import Link, Refusal
from reviews.web import answering
from reviews.web.forms.answers import ASKED_AGAIN, FORMS, AnswerForm, EvidenceForm
from reviews.web.requests import PortalRequest


@require_safe
@answering.opens_link
def answer(request: PortalRequest, link: Link, at: datetime) -> HttpResponse:
    """What is known, and the choices."""
    context = {"page": answering.page(link, at=at), "link": link}
    return render(request, "reviews/answers/answer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@answering.opens_link
def step(request: PortalRequest, link: Link, at: datetime, *, step: str) -> HttpResponse:
    """One answer: its form, a page that asks once more for what ends the matter, the effect."""
    if step not in FORMS:
        raise Http404
    if request.method != "POST":
        return _form(request, link, at, step, FORMS[step]())
    if not ratelimit.consume(request, action="answer_link", key=link.token):
        return answering.too_many(request)
    form = FORMS[step](request.POST)
    if not form.is_valid():
        return _form(request, link, at, step, form)
    file = EvidenceForm(request.POST, request.FILES)
    if form.kind in ASKED_AGAIN and "confirmed" not in request.POST:
        return _form(request, link, at, step, form, asks_again=True)
    if not file.is_valid() or not _acted(request, link, at, form, file):
        return _form(request, link, at, step, form, file=file)
    return redirect("reviews:answer_recorded", link.token)


def _acted(
    request: PortalRequest, link: Link, at: datetime, form: AnswerForm, file: EvidenceForm
) -> bool:
    """Whether the answer stands; else the form says why not."""
    try:
        service.by_link(
            link,
            form.given_with(file.uploaded if form.kind in ASKED_AGAIN else None),
            entered_by=answering.person_of(request),
            at=at,
            on=link.deployment.today(at),
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    return True


def _form(
    request: PortalRequest,
    link: Link,
    at: datetime,
    step: str,
    form: AnswerForm,
    *,
    file: EvidenceForm | None = None,
    asks_again: bool = False,
) -> HttpResponse:
    context = {
        "page": answering.page(link, at=at),
        "link": link,
        "step": step,
        "words": answering.STEPS[form.kind],
        "form": form,
        "file": (file or EvidenceForm()) if asks_again and step == "stopped" else None,
        "asks_again": asks_again,
    }
    return render(request, "reviews/answers/step.html", context)


@require_safe
@answering.opens_link
def recorded(request: PortalRequest, link: Link, at: datetime) -> HttpResponse:
    record = answering.record(link)
    if record is None:
        return redirect("reviews:answer", link.token)
    context = {"page": answering.page(link, at=at), "link": link, "record": record}
    return render(request, "reviews/answers/recorded.html", context)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: PortalRequest, token: str) -> HttpResponse:
    """Turn a person's digest off: by the button, or by one click in the mail program (RFC 8058).

    It can do nothing else, so the signed token alone is asked for: a mail program has no cookie.
    """
    uid = links.read_unsubscribe(token)
    person = User.objects.filter(uid=uid, is_active=True).first() if uid else None
    if person is None:
        return answering.kept_by_nobody(answering.refused(request, Refusal.WRONG))
    if request.method == "POST":
        at = answering.business_time(request)
        digests.unsubscribe(person, at=at, on=ladders.local_day(at, person.time_zone))
    context = {"is_off": person.digest == DigestFrequency.OFF, "did": request.method == "POST"}
    return answering.kept_by_nobody(render(request, "reviews/answers/unsubscribe.html", context))
