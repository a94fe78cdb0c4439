"""“Waiting for you”: computed from where things stand, never kept by hand."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from reviews.domain.calendars import business_days_between
from reviews.domain.turns import Turn
from reviews.selectors import waiting as selectors
from reviews.selectors.waiting import Item
from reviews.web.requests import PortalRequest
from reviews.web.reviewing_words import progress_text


@dataclass(frozen=True, slots=True)
class Task:
    """What to do with which case, why me, since when and until when.

    ``waited``: such as “4 working days”. ``note``: how far it is, and what is special about it.
    """

    verb: str
    name: str
    reference: str
    url: str
    why: str
    note: str
    team: str
    since: datetime
    waited: str
    due_on: date | None
    is_overdue: bool
    is_sensitive: bool
    has_news: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of the list. ``count`` is that of the whole list, and of the badge."""

    tasks: list[Task]
    count: int
    next_url: str
    previous_url: str


WORDS: dict[Turn, tuple[Promise, Promise]] = {
    Turn.ANSWER: (gettext_lazy("Answer"), gettext_lazy("The reviewers asked your team.")),
    Turn.REVIEW: (gettext_lazy("Review"), gettext_lazy("You are assigned as a reviewer.")),
    Turn.RECONCILE: (
        gettext_lazy("Reconcile"),
        gettext_lazy("You and the other reviewer do not agree on every item."),
    ),
    Turn.ASSIGN: (gettext_lazy("Assign"), gettext_lazy("It lacks a reviewer, and leads assign.")),
    Turn.ADVISE: (gettext_lazy("Advise on"), gettext_lazy("You were asked as a panel member.")),
    Turn.CLOSE_REFERRAL: (
        gettext_lazy("Close the referral of"),
        gettext_lazy("The panel's advice is in, and a lead sums it up."),
    ),
    Turn.DECIDE: (
        gettext_lazy("Decide on"),
        gettext_lazy("The review is done, and you are a lead who is free to decide."),
    ),
    Turn.DECIDE_APPEAL: (
        gettext_lazy("Decide the appeal on"),
        gettext_lazy("You are a lead who was not among those who decided."),
    ),
    Turn.COUNTERSIGN: (
        gettext_lazy("Countersign"),
        gettext_lazy("A lead has decided, and you are another."),
    ),
    Turn.KEEP: (gettext_lazy("Keep"), gettext_lazy("You own this condition.")),
    Turn.VERIFY: (gettext_lazy("Verify"), gettext_lazy("You verify this condition.")),
    Turn.VET: (gettext_lazy("Vet"), gettext_lazy("It waits for a lead.")),
    Turn.GRANT_EXCEPTION: (
        gettext_lazy("Answer"),
        gettext_lazy("An exception was asked for, and you are a lead who is free to grant it."),
    ),
    Turn.COUNTERSIGN_EXCEPTION: (
        gettext_lazy("Countersign"),
        gettext_lazy("A lead granted the exception, and you are another."),
    ),
    Turn.GRANT_EXTENSION: (
        gettext_lazy("Answer"),
        gettext_lazy("An extension was asked for, and it waits for a lead."),
    ),
    Turn.MEND_CONTACT: (
        gettext_lazy("Mend the contact"),
        gettext_lazy("You own this customer, and a reminder would not surely reach anybody."),
    ),
}
"""Verb, and why it is this person."""

SITUATIONS: dict[tuple[Turn, str], Promise] = {
    (Turn.REVIEW, "answered"): gettext_lazy("The team has answered your questions."),
    (Turn.REVIEW, "returned"): gettext_lazy("A lead sent your review back."),
    (Turn.REVIEW, "delta"): gettext_lazy("You are assigned: the team changed what they filed."),
    (Turn.REVIEW, "rereview"): gettext_lazy("You are assigned: the yearly re-review is open."),
    (Turn.DECIDE, "refused"): gettext_lazy(
        "The second lead did not countersign; a lead decides anew."
    ),
    (Turn.DECIDE, "advised"): gettext_lazy("The panel's advice is in; a lead decides."),
}
"""Why it is this person, in a situation of its own."""


def listed(request: PortalRequest, *, only: Turn | None = None) -> Waiting:
    """What waits for the person of this request, one page of it, the oldest first. Two queries.

    Raises ``BadInput`` for a damaged cursor.
    """
    user, today = request.user, request.today
    found = selectors.page(user, on=today, cursor=request.GET.get("cursor", ""), only=only)
    return Waiting(
        [task(one, on=today) for one in found.rows],
        selectors.count_of(user, only) if only else selectors.count(user),
        _with_cursor(request, found.next),
        _with_cursor(request, found.previous),
    )


def task(item: Item, *, on: date) -> Task:
    verb, why = WORDS[item.turn]
    return Task(
        str(verb),
        item.title,
        item.reference,
        selectors.path(item),
        str(SITUATIONS.get((item.turn, item.why), why)),
        _note(item),
        item.team,
        item.since,
        waited(item.since, on=on),
        item.due_on,
        item.is_overdue,
        item.is_sensitive,
        item.has_news,
    )


def waited(since: datetime, *, on: date) -> str:
    """How long, in working days of Monday to Friday."""
    days = business_days_between(timezone.localtime(since).date(), on)
    if not days:
        return gettext("less than a working day")
    return ngettext("%(n)d working day", "%(n)d working days", days) % {"n": days}


def since_text(since: datetime, *, on: date) -> str:
    """Such as “since Tue 3 January 2023, 4 working days”."""
    day = date_format(timezone.localtime(since), "D j F Y")
    return gettext("since %(day)s, %(waited)s") % {"day": day, "waited": waited(since, on=on)}


def _note(item: Item) -> str:
    if item.turn is Turn.REVIEW:
        return progress_text(item.done, item.required)
    if item.turn is Turn.ANSWER and item.required:
        return ngettext("%(n)d open question", "%(n)d open questions", item.required) % {
            "n": item.required
        }
    if item.turn is Turn.RECONCILE:
        return ngettext("%(n)d difference", "%(n)d differences", item.required) % {
            "n": item.required
        }
    return ""


def _with_cursor(request: PortalRequest, cursor: str) -> str:
    if not cursor:
        return ""
    query: QueryDict = request.GET.copy()
    query["cursor"] = cursor
    return f"{request.path}?{query.urlencode()}"
