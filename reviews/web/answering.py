"""The page behind a link in a mail: what it shows, and what it says where it opens nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from reviews.domain import ladders, sunset
from reviews.domain.enums import AnswerKind, DeploymentStatus, RequestState, Tone
from reviews.domain.errors import StateConflict
from reviews.models import DeploymentAnswer, Extension, User
from reviews.selectors import clock
from reviews.services.reminding import wording
from reviews.services.sunset import answers, links
from reviews.services.sunset.links import Link, Refusal
from reviews.web.requests import PortalRequest

STATUS_CODES = {Refusal.WRONG: 404, Refusal.EXPIRED: 410, Refusal.HANDED_OVER: 200}

View = Callable[..., HttpResponse]


def business_time(request: HttpRequest) -> datetime:
    """Of a visitor who is not signed in, too: in the demo their clock is ahead as well."""
    now = cast(PortalRequest, request).now
    if person_of(request) is not None or not settings.DEMO:
        return now
    return now + clock.offset()


def person_of(request: HttpRequest) -> User | None:
    """Who is signed in; nobody has to be."""
    return request.user if request.user.is_authenticated else None


def kept_by_nobody(response: HttpResponse) -> HttpResponse:
    """No cache on the way and none in the browser."""
    patch_cache_control(response, no_store=True, private=True)
    return response


def opens_link(view: View) -> View:
    """The view gets the link and the business time; a link that opens nothing gets its page."""

    @login_not_required
    @wraps(view)
    def opened(request: PortalRequest, token: str, **named: str) -> HttpResponse:
        at = business_time(request)
        link = links.read(token, at=at)
        if isinstance(link, Refusal):
            return kept_by_nobody(refused(request, link))
        return kept_by_nobody(view(request, link, at, **named))

    return opened


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page that helps and tells nothing. A wrong signature costs no query."""
    status = STATUS_CODES[refusal]
    return render(request, "reviews/answers/refused.html", {"refusal": refusal}, status=status)


def too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "reviews/answers/too_many.html", status=429)


