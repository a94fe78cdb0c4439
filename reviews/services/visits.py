"""What a person has seen of a case. Follows from reading, so that it is no event of the record."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from reviews.domain.visits import SITTING
from reviews.models import UseCase, User


@dataclass(frozen=True, slots=True)
class Seen:
    """What had been seen when the present sitting began: the number of the last event, and the
    key of the newest submission (``None``: there was none).
    """

    at: datetime
    seq: int
    submission: int | None


def saw(user: User, use_case: UseCase, *, at: datetime, seq: int | None = None) -> Seen:
    """Note that this person looks at the case, and say what they had seen before this sitting.

    ``seq``: the last event that is shown; without it the last on record. A first look has seen
    everything that was there. The pair of ``domain.visits.sits_down_anew``. One statement, safe in
    two windows at once.
    """
    return _write(_LOOK, user, use_case, at, seq)


def mark_seen(user: User, use_case: UseCase, *, at: datetime, seq: int | None = None) -> Seen:
    """Nothing up to ``seq`` (without it: up to now) is new any longer."""
    return _write(_MARK, user, use_case, at, seq)


def _write(statement: str, user: User, use_case: UseCase, at: datetime, seq: int | None) -> Seen:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "person": user.pk,
                "case": use_case.pk,
                "at": at,
                "seq": seq,
                "sitting": SITTING.total_seconds(),
            },
        )
        return Seen(*cursor.fetchone())


_INSERT = """
INSERT INTO reviews_visit AS visit
  (user_id, use_case_id, seen_at, seen_seq, submission_id,
   sitting_at, sitting_seq, sitting_submission_id)
SELECT %(person)s, %(case)s, %(at)s, now.seq, now.submission, %(at)s, now.seq, now.submission
FROM (
  SELECT
    COALESCE(
      %(seq)s, (SELECT MAX(seq) FROM reviews_auditevent WHERE use_case_id = %(case)s), 0
    )::bigint AS seq,
    (SELECT MAX(id) FROM reviews_submission WHERE use_case_id = %(case)s) AS submission
) AS now
ON CONFLICT (user_id, use_case_id) DO UPDATE SET
  seen_at = GREATEST(visit.seen_at, EXCLUDED.seen_at),
  seen_seq = GREATEST(visit.seen_seq, EXCLUDED.seen_seq),
  submission_id = GREATEST(visit.submission_id, EXCLUDED.submission_id),
"""
_RETURNING = "RETURNING sitting_at, sitting_seq, sitting_submission_id"

_ANEW = "EXCLUDED.seen_at - visit.seen_at >= make_interval(secs => %(sitting)s)"

_LOOK = (
    _INSERT
    + f"""
  sitting_at = CASE WHEN {_ANEW}
    THEN visit.seen_at ELSE visit.sitting_at END,
  sitting_seq = CASE WHEN {_ANEW}
    THEN visit.seen_seq ELSE visit.sitting_seq END,
  sitting_submission_id = CASE WHEN {_ANEW}
    THEN visit.submission_id ELSE visit.sitting_submission_id END
"""
    + _RETURNING
)

_MARK = (
    _INSERT
    + """
  sitting_at = GREATEST(visit.seen_at, EXCLUDED.seen_at),
  sitting_seq = GREATEST(visit.seen_seq, EXCLUDED.seen_seq),
  sitting_submission_id = GREATEST(visit.submission_id, EXCLUDED.submission_id)
"""
    + _RETURNING
)
