"""What one person is and was to one use case: the facts that every ruling on a case rests on.

A ruling that is asked alone reads them anew, in one query. That is what a service does inside the
lock: nobody's part may have changed since. A page that asks several rulings reads them once and
hands them to each:

    part = involvement_of(request.user, use_case)
    may_decide = can_decide(request.user, use_case, part=part)
    may_refer = can_refer(request.user, use_case, part=part)

A list reads them for all its rows in one query (``involvements_of``). Roles are not in here: they
came with the person (``user.has_perm``), and the state with the use case.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from reviews.domain.enums import CoAuthorRight, Party
from reviews.models import UseCase, User

Keys = frozenset[int]


@dataclass(frozen=True, slots=True)
class Involvement:
    """One person's part in one case, over all its rounds, as it stood when it was read.

    ``reviews``, ``recused_from`` and ``signed_off`` hold keys of review rounds. ``has_filed``: made
    the statement of truth of any submission. ``has_decided``, ``has_countersigned``: as the lead or
    second lead of any round, in force or not; a refusal counts. ``appealed_against``: is one of the
    two whose decision an open appeal is against. ``named_as``: what the office brought them in for.
    ``was_on_panel``: was asked in any referral; ``on_panel``: in an open one. Two facts are the
    case's own: ``decided_last_by``: the lead's name; ``under_appeal``: the open round is an appeal.
    ``has_conflict``: declared a conflict of interest with the team or the customer, not ended.
    """

    user_id: int
    use_case_id: int
    on_team: bool
    co_author: CoAuthorRight | None
    has_filed: bool
    reviews: Keys
    recused_from: Keys
    signed_off: Keys
    has_decided: bool
    has_countersigned: bool
    appealed_against: bool
    named_as: Party | None
    was_on_panel: bool
    on_panel: bool
    decided_last_by: str | None
    under_appeal: bool
    has_conflict: bool

    @property
    def case_decided(self) -> bool:
        """A lead recorded a decision, in force or not, whoever it was."""
        return self.decided_last_by is not None

    @property
    def is_requester(self) -> bool:
        """Member of the team, or co-author with the right to edit."""
        return self.on_team or self.co_author is CoAuthorRight.EDIT

    @property
    def on_requesters_side(self) -> bool:
        """Requester in the wide sense of the people rules: the team and every co-author."""
        return self.on_team or self.co_author is not None

    @property
    def may_answer(self) -> bool:
        """Member of the team, or co-author with the right to comment or edit."""
        return self.on_team or self.co_author in {CoAuthorRight.COMMENT, CoAuthorRight.EDIT}

    @property
    def is_reviewer(self) -> bool:
        """Assigned to any round of this case and not recused from it."""
        return bool(self.reviews)

    @property
    def was_assigned(self) -> bool:
        """To any round of the case, recused from it or not."""
        return bool(self.reviews or self.recused_from)


Part = Involvement | None
"""What a page read of this person and this case; a ruling that is handed nothing reads it anew."""


def involvement_of(user: User, use_case: UseCase, known: Part = None) -> Involvement:
    """This person's part in this case. One query; none where the page hands in what it read.

    ``known`` about somebody else or another case is a mistake in the code: ``ValueError``.
    """
    if known is None:
        return involvements_of(user, [use_case.pk])[use_case.pk]
    if (known.user_id, known.use_case_id) != (user.pk, use_case.pk):
        raise ValueError(f"{known} is not about {user!r} and {use_case!r}")
    return known


def involvements_of(user: User, keys: Collection[int]) -> dict[int, Involvement]:
    """This person's part in each of these cases, by the key of the case. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"person": user.pk, "cases": list(keys)})
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return {row["use_case_id"]: _from_row(user, row) for row in rows}


