"""“Waiting for you”: computed from where things stand, never kept by hand."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext

from reviews.models import Extension, PolicyException, User
from reviews.permissions.reviewing import can_open_workbench
from reviews.selectors import access_waiting, conditions, home, workbench
from reviews.selectors.sunset import hygiene
from reviews.web import reviewing_words

MOST = 50
"""Lines of each sort; the start page is no list of everything."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to do with which case, why me, and since or until when."""

    verb: str
    name: str
    url: str
    why: str
    since: datetime | None = None
    due_on: date | None = None
    is_overdue: bool = False


def tasks(user: User, *, on: date) -> list[Task]:
    """Overdue promises first, then promises by due day, then what waits longest."""
    found = [*_promises(user, on=on), *_questions(user)]
    if can_open_workbench(user):
        found += _turns(user)
    if user.has_perm("reviews.decide_usecase"):
        found += _requests(user)
    if user.has_perm("reviews.own_sunset"):
        found += _unreached(user)
    return sorted(found, key=_urgency)


def _urgency(task: Task) -> tuple[bool, bool, date, float]:
    since = task.since.timestamp() if task.since else 0.0
    return (not task.is_overdue, task.due_on is None, task.due_on or date.max, since)


def _turns(user: User) -> list[Task]:
    rows = workbench.waiting(workbench.waiting_rounds(user)[:MOST])
    turns = [reviewing_words.turn(row) for row in rows]
    return [Task(one.verb, one.use_case.title, one.url, one.why, since=one.since) for one in turns]


def _questions(user: User) -> list[Task]:
    return [
        Task(
            gettext("Answer"),
            case.title,
            reverse("reviews:use_case_questions", args=[case.reference]),
            gettext("The reviewers asked your team."),
            since=case.state_since,
        )
        for case in home.to_answer(user)[:MOST]
    ]


def _requests(user: User) -> list[Task]:
    """Applications, exceptions and extensions."""
    why = gettext("It waits for a lead.")
    rows = access_waiting.requests(user, limit=MOST)
    asked: list[PolicyException | Extension] = [*rows.exceptions, *rows.extensions]
    return [
        Task(gettext("Vet"), str(one), one.get_absolute_url(), why, since=one.filed_at)
        for one in rows.applications
    ] + [
        Task(gettext("Answer"), str(one), one.get_absolute_url(), why, since=one.asked_at)
        for one in asked
    ]


def _unreached(user: User) -> list[Task]:
    """Deployments of this person's customers that a reminder would not surely reach."""
    return [
        Task(
            gettext("Mend the contact"),
            gettext("%(customer)s: %(use)s") % {"customer": row.customer, "use": row.use},
            row.get_absolute_url(),
            gettext("A reminder would not surely reach anybody."),
            since=row.registered_at,
        )
        for row in hygiene.to_mend(user, limit=MOST)
    ]


def _promises(user: User, *, on: date) -> list[Task]:
    kinds = [
        (conditions.to_prove(user), gettext("Keep"), gettext("You own this condition.")),
        (conditions.to_verify(user), gettext("Verify"), gettext("You verify this condition.")),
    ]
    return [
        Task(
            verb,
            line.row.text,
            reverse("reviews:condition", args=[line.row.uid]),
            why,
            due_on=line.row.due_on,
            is_overdue=line.is_overdue,
        )
        for rows, verb, why in kinds
        for line in conditions.lines(rows, on=on)[:MOST]
    ]
