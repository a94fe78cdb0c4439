"""What a line of “waiting on me” shows, as SQL beside ``permissions.turns.FROM_WHERE``."""

from collections.abc import Mapping
from types import MappingProxyType

from reviews.domain.turns import Turn
from reviews.permissions.turns import DIFFERENCES


def _columns(
    turn: Turn,
    row: str,
    *,
    since: str,
    place: str = "",
    due: str = "NULL::date",
    title: str = "c.title",
    reference: str = "c.reference",
    case: str = "c.id",
    why: str = "''",
    done: str = "0",
    required: str = "0",
    sensitive: str = "c.is_sensitive",
    opened: str = "NULL::date",
) -> str:
    team = "(SELECT name FROM reviews_team WHERE id = c.team_id)" if case == "c.id" else "''"
    return f"""'{turn.value}' AS turn, {row}.id AS id, {since} AS since,
        {place or since} AS place_at, {due} AS due_on, {case} AS case_id, {row}.uid AS uid,
        {reference} AS reference, {title} AS title, {why} AS why, ({done})::int AS done,
        ({required})::int AS required, {sensitive} AS is_sensitive, {team} AS team,
        {opened} AS opened_on"""


_ROUND_DUE = "CASE WHEN r.kind = 'rereview' THEN c.rereview_on END"

_REVIEW_SINCE = "GREATEST(a.assigned_at, c.state_since)"

_RETURNED = """EXISTS (SELECT FROM reviews_reviewreturn rt
    WHERE rt.review_id = r.id AND rt.at >= c.state_since)"""

_ANSWERED = """EXISTS (SELECT FROM reviews_question q
    WHERE q.review_id = r.id AND q.asked_by_id = p.id AND q.answered_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM reviews_verdict v
            WHERE v.assignment_id = a.id AND v.saved_at > q.answered_at))"""

_DUE_ITEMS = """SELECT COUNT(*) FROM reviews_checklistitem ci
    WHERE ci.review_id = r.id AND ci.is_required_now"""

_JUDGED = """SELECT COUNT(*) FROM reviews_verdict v
    JOIN reviews_checklistitem ci ON ci.id = v.item_id AND ci.is_required_now
    WHERE v.assignment_id = a.id AND v.is_current AND v.value <> ''"""

_REFUSED = """EXISTS (SELECT FROM reviews_decisionround dr
    JOIN reviews_countersignature cs ON cs.decision_round_id = dr.id
    WHERE dr.review_id = r.id AND NOT cs.agreed AND cs.at >= c.state_since)"""

_ADVISED = """EXISTS (SELECT FROM reviews_referral f
    WHERE f.review_id = r.id AND f.closed_at >= c.state_since)"""

_QUESTIONS = """FROM reviews_question q JOIN reviews_review qr ON qr.id = q.review_id
    WHERE qr.use_case_id = c.id AND qr.closed_at IS NULL
        AND q.answered_at IS NULL AND q.withdrawn_at IS NULL"""

_IN_FORCE_AT = """COALESCE(
    (SELECT cs.at FROM reviews_countersignature cs WHERE cs.decision_round_id = dr.id),
    dr.decided_at)"""

_CUSTOMERS = "cu.name || ': ' || cap.name"

COLUMNS: Mapping[Turn, str] = MappingProxyType(
    {
        Turn.ANSWER: _columns(
            Turn.ANSWER,
            "c",
            since=f"COALESCE((SELECT MIN(q.asked_at) {_QUESTIONS}), c.state_since)",
            required=f"SELECT COUNT(*) {_QUESTIONS}",
        ),
        Turn.REVIEW: _columns(
            Turn.REVIEW,
            "r",
            since=_REVIEW_SINCE,
            place=f"GREATEST({_REVIEW_SINCE}, a.skipped_at)",
            due=_ROUND_DUE,
            why=f"CASE WHEN {_ANSWERED} THEN 'answered' WHEN {_RETURNED} THEN 'returned'"
            " WHEN r.kind = 'delta' THEN 'delta' WHEN r.kind = 'rereview' THEN 'rereview'"
            " ELSE '' END",
            done=_JUDGED,
            required=_DUE_ITEMS,
            opened="r.opened_on",
        ),
        Turn.RECONCILE: _columns(
            Turn.RECONCILE,
            "r",
            since="pair.signed_at",
            due=_ROUND_DUE,
            required=f"SELECT COUNT(*) {DIFFERENCES}",
            opened="r.opened_on",
        ),
        Turn.ASSIGN: _columns(
            Turn.ASSIGN, "r", since="r.opened_at", due=_ROUND_DUE, opened="r.opened_on"
        ),
        Turn.ADVISE: _columns(Turn.ADVISE, "f", since="f.referred_at"),
        Turn.CLOSE_REFERRAL: _columns(
            Turn.CLOSE_REFERRAL,
            "f",
            since="""COALESCE((SELECT MAX(seat.given_at) FROM reviews_referralmember seat
                WHERE seat.referral_id = f.id), f.referred_at)""",
        ),
        Turn.DECIDE: _columns(
            Turn.DECIDE,
            "r",
            since="c.state_since",
            due=_ROUND_DUE,
            why=f"CASE WHEN {_REFUSED} THEN 'refused' WHEN {_ADVISED} THEN 'advised' ELSE '' END",
            opened="r.opened_on",
        ),
        Turn.DECIDE_APPEAL: _columns(Turn.DECIDE_APPEAL, "r", since="c.state_since"),
        Turn.COUNTERSIGN: _columns(
            Turn.COUNTERSIGN, "r", since="c.state_since", due=_ROUND_DUE, opened="r.opened_on"
        ),
        Turn.KEEP: _columns(Turn.KEEP, "k", since=_IN_FORCE_AT, due="k.due_on", title="k.text"),
        Turn.VERIFY: _columns(
            Turn.VERIFY,
            "k",
            since=f"COALESCE(k.proof_at, {_IN_FORCE_AT})",
            due="k.due_on",
            title="k.text",
        ),
        Turn.VET: _columns(
            Turn.VET,
            "q",
            since="q.filed_at",
            title=_CUSTOMERS,
            reference="''",
            case="NULL::bigint",
            sensitive="FALSE",
        ),
        Turn.GRANT_EXCEPTION: _columns(
            Turn.GRANT_EXCEPTION, "e", since="e.asked_at", title="cap.name || ': ' || e.scope"
        ),
        Turn.COUNTERSIGN_EXCEPTION: _columns(
            Turn.COUNTERSIGN_EXCEPTION,
            "e",
            since="e.granted_at",
            title="cap.name || ': ' || e.scope",
        ),
        Turn.GRANT_EXTENSION: _columns(
            Turn.GRANT_EXTENSION,
            "x",
            since="x.asked_at",
            title=_CUSTOMERS,
            reference="''",
            case="NULL::bigint",
            sensitive="FALSE",
        ),
        Turn.MEND_CONTACT: _columns(
            Turn.MEND_CONTACT,
            "y",
            since="y.registered_at",
            title=_CUSTOMERS,
            reference="''",
            case="NULL::bigint",
            sensitive="FALSE",
        ),
    }
)
