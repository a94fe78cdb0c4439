"""“Waiting on me”: everything on which a person is the one to act, the oldest first."""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext

from reviews.domain.errors import BadInput
from reviews.domain.turns import Turn
from reviews.models import User
from reviews.permissions.turns import COUNT, FROM_WHERE, PERSON
from reviews.selectors import review_days
from reviews.selectors.paging import Page
from reviews.selectors.waiting_columns import COLUMNS

SIZE = 50
"""Lines a page."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits for this person: what to do, with what, why, since when, until when.

    ``uid`` and ``reference`` are what its address needs. ``why``: a word for the situation, empty
    for the usual one. ``done`` of ``required`` items hold a verdict (``REVIEW``); ``required``
    counts open questions (``ANSWER``) and open differences (``RECONCILE``). ``place_at``: where it
    stands in the list; later than ``since`` where the person put it last.
    """

    turn: Turn
    key: int
    since: datetime
    place_at: datetime
    due_on: date | None
    case: int | None
    uid: UUID
    reference: str
    title: str
    why: str
    done: int
    required: int
    is_sensitive: bool
    team: str
    opened_on: date | None
    has_news: bool
    is_overdue: bool = False


def count(user: User) -> int:
    """How many things wait for this person: as many as ``page`` lists. No query where the person
    came with the request (``permissions.backend``).
    """
    known = getattr(user, "waiting_count", None)
    if known is not None:
        return int(known)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COUNT}", [user.pk])
        return int(cursor.fetchone()[0])


def count_of(user: User, turn: Turn) -> int:
    """How many things of one kind wait for this person: as many as ``page(only=turn)`` lists."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH p AS ({PERSON}) SELECT COUNT(*) {FROM_WHERE[turn]}",
            [user.pk],
        )
        return int(cursor.fetchone()[0])


def page(
    user: User, *, on: date, cursor: str = "", size: int = SIZE, only: Turn | None = None
) -> Page:
    """One page of ``Item``, the oldest first; ``only``: of one kind. Two queries.

    Raises ``BadInput`` for a cursor that this function did not make.
    """
    backwards, place = _read(cursor)
    sign, order = ("<", "DESC") if backwards else (">", "ASC")
    wanted = [only] if only else list(Turn)
    each = " UNION ALL ".join(f"(SELECT {COLUMNS[turn]} {FROM_WHERE[turn]})" for turn in wanted)
    beyond = f"WHERE (place_at, turn, id) {sign} (%s, %s, %s)" if place else ""
    sql = f"""WITH p AS ({PERSON}), turns AS ({each})
    SELECT turns.*, case_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM reviews_visit v WHERE v.user_id = (SELECT id FROM p)
            AND v.use_case_id = turns.case_id AND v.seen_at >= turns.since) AS has_news
    FROM turns {beyond}
    ORDER BY place_at {order}, turn {order}, id {order} LIMIT %s"""
    with connection.cursor() as db:
        db.execute(sql, [user.pk, *place, size + 1])
        rows = db.fetchall()
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    items = _with_days([_item(row) for row in rows], on=on)
    has_next = bool(items) and (more or backwards)
    has_previous = bool(items) and bool(place) and (more or not backwards)
    return Page(
        items,
        next=_write(items[-1], backwards=False) if has_next else "",
        previous=_write(items[0], backwards=True) if has_previous else "",
    )


def following(user: User, *, after: int) -> Item | None:
    """What comes first of the office's work on cases, but for the case of key ``after``.

    The order is that of the list, so that what the person skipped comes by the moment at which it
    was skipped. One query; no due day.
    """
    each = " UNION ALL ".join(f"(SELECT {COLUMNS[one]} {FROM_WHERE[one]})" for one in _OFFICE)
    sql = f"""WITH p AS ({PERSON}), turns AS ({each})
    SELECT turns.*, FALSE FROM turns WHERE case_id <> %s ORDER BY place_at, turn, id LIMIT 1"""
    with connection.cursor() as db:
        db.execute(sql, [user.pk, after])
        row = db.fetchone()
    return _item(row) if row else None


def path(item: Item) -> str:
    """Where the work is done."""
    key = item.reference if item.turn in _BY_REFERENCE else item.uid
    return reverse(f"reviews:{_PLACES[item.turn]}", args=[key])


def _item(row: tuple) -> Item:
    turn, *rest = row
    return Item(Turn(turn), *rest)


def _with_days(items: list[Item], *, on: date) -> list[Item]:
    """With the due day that the policies give a review, and what is overdue. One query."""
    rounds = {one.case for one in items if one.opened_on and one.case is not None}
    days = review_days.of_cases(rounds, on=on)
    found = []
    for one in items:
        due = one.due_on
        if due is None and one.opened_on and one.case is not None:
            due = days.get(one.case, review_days.NONE).due_on(one.opened_on)
        found.append(replace(one, due_on=due, is_overdue=due is not None and due < on))
    return found


def _write(item: Item, *, backwards: bool) -> str:
    text = json.dumps([int(backwards), item.place_at.isoformat(), item.turn.value, item.key])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[bool, list]:
    if not cursor:
        return False, []
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        backwards, at, turn, key = json.loads(text)
        return bool(backwards), [datetime.fromisoformat(at), Turn(turn).value, int(key)]
    except (ValueError, TypeError, binascii.Error):
        raise BadInput(
            gettext("This page link is damaged. Open the list from its start.")
        ) from None


_OFFICE = (
    Turn.REVIEW,
    Turn.RECONCILE,
    Turn.ASSIGN,
    Turn.ADVISE,
    Turn.CLOSE_REFERRAL,
    Turn.DECIDE,
    Turn.DECIDE_APPEAL,
    Turn.COUNTERSIGN,
)
"""What is done on a case that is in review."""

_BY_REFERENCE = {Turn.ANSWER, Turn.DECIDE, Turn.DECIDE_APPEAL, Turn.COUNTERSIGN}

_PLACES = {
    Turn.ANSWER: "use_case_questions",
    Turn.REVIEW: "review",
    Turn.RECONCILE: "review_reconcile",
    Turn.ASSIGN: "review_assign",
    Turn.ADVISE: "referral",
    Turn.CLOSE_REFERRAL: "referral",
    Turn.DECIDE: "decision",
    Turn.DECIDE_APPEAL: "decision",
    Turn.COUNTERSIGN: "countersign",
    Turn.KEEP: "condition",
    Turn.VERIFY: "condition",
    Turn.VET: "access_application",
    Turn.GRANT_EXCEPTION: "access_exception",
    Turn.COUNTERSIGN_EXCEPTION: "access_exception",
    Turn.GRANT_EXTENSION: "access_extension",
    Turn.MEND_CONTACT: "deployment",
}
