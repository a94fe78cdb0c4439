"""Keep the boards' summary rows short, and prove them against the tables."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

_SAME = "measure, scope, key, day, number"

_FOLD = f"""
WITH alike AS MATERIALIZED (
    SELECT {_SAME} FROM reviews_tally GROUP BY {_SAME} HAVING count(*) > 1 OR sum(count) = 0
), gone AS (
    DELETE FROM reviews_tally t USING alike a
    WHERE (t.measure, t.scope, t.key, t.day, t.number)
        = (a.measure, a.scope, a.key, a.day, a.number)
    RETURNING t.*
), put AS (
    INSERT INTO reviews_tally ({_SAME}, count)
    SELECT {_SAME}, sum(count) FROM gone GROUP BY {_SAME} HAVING sum(count) <> 0
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM put)
"""  # noqa: S608

_DIFFERENCES = f"""
SELECT {_SAME}, coalesce(kept, 0)::int, coalesce(counted, 0)::int
FROM (SELECT {_SAME}, sum(count) AS kept FROM reviews_tally GROUP BY {_SAME}) AS k
FULL JOIN (SELECT {_SAME}, count AS counted FROM reviews_tally_truth) AS t USING ({_SAME})
WHERE coalesce(kept, 0) <> coalesce(counted, 0)
ORDER BY {_SAME}
"""  # noqa: S608

_REPAIR = f"""
WITH wrong({_SAME}, kept, counted) AS MATERIALIZED ({_DIFFERENCES}), put AS (
    INSERT INTO reviews_tally ({_SAME}, count) SELECT {_SAME}, counted - kept FROM wrong
)
SELECT {_SAME}, kept, counted FROM wrong
"""  # noqa: S608

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('reviews_tally'))"


@dataclass(frozen=True, slots=True)
class Difference:
    """A summary that says ``kept`` where the tables hold ``counted``."""

    measure: str
    scope: int
    key: str
    day: date
    number: int
    kept: int
    counted: int


def fold() -> int:
    """Put equal rows together; returns how many rows fewer there are. Changes no sum.

    May run at any time, beside everything: what is appended meanwhile is folded next time.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        cursor.execute(_FOLD)
        return cursor.fetchone()[0]


def differences() -> list[Difference]:
    """Where the summary rows do not say what the tables hold. One statement, one snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES)
        return [Difference(*row) for row in cursor.fetchall()]


def repair() -> list[Difference]:
    """Append what is missing, take away what is too much; returns what was wrong.

    Right beside writers, too: what they change is in both or in neither of the two sides.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        cursor.execute(_REPAIR)
        return [Difference(*row) for row in cursor.fetchall()]
