"""What waits for a person, for the digest: the same rows as on the start page, without its words.

``tests/web/test_digests.py`` holds the two equal.
"""

from datetime import date

from django.urls import reverse

from reviews.domain.digests import WaitingItem, WaitingKind
from reviews.models import Condition, Extension, PolicyException, User
from reviews.permissions.reviewing import can_open_workbench
from reviews.selectors import access_waiting, conditions, home, workbench
from reviews.selectors.sunset import hygiene
from reviews.selectors.workbench import Verb, Waiting

MOST = 50
"""Lines of each sort, as on the start page."""


def waiting_for(user: User, on: date) -> list[WaitingItem]:
    """In no order. The number of queries does not grow with the rows."""
    found = [*_promises(user, on=on), *_questions(user), *_to_mend(user)]
    if can_open_workbench(user):
        rows = workbench.waiting(workbench.waiting_rounds(user)[:MOST])
        found += [_turn(row) for row in rows]
    if user.has_perm("reviews.decide_usecase"):
        found += _requests(user)
    return found


def _promises(user: User, *, on: date) -> list[WaitingItem]:
    kinds = [
        (conditions.to_prove(user), WaitingKind.PROVE),
        (conditions.to_verify(user), WaitingKind.VERIFY),
    ]
    return [
        WaitingItem(
            kind,
            str(line.row),
            _condition_path(line.row),
            due_on=line.row.due_on,
            is_overdue=line.is_overdue,
        )
        for rows, kind in kinds
        for line in conditions.lines(rows, on=on)[:MOST]
    ]


def _condition_path(row: Condition) -> str:
    return reverse("reviews:condition", args=[row.uid])


def _questions(user: User) -> list[WaitingItem]:
    return [
        WaitingItem(
            WaitingKind.ANSWER_QUESTIONS,
            case.title,
            reverse("reviews:use_case_questions", args=[case.reference]),
            since=case.state_since,
        )
        for case in home.to_answer(user)[:MOST]
    ]


def _turn(row: Waiting) -> WaitingItem:
    return WaitingItem(
        WaitingKind(row.verb.value), row.use_case.title, _turn_path(row), since=row.since
    )


def _turn_path(row: Waiting) -> str:
    reference = row.use_case.reference
    match row.verb:
        case Verb.REVIEW:
            return reverse("reviews:review", args=[row.review.uid])
        case Verb.ASSIGN:
            return reverse("reviews:review_assign", args=[row.review.uid])
        case Verb.COUNTERSIGN:
            return reverse("reviews:countersign", args=[reference])
        case Verb.DECIDE | Verb.DECIDE_APPEAL:
            return reverse("reviews:decision", args=[reference])
    return reverse("reviews:referral", args=[row.referral])


def _requests(user: User) -> list[WaitingItem]:
    rows = access_waiting.requests(user, limit=MOST)
    asked: list[PolicyException | Extension] = [*rows.exceptions, *rows.extensions]
    return [
        WaitingItem(WaitingKind.VET, str(one), one.get_absolute_url(), since=one.filed_at)
        for one in rows.applications
    ] + [
        WaitingItem(
            WaitingKind.ANSWER_REQUEST, str(one), one.get_absolute_url(), since=one.asked_at
        )
        for one in asked
    ]


def _to_mend(user: User) -> list[WaitingItem]:
    return [
        WaitingItem(
            WaitingKind.MEND_CONTACTS, str(row), row.get_absolute_url(), since=row.registered_at
        )
        for row in hygiene.to_mend(user, limit=MOST)
    ]