# The page -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer on offer. ``is_direct``: its button acts; else a page asks for more first."""

    step: str
    title: str
    hint: str
    is_direct: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One answer on record, in words."""

    what: str
    who: str
    on: date


_NEAR_DAYS = 14
_STATUS_WORDS = {
    DeploymentStatus.DISCOVERED: gettext_lazy("We have not heard from you yet"),
    DeploymentStatus.NOTIFIED: gettext_lazy("We have not heard from you yet"),
    DeploymentStatus.ACKNOWLEDGED: gettext_lazy("You know of it"),
    DeploymentStatus.PLAN_FILED: gettext_lazy("You have a plan, and we have it on file"),
    DeploymentStatus.MIGRATING: gettext_lazy("You are on the way out"),
    DeploymentStatus.DISCONTINUED: gettext_lazy("Discontinued, and attested"),
    DeploymentStatus.NOT_THEIRS: gettext_lazy("Recorded as not yours"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """What is known about the deployment, for its customer; nothing about anybody else."""

    link: Link
    today: date
    status: DeploymentStatus
    left: str
    is_overdue: bool
    request: Extension | None
    said: tuple[Said, ...]
    choices: tuple[Choice, ...]

    @property
    def is_running(self) -> bool:
        return self.status.is_running

    @property
    def is_due(self) -> bool:
        """Whether something still ends: access granted meanwhile lifts the last day."""
        return self.is_running and self.link.current.is_open

    @property
    def what(self) -> str:
        capability = self.link.deployment.capability
        return f"{capability.service.name}: {capability.name}"

    @property
    def status_words(self) -> str:
        """Where it stands, as the customer sees it."""
        return str(_STATUS_WORDS[self.status])

    @property
    def tone(self) -> Tone:
        if self.is_overdue:
            return Tone.BAD
        near = ladders.days_left(self.link.current.last_day, on=self.today) <= _NEAR_DAYS
        return Tone.CAUTION if near else Tone.NEUTRAL


def page(link: Link, *, at: datetime) -> Page:
    deployment = link.deployment
    today = deployment.today(at)
    last_day = link.current.last_day
    asked = deployment.extensions.filter(state=RequestState.ASKED).first()
    return Page(
        link=link,
        today=today,
        status=deployment.current_status,
        left=wording.left(last_day, on=today),
        is_overdue=link.current.is_open and ladders.is_overdue(last_day, on=today),
        request=asked,
        said=tuple(_said(link)),
        choices=tuple(_choices(link, today=today, may_ask=asked is None)),
    )


_MOST_SAID = 10
_LAST_WEEK = 7


def _said(link: Link) -> list[Said]:
    """The last answers about this deployment, the newest first."""
    rows = link.deployment.answers.select_related("contact").order_by("-said_at", "-pk")
    return [
        Said(
            str(AnswerKind(row.kind).label),
            row.said_by or str(row.contact or gettext("the office")),
            link.deployment.today(row.said_at),
        )
        for row in rows[:_MOST_SAID]
    ]


def _choices(link: Link, *, today: date, may_ask: bool) -> list[Choice]:
    """What can still be said; a use that ended offers its correction alone."""
    status = link.deployment.current_status
    stopped = Choice(
        "stopped",
        gettext("We have stopped using it"),
        gettext("You attest it with your name and the last day on which it ran."),
    )
    if status is DeploymentStatus.DISCONTINUED:
        return [
            Choice(
                "stopped",
                gettext("Correct the last day of use"),
                gettext("The later attestation counts; the first one stays on record."),
            )
        ]
    if not status.is_running:
        return []
    found = [stopped]
    is_due = link.current.is_open
    if is_due and sunset.after_answer(status, AnswerKind.ACKNOWLEDGED) is not status:
        received = Choice(
            "received",
            gettext("We have received this and are working on it"),
            gettext("The reminders to you rest until a week before the last permitted day.")
            if ladders.days_left(link.current.last_day, on=today) > _LAST_WEEK
            else gettext("The last permitted day is near: the reminders go on."),
            is_direct=True,
        )
        found.insert(0, received)
    if is_due and may_ask:
        found.append(
            Choice(
                "more-time",
                gettext("We need more time"),
                gettext("You ask for a later last day. A person decides on it."),
            )
        )
    if is_due and (until := _quiet_until(link, today=today)) is not None:
        found.append(
            Choice(
                "later",
                gettext("Remind us later"),
                gettext("No reminder to you up to %(day)s. Others are told as before.")
                % {"day": wording.day(until)},
                is_direct=True,
            )
        )
    found.append(
        Choice(
            "someone-else",
            gettext("Somebody else answers for this"),
            gettext("We write to the person whom you name from then on."),
        )
    )
    found.append(
        Choice(
            "not-ours",
            gettext("This is not ours"),
            gettext("You do not run this, and never did or not any more."),
        )
    )
    return found


def _quiet_until(link: Link, *, today: date) -> date | None:
    """Until when a snooze would last; ``None`` where it is too late, or one lasts that long."""
    try:
        until = answers.quiet_until(link.deployment, link.current, on=today)
    except StateConflict:
        return None
    lasts = link.deployment.snoozed_until
    return until if lasts is None or lasts < until else None


@dataclass(frozen=True, slots=True)
class Words:
    """Of the page of one answer: its heading, what follows, its button."""

    title: str | Promise
    effect: str | Promise
    submit: str | Promise


STEPS = {
    AnswerKind.ACKNOWLEDGED: Words(
        gettext_lazy("We have received this"),
        gettext_lazy(
            "The reminders to you rest up to the last week before the last permitted day."
        ),
        gettext_lazy("Record it"),
    ),
    AnswerKind.STOPPED: Words(
        gettext_lazy("We have stopped using it"),
        gettext_lazy(
            "It is recorded as discontinued, attested by you, and the reminders end. Using it again"
            " would need a new permission."
        ),
        gettext_lazy("Attest it"),
    ),
    AnswerKind.MORE_TIME: Words(
        gettext_lazy("We need more time"),
        gettext_lazy(
            "Your request goes to a person who decides on it. Until then the last permitted day"
            " stays as it is."
        ),
        gettext_lazy("Ask for more time"),
    ),
    AnswerKind.NOT_OURS: Words(
        gettext_lazy("This is not ours"),
        gettext_lazy(
            "It is recorded as not yours and the reminders to you end. Whoever looks after you sees"
            " to whose it is."
        ),
        gettext_lazy("Record that it is not ours"),
    ),
    AnswerKind.SOMEONE_ELSE: Words(
        gettext_lazy("Somebody else answers for this"),
        gettext_lazy(
            "We write to the person whom you name from now on, about this use. This link ends then."
        ),
        gettext_lazy("Name this person"),
    ),
    AnswerKind.SNOOZED: Words(
        gettext_lazy("Remind us later"),
        gettext_lazy(
            "No reminder goes to you for 14 days, and never past the week before the last permitted"
            " day. Those on our side are told as before."
        ),
        gettext_lazy("Remind us later"),
    ),
}

# What was recorded --------------------------------------------------------------------------------


_NEXT = {
    AnswerKind.ACKNOWLEDGED: gettext_lazy(
        "The reminders to you rest up to the last week before the last permitted day."
    ),
    AnswerKind.STOPPED: gettext_lazy(
        "The reminders end. Whoever looks after you may ask for proof."
    ),
    AnswerKind.MORE_TIME: gettext_lazy(
        "A person decides on it. Until you hear from us the last permitted day stays as it is."
    ),
    AnswerKind.NOT_OURS: gettext_lazy(
        "The reminders end. Whoever looks after you sees to whose it is."
    ),
    AnswerKind.SOMEONE_ELSE: gettext_lazy("From now on we write to the person whom you named."),
    AnswerKind.SNOOZED: gettext_lazy(
        "No reminder goes to you up to this day. Those on our side are told as before."
    ),
}

_CORRECT = {
    AnswerKind.STOPPED: gettext_lazy(
        "Was the day wrong? Attest it again on the page of this use: the later attestation counts."
        " Still in use? Reply to the mail."
    ),
    AnswerKind.NOT_OURS: gettext_lazy("Is it yours after all? Reply to the mail."),
    AnswerKind.MORE_TIME: gettext_lazy(
        "To change the request, reply to the mail. If you stop earlier, say so on the page of this"
        " use."
    ),
}


@dataclass(frozen=True, slots=True)
class Record:
    """The last answer of this contact: what is on record, what follows, how to correct it."""

    answer: DeploymentAnswer
    what: str
    rows: tuple[dict[str, object], ...]
    next: str
    correct: str


def record(link: Link) -> Record | None:
    """``None`` where this contact has said nothing yet."""
    rows = link.deployment.answers.select_related("new_contact")
    answer = rows.filter(contact=link.contact).order_by("said_at", "pk").last()
    if answer is None:
        return None
    kind = AnswerKind(answer.kind)
    facts = [
        (gettext("Name"), answer.said_by),
        (gettext("Last day of use"), answer.stopped_on and wording.day(answer.stopped_on)),
        (gettext("Until"), answer.until and wording.day(answer.until)),
        (gettext("Reason"), answer.reason),
        (gettext("New contact"), answer.new_contact),
        (gettext("File"), answer.file_name),
    ]
    default = gettext("Answer again on the page of this use: the later answer counts.")
    return Record(
        answer,
        str(kind.label),
        tuple({"key": key, "value": value} for key, value in facts if value),
        str(_NEXT[kind]),
        str(_CORRECT.get(kind, default)),
    )
