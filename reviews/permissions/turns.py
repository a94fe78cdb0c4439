"""Whose turn it is, as SQL: for one person, every row on which they are the one to act now.

The pair of the rulings in this package, set-based: a row stands here exactly if the ruling on it
says yes (``tests/permissions/test_turns.py`` holds them equal). One text serves the list
(``selectors.waiting``) and the badge (``backend``), so that the count is that of the list. By hand,
because Django takes longer to write these statements than the server to answer them.

``FROM_WHERE`` holds for each kind its tables and tests. ``p`` is the person (``PERSON``), ``c`` the
use case, ``r`` its open round; the row itself is named in ``ROW``.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from django.db import connection

from reviews.domain.turns import Turn
from reviews.models import User
from reviews.permissions.roles import ROLES


def _holds(permission: str) -> str:
    """Whether the person has the permission, as ``backend.RoleBackend`` has it."""
    roles = ", ".join(f"'{role.value}'" for role, codes in ROLES.items() if permission in codes)
    return f"""(
        u.is_superuser
        OR EXISTS (SELECT FROM reviews_user_groups ug JOIN auth_group g ON g.id = ug.group_id
                   WHERE ug.user_id = u.id AND g.name IN ({roles}))
        OR (u.is_staff AND EXISTS (
            SELECT FROM reviews_user_user_permissions up
            JOIN auth_permission ap ON ap.id = up.permission_id
            WHERE up.user_id = u.id AND ap.codename = '{permission}'))
    )"""


PERSON = f"""
SELECT u.id,
    {_holds("read_every_usecase")} AS reads_all,
    {_holds("review_usecase")} AS reviews,
    {_holds("advise_usecase")} AS advises,
    {_holds("assign_reviewer")} AS assigns,
    {_holds("decide_usecase")} AS decides,
    {_holds("own_sunset")} AS owns_sunset
FROM reviews_user u WHERE u.id = %s
"""
"""One row; takes the key of the person."""

_ON_SIDE = """(
    EXISTS (SELECT FROM reviews_membership m WHERE m.user_id = p.id AND m.team_id = c.team_id)
    OR EXISTS (SELECT FROM reviews_coauthor w WHERE w.user_id = p.id AND w.use_case_id = c.id))"""

_SEES = """(
    p.reads_all OR p.reviews
    OR EXISTS (SELECT FROM reviews_outsider o WHERE o.user_id = p.id AND o.use_case_id = c.id)
    OR (p.advises AND EXISTS (
        SELECT FROM reviews_referralmember seat JOIN reviews_referral asked
        ON asked.id = seat.referral_id
        WHERE seat.user_id = p.id AND asked.use_case_id = c.id)))"""
"""A filed case, by one who is not on the requester's side."""

_FILED = """EXISTS (SELECT FROM reviews_submission s
    WHERE s.statement_by_id = p.id AND s.use_case_id = c.id)"""

_REVIEWS_IT = """EXISTS (SELECT FROM reviews_reviewassignment ra JOIN reviews_review rr
    ON rr.id = ra.review_id WHERE ra.reviewer_id = p.id AND rr.use_case_id = c.id
    AND ra.recused_at IS NULL)"""

_WAS_ASSIGNED = """EXISTS (SELECT FROM reviews_reviewassignment ra JOIN reviews_review rr
    ON rr.id = ra.review_id WHERE ra.reviewer_id = p.id AND rr.use_case_id = c.id)"""

_NAMED = """EXISTS (SELECT FROM reviews_outsider o
    WHERE o.user_id = p.id AND o.use_case_id = c.id AND o.party = '{}')"""

_HAS_DECIDED = """EXISTS (SELECT FROM reviews_decisionround dr
    WHERE dr.use_case_id = c.id AND dr.decided_by_id = p.id)"""

_HAS_COUNTERSIGNED = """EXISTS (SELECT FROM reviews_decisionround dr
    JOIN reviews_countersignature cs ON cs.decision_round_id = dr.id
    WHERE dr.use_case_id = c.id AND cs.by_id = p.id)"""

