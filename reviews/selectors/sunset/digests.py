"""What waits for a person, for the digest: the same rows as on the start page, without its words.

``tests/web/test_digests.py`` holds the two equal.
"""

from datetime import date

from reviews.domain.digests import WaitingItem, WaitingKind
from reviews.domain.turns import Turn
from reviews.models import User
from reviews.selectors import waiting

MOST = 200
"""Lines of a digest, the oldest first; the start page pages through all of them."""

KINDS = {
    Turn.ANSWER: WaitingKind.ANSWER_QUESTIONS,
    Turn.REVIEW: WaitingKind.REVIEW,
    Turn.RECONCILE: WaitingKind.RECONCILE,
    Turn.ASSIGN: WaitingKind.ASSIGN,
    Turn.ADVISE: WaitingKind.ADVISE,
    Turn.CLOSE_REFERRAL: WaitingKind.CLOSE_REFERRAL,
    Turn.DECIDE: WaitingKind.DECIDE,
    Turn.DECIDE_APPEAL: WaitingKind.DECIDE_APPEAL,
    Turn.COUNTERSIGN: WaitingKind.COUNTERSIGN,
    Turn.KEEP: WaitingKind.PROVE,
    Turn.VERIFY: WaitingKind.VERIFY,
    Turn.VET: WaitingKind.VET,
    Turn.GRANT_EXCEPTION: WaitingKind.ANSWER_REQUEST,
    Turn.COUNTERSIGN_EXCEPTION: WaitingKind.ANSWER_REQUEST,
    Turn.GRANT_EXTENSION: WaitingKind.ANSWER_REQUEST,
    Turn.MEND_CONTACT: WaitingKind.MEND_CONTACTS,
}


def waiting_for(user: User, on: date) -> list[WaitingItem]:
    """The oldest first. Two queries."""
    return [
        WaitingItem(
            KINDS[one.turn],
            one.title,
            waiting.path(one),
            since=one.since,
            due_on=one.due_on,
            is_overdue=one.is_overdue,
        )
        for one in waiting.page(user, on=on, size=MOST).rows
    ]
