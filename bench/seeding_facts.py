"""What the seeded portal is like: its day, and how often a state is."""

from datetime import UTC, datetime

from reviews.domain.enums import State

NOW = datetime(2023, 6, 1, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
OLD = {
    State.APPROVED: 48,
    State.PARTLY_APPROVED: 12,
    State.DECLINED: 18,
    State.WITHDRAWN: 10,
    State.REFUSED: 6,
    State.DRAFT: 6,
}
NEW = {
    State.APPROVED: 25,
    State.DECLINED: 10,
    State.DRAFT: 10,
    State.IN_REVIEW: 30,
    State.NEEDS_INFORMATION: 10,
    State.AWAITING_DECISION: 15,
}
"""How often a state is, of a hundred: long ago, and among the newest cases."""
DECIDED = {State.APPROVED, State.PARTLY_APPROVED, State.DECLINED}
AT_WORK = {State.IN_REVIEW, State.NEEDS_INFORMATION}