_APPEALED = """EXISTS (SELECT FROM reviews_appeal ap JOIN reviews_review ar ON ar.id = ap.review_id
    JOIN reviews_decisionround dr ON dr.id = ap.against_id
    LEFT JOIN reviews_countersignature cs ON cs.decision_round_id = dr.id
    WHERE ap.use_case_id = c.id AND ar.closed_at IS NULL
        AND p.id IN (dr.decided_by_id, cs.by_id))"""

_LEAD = f"""(p.decides OR {_NAMED.format("lead")})
    AND NOT {_ON_SIDE} AND NOT {_FILED} AND NOT {_WAS_ASSIGNED}
    AND NOT {_HAS_COUNTERSIGNED} AND NOT {_APPEALED}"""
"""``Party.LEAD in parties_of``."""

_SECOND_LEAD = f"""(p.decides OR {_NAMED.format("second_lead")})
    AND NOT {_ON_SIDE} AND NOT {_FILED} AND NOT {_WAS_ASSIGNED} AND NOT {_HAS_DECIDED}
    AND EXISTS (SELECT FROM reviews_decisionround dr WHERE dr.use_case_id = c.id)"""

_ROUND = """FROM p CROSS JOIN reviews_usecase c
    JOIN reviews_review r ON r.use_case_id = c.id AND r.closed_at IS NULL
    WHERE"""

_ADVICE_PENDING = """EXISTS (SELECT FROM reviews_referral f
    JOIN reviews_referralmember seat ON seat.referral_id = f.id
    WHERE f.use_case_id = c.id AND f.closed_at IS NULL AND seat.given_at IS NULL)"""

DIFFERENCES = """FROM reviews_verdict mine JOIN reviews_verdict theirs
    ON theirs.item_id = mine.item_id AND theirs.is_current
        AND theirs.assignment_id <> mine.assignment_id
    JOIN reviews_reviewassignment other
    ON other.id = theirs.assignment_id AND other.recused_at IS NULL
    WHERE mine.assignment_id = a.id AND mine.is_current
        AND mine.value <> '' AND theirs.value <> '' AND mine.value <> theirs.value
        AND mine.saved_at <= pair.signed_at
        AND NOT EXISTS (SELECT FROM reviews_comment said
            JOIN reviews_thread t ON t.id = said.thread_id
            WHERE t.item_id = mine.item_id AND said.by_id = p.id
                AND said.posted_at >= pair.signed_at)"""
"""Differences to which reviewer ``a`` has said nothing since both saw each other."""

_EFFECTIVE = """(NOT {0}.needs_countersignature OR EXISTS (
    SELECT FROM reviews_countersignature ok WHERE ok.decision_round_id = {0}.id AND ok.agreed))"""

_CONDITION = f"""FROM p CROSS JOIN reviews_condition k
    JOIN reviews_decision d ON d.id = k.decision_id
    JOIN reviews_intendeduse i ON i.id = d.intended_use_id AND i.dropped_at IS NULL
    JOIN reviews_decisionround dr ON dr.id = d.decision_round_id
    JOIN reviews_usecase c ON c.id = dr.use_case_id AND c.state NOT IN ('withdrawn', 'draft')
    WHERE {_EFFECTIVE.format("dr")}
        AND NOT EXISTS (SELECT FROM reviews_decision d2
            JOIN reviews_decisionround dr2 ON dr2.id = d2.decision_round_id
            WHERE d2.intended_use_id = d.intended_use_id AND d2.id > d.id
                AND {_EFFECTIVE.format("dr2")})"""

_WORKS_FOR = """EXISTS (SELECT FROM reviews_membership m WHERE m.user_id = p.id AND (
    EXISTS (SELECT FROM reviews_usecase uc
            WHERE uc.team_id = m.team_id AND uc.customer_id = y.customer_id)
    OR EXISTS (SELECT FROM reviews_accessapplication ua
               WHERE ua.team_id = m.team_id AND ua.customer_id = y.customer_id)))"""

