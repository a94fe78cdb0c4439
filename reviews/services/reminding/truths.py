"""What the deadlines should say: one SELECT per kind of subject. SQL only, nothing is written.

Each gives ``subject_id``, ``last_day``, ``review_days`` (working days that a review may take),
``calendar``, ``time_zone``, ``is_open``, and ``reason``: why it is not open. Rules that querysets
hold already (in force, holding, running) are taken from there, so that nothing is said twice.
"""

from datetime import date

from django.db import connection
from django.db.models import QuerySet

from reviews.domain.enums import GrantStanding, SubjectKind
from reviews.models import AccessGrant, Decision, PolicyException


def truth(kind: SubjectKind, *, on: date, only: str = "TRUE") -> str:
    """The SELECT for this kind. ``only``: a condition in which ``{id}`` is the subject's key."""
    text, key, rules = _TRUTHS[kind]
    inner = {name: _sql(rule(on)) for name, rule in rules.items()}
    return text.format(only=only.format(id=key), **inner)


def _sql(rows: QuerySet) -> str:
    """The keys of a queryset as SQL with its values written in."""
    text, values = rows.order_by().values("pk").query.sql_with_params()
    composed: str = connection.ops.compose_sql(text, values)  # type: ignore[attr-defined]
    return composed.replace("%", "%%")


_DEPLOYMENT = """
    SELECT d.id AS subject_id,
           GREATEST(p.last_permitted_on, x.until, e.until) AS last_day,
           COALESCE(p.review_business_days, 0)::int AS review_days,
           COALESCE(p.holiday_calendar, 'none') AS calendar,
           d.time_zone,
           d.status NOT IN ('discontinued', 'not_theirs')
               AND p.last_permitted_on IS NOT NULL
               AND NOT (p.stance = 'limited_access' AND g.customer_id IS NOT NULL) AS is_open,
           CASE WHEN d.status IN ('discontinued', 'not_theirs') THEN d.status
                WHEN p.last_permitted_on IS NULL THEN 'no_sunset'
                ELSE 'granted' END AS reason
    FROM reviews_deployment d
    LEFT JOIN (
        SELECT DISTINCT ON (capability_id) capability_id, stance, last_permitted_on,
               review_business_days, holiday_calendar
        FROM reviews_capabilitypolicy
        WHERE is_current AND effective_from <= %(on)s
        ORDER BY capability_id, effective_from DESC
    ) p ON p.capability_id = d.capability_id
    LEFT JOIN (
        SELECT deployment_id, max(until) AS until FROM reviews_extension
        WHERE state = 'granted' GROUP BY deployment_id
    ) x ON x.deployment_id = d.id
    LEFT JOIN (
        SELECT customer_id, capability_id, max(until) AS until FROM reviews_policyexception
        WHERE customer_id IS NOT NULL AND id IN ({holding}) GROUP BY customer_id, capability_id
    ) e ON e.customer_id = d.customer_id AND e.capability_id = d.capability_id
    LEFT JOIN (
        SELECT DISTINCT customer_id, capability_id FROM reviews_accessgrant
        WHERE id IN ({running})
    ) g ON g.customer_id = d.customer_id AND g.capability_id = d.capability_id
    WHERE {only}
"""

_CONDITION = """
    SELECT c.id AS subject_id, c.due_on AS last_day, 0 AS review_days, 'none' AS calendar,
           u.time_zone,
           c.state = 'open' AND k.state <> 'withdrawn' AND c.decision_id IN ({in_force}) AS is_open,
           CASE WHEN c.state = 'open' THEN 'not_in_force' ELSE c.state END AS reason
    FROM reviews_condition c
    JOIN reviews_user u ON u.id = c.owner_id
    JOIN reviews_decision d ON d.id = c.decision_id
    JOIN reviews_decisionround r ON r.id = d.decision_round_id
    JOIN reviews_usecase k ON k.id = r.use_case_id
    WHERE {only}
"""

_EXCEPTION = """
    SELECT e.id AS subject_id, e.until AS last_day, 0 AS review_days, 'none' AS calendar,
           u.time_zone,
           e.id IN ({holding}) AS is_open,
           CASE WHEN e.state = 'granted' THEN 'not_in_force' ELSE e.state END AS reason
    FROM reviews_policyexception e
    JOIN reviews_user u ON u.id = e.asked_by_id
    WHERE {only}
"""

_GRANT = """
    SELECT g.id AS subject_id, g.reverify_by AS last_day, 0 AS review_days, 'none' AS calendar,
           u.time_zone,
           g.id IN ({held}) AS is_open,
           CASE WHEN g.revoked_at IS NULL THEN 'transferred' ELSE 'revoked' END AS reason
    FROM reviews_accessgrant g
    JOIN reviews_accessapplication a ON a.id = g.application_id
    JOIN reviews_user u ON u.id = a.filed_by_id
    WHERE {only}
"""

_REREVIEW = """
    SELECT k.id AS subject_id, k.rereview_on AS last_day, 0 AS review_days, 'none' AS calendar,
           u.time_zone,
           k.rereview_on IS NOT NULL AND k.state IN ('approved', 'partly_approved') AS is_open,
           k.state AS reason
    FROM reviews_usecase k
    JOIN reviews_user u ON u.id = k.created_by_id
    WHERE {only}
"""

_EVALUATION = """
    SELECT e.id AS subject_id, e.due_on AS last_day, 0 AS review_days, 'none' AS calendar,
           u.time_zone,
           e.done_at IS NULL AND NOT e.is_dropped AS is_open,
           CASE WHEN e.is_dropped THEN 'dropped' ELSE 'done' END AS reason
    FROM reviews_evaluation e
    JOIN reviews_usecase k ON k.id = e.use_case_id
    JOIN reviews_user u ON u.id = k.created_by_id
    WHERE {only}
"""


def _holding(on: date) -> QuerySet:
    return PolicyException.objects.holding()


def _running(on: date) -> QuerySet:
    return AccessGrant.objects.standing(GrantStanding.RUNNING, on=on)


def _held(on: date) -> QuerySet:
    return AccessGrant.objects.held()


def _in_force(on: date) -> QuerySet:
    return Decision.objects.in_force()


_TRUTHS = {
    SubjectKind.DEPLOYMENT: (_DEPLOYMENT, "d.id", {"holding": _holding, "running": _running}),
    SubjectKind.CONDITION: (_CONDITION, "c.id", {"in_force": _in_force}),
    SubjectKind.EXCEPTION: (_EXCEPTION, "e.id", {"holding": _holding}),
    SubjectKind.GRANT: (_GRANT, "g.id", {"held": _held}),
    SubjectKind.REREVIEW: (_REREVIEW, "k.id", {}),
    SubjectKind.EVALUATION: (_EVALUATION, "e.id", {}),
}