def _from_row(user: User, row: dict[str, Any]) -> Involvement:
    facts = {
        **row,
        "co_author": CoAuthorRight(row["co_author"]) if row["co_author"] else None,
        "named_as": Party(row["named_as"]) if row["named_as"] else None,
        "reviews": frozenset(row["reviews"] or ()),
        "recused_from": frozenset(row["recused_from"] or ()),
        "signed_off": frozenset(row["signed_off"] or ()),
    }
    return Involvement(user_id=user.pk, **facts)


# By hand: Django takes longer to write this statement than the server to answer it.
_FACTS = """
SELECT
    facts.id AS use_case_id,
    EXISTS (SELECT FROM reviews_membership
            WHERE user_id = %(person)s AND team_id = facts.team_id) AS on_team,
    (SELECT "right" FROM reviews_coauthor
     WHERE user_id = %(person)s AND use_case_id = facts.id) AS co_author,
    EXISTS (SELECT FROM reviews_submission
            WHERE statement_by_id = %(person)s AND use_case_id = facts.id) AS has_filed,
    assigned.reviews,
    assigned.recused_from,
    assigned.signed_off,
    COALESCE(rounds.has_decided, FALSE) AS has_decided,
    COALESCE(rounds.has_countersigned, FALSE) AS has_countersigned,
    EXISTS (SELECT FROM reviews_appeal appeal
            JOIN reviews_review review ON review.id = appeal.review_id
            JOIN reviews_decisionround round ON round.id = appeal.against_id
            LEFT JOIN reviews_countersignature signature ON signature.decision_round_id = round.id
            WHERE appeal.use_case_id = facts.id AND review.closed_at IS NULL
                AND %(person)s IN (round.decided_by_id, signature.by_id)) AS appealed_against,
    (SELECT party FROM reviews_outsider
     WHERE user_id = %(person)s AND use_case_id = facts.id) AS named_as,
    seats.was_on_panel,
    seats.on_panel,
    (SELECT COALESCE(NULLIF(lead.full_name, ''), lead.username)
     FROM reviews_decisionround round JOIN reviews_user lead ON lead.id = round.decided_by_id
     WHERE round.use_case_id = facts.id
     ORDER BY round.number DESC LIMIT 1) AS decided_last_by,
    EXISTS (SELECT FROM reviews_review WHERE use_case_id = facts.id
                AND closed_at IS NULL AND kind = 'appeal') AS under_appeal,
    EXISTS (SELECT FROM reviews_conflictofinterest
            WHERE user_id = %(person)s AND ended_at IS NULL
                AND (team_id = facts.team_id OR customer_id = facts.customer_id)) AS has_conflict
FROM reviews_usecase facts
CROSS JOIN LATERAL (
    SELECT
        ARRAY_AGG(review.id) FILTER (WHERE recused_at IS NULL) AS reviews,
        ARRAY_AGG(review.id) FILTER (WHERE recused_at IS NOT NULL) AS recused_from,
        ARRAY_AGG(review.id) FILTER (WHERE signed_off_at IS NOT NULL) AS signed_off
    FROM reviews_review review
    JOIN reviews_reviewassignment assignment ON assignment.review_id = review.id
    WHERE review.use_case_id = facts.id AND assignment.reviewer_id = %(person)s
) assigned
CROSS JOIN LATERAL (
    SELECT
        BOOL_OR(round.decided_by_id = %(person)s) AS has_decided,
        BOOL_OR(signature.by_id = %(person)s) AS has_countersigned
    FROM reviews_decisionround round
    LEFT JOIN reviews_countersignature signature ON signature.decision_round_id = round.id
    WHERE round.use_case_id = facts.id
) rounds
CROSS JOIN LATERAL (
    SELECT COUNT(*) > 0 AS was_on_panel, COUNT(*) FILTER (WHERE closed_at IS NULL) > 0 AS on_panel
    FROM reviews_referral referral
    JOIN reviews_referralmember seat ON seat.referral_id = referral.id
    WHERE referral.use_case_id = facts.id AND seat.user_id = %(person)s
) seats
WHERE facts.id = ANY (%(cases)s)
"""