_SPEAKS = """FROM reviews_customercontact t
    WHERE t.customer_id = y.customer_id AND (t.deployment_id = y.id OR (
        t.deployment_id IS NULL AND NOT EXISTS (SELECT FROM reviews_customercontact own
            WHERE own.deployment_id = y.id AND own.departed_at IS NULL AND own.bounced_at IS NULL)))
        AND t.departed_at IS NULL"""

FROM_WHERE: Mapping[Turn, str] = MappingProxyType(
    {
        Turn.ANSWER: """FROM p CROSS JOIN reviews_usecase c
    WHERE c.state = 'needs_information' AND (
        EXISTS (SELECT FROM reviews_membership m WHERE m.user_id = p.id AND m.team_id = c.team_id)
        OR EXISTS (SELECT FROM reviews_coauthor w WHERE w.user_id = p.id AND w.use_case_id = c.id
            AND w."right" IN ('comment', 'edit')))""",
        Turn.REVIEW: f"""FROM p JOIN reviews_reviewassignment a ON a.reviewer_id = p.id
    AND a.recused_at IS NULL AND a.signed_off_at IS NULL
    JOIN reviews_review r ON r.id = a.review_id AND r.closed_at IS NULL AND r.kind <> 'appeal'
    JOIN reviews_usecase c ON c.id = r.use_case_id
    WHERE c.state = 'in_review' AND NOT {_ON_SIDE} AND {_SEES}""",
        Turn.RECONCILE: f"""FROM p JOIN reviews_reviewassignment a ON a.reviewer_id = p.id
    AND a.recused_at IS NULL AND a.signed_off_at IS NOT NULL
    JOIN reviews_review r ON r.id = a.review_id AND r.closed_at IS NULL AND r.is_sensitive
        AND r.kind <> 'appeal'
    JOIN reviews_usecase c ON c.id = r.use_case_id
    CROSS JOIN LATERAL (SELECT MAX(x.signed_off_at) AS signed_at
        FROM reviews_reviewassignment x WHERE x.review_id = r.id AND x.recused_at IS NULL) pair
    WHERE c.state = 'awaiting_decision' AND NOT {_ON_SIDE} AND {_SEES}
        AND EXISTS (SELECT {DIFFERENCES})""",
        Turn.ASSIGN: f"""{_ROUND} p.assigns AND c.state IN ('in_review', 'needs_information')
        AND r.kind <> 'appeal'
        AND (SELECT COUNT(*) FROM reviews_reviewassignment x
             WHERE x.review_id = r.id AND x.recused_at IS NULL)
            < CASE WHEN r.is_sensitive THEN 2 ELSE 1 END
        AND NOT {_ON_SIDE} AND NOT {_REVIEWS_IT} AND {_SEES}""",
        Turn.ADVISE: f"""FROM p JOIN reviews_referralmember seat
    ON seat.user_id = p.id AND seat.given_at IS NULL
    JOIN reviews_referral f ON f.id = seat.referral_id AND f.closed_at IS NULL
    JOIN reviews_usecase c ON c.id = f.use_case_id
    WHERE c.state = 'referred' AND NOT {_ON_SIDE} AND {_SEES}""",
        Turn.CLOSE_REFERRAL: f"""FROM p CROSS JOIN reviews_usecase c
    JOIN reviews_referral f ON f.use_case_id = c.id AND f.closed_at IS NULL
    WHERE c.state = 'referred' AND NOT {_ADVICE_PENDING} AND {_LEAD}""",
        Turn.DECIDE: f"{_ROUND} c.state = 'awaiting_decision' AND {_LEAD}",
        Turn.DECIDE_APPEAL: f"{_ROUND} c.state = 'under_appeal' AND {_LEAD}",
        Turn.COUNTERSIGN: f"{_ROUND} c.state = 'awaiting_countersignature' AND {_SECOND_LEAD}",
        Turn.KEEP: f"{_CONDITION} AND k.owner_id = p.id AND k.state = 'open'",
        Turn.VERIFY: f"{_CONDITION} AND k.verifier_id = p.id AND k.state = 'proof_given'",
        Turn.VET: """FROM p CROSS JOIN reviews_accessapplication q
    JOIN reviews_customer cu ON cu.id = q.customer_id
    JOIN reviews_capability cap ON cap.id = q.capability_id
    WHERE p.decides AND q.state = 'filed' AND q.filed_by_id <> p.id
        AND NOT EXISTS (SELECT FROM reviews_membership m
            WHERE m.user_id = p.id AND m.team_id = q.team_id)""",
        Turn.GRANT_EXCEPTION: f"""FROM p CROSS JOIN reviews_policyexception e
    JOIN reviews_capability cap ON cap.id = e.capability_id
    JOIN reviews_usecase c ON c.id = e.use_case_id
    WHERE e.state = 'asked' AND e.asked_by_id <> p.id AND {_LEAD}""",
        Turn.COUNTERSIGN_EXCEPTION: f"""FROM p CROSS JOIN reviews_policyexception e
    JOIN reviews_capability cap ON cap.id = e.capability_id
    JOIN reviews_usecase c ON c.id = e.use_case_id
    WHERE e.state = 'awaiting_countersignature' AND p.decides
        AND e.asked_by_id <> p.id AND e.granted_by_id <> p.id
        AND NOT {_ON_SIDE} AND NOT {_FILED} AND NOT {_WAS_ASSIGNED} AND NOT {_HAS_DECIDED}""",
        Turn.GRANT_EXTENSION: f"""FROM p CROSS JOIN reviews_extension x
    JOIN reviews_deployment y ON y.id = x.deployment_id
    JOIN reviews_customer cu ON cu.id = y.customer_id
    JOIN reviews_capability cap ON cap.id = y.capability_id
    WHERE p.decides AND x.state = 'asked' AND x.asked_by_id IS DISTINCT FROM p.id
        AND NOT {_WORKS_FOR}""",
        Turn.MEND_CONTACT: f"""FROM p JOIN reviews_customer cu ON cu.owner_id = p.id
    JOIN reviews_deployment y ON y.customer_id = cu.id
        AND y.status NOT IN ('discontinued', 'not_theirs')
    JOIN reviews_capability cap ON cap.id = y.capability_id
    WHERE p.owns_sunset
        AND EXISTS (SELECT FROM reviews_deadline dl WHERE dl.subject_kind = 'deployment'
            AND dl.is_current AND dl.is_open AND dl.subject_id = y.id)
        AND (NOT EXISTS (SELECT {_SPEAKS} AND t.bounced_at IS NULL AND t.confirmed_at IS NOT NULL)
            OR EXISTS (SELECT {_SPEAKS} AND t.bounced_at IS NOT NULL))""",
    }
)

_EACH = " UNION ALL ".join(f"(SELECT 1 {source})" for source in FROM_WHERE.values())
COUNT = f"(WITH p AS ({PERSON}) SELECT COUNT(*) FROM ({_EACH}) turns)"
"""How many things wait for the person: a scalar; takes their key once."""

_ON_CASES = " UNION ALL ".join(
    f"(SELECT c.id {FROM_WHERE[turn]})"
    for turn in (
        Turn.ANSWER,
        Turn.REVIEW,
        Turn.RECONCILE,
        Turn.ASSIGN,
        Turn.ADVISE,
        Turn.CLOSE_REFERRAL,
        Turn.DECIDE,
        Turn.DECIDE_APPEAL,
        Turn.COUNTERSIGN,
    )
)


def cases_of(person: User, cases: Collection[int]) -> set[int]:
    """Those of the cases, by key, on which it is this person's turn. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH p AS ({PERSON}) SELECT id FROM ({_ON_CASES}) turns WHERE id = ANY(%s)",
            [person.pk, list(cases)],
        )
        return {key for (key,) in cursor.fetchall()}
