"""Who is told what on which channel: one SELECT, for the plan and for the look before sending.

``{due}`` has ``deadline_id``, ``subject_kind``, ``subject_id``, ``ref`` and ``is_fresh``; ``{say}``
has ``ref``, ``step_id``, ``audience``, ``rank``, ``kind`` (of the mail), ``due_on``, ``state`` and
``reason``. Out come the lines: every person of every audience on every channel that reaches them,
and one line without a person where an audience has nobody. Text only.

The contacts of a deployment are its own, where one can be reached, else the customer's. A person
gets both channels, or the inbox alone without an address; a contact gets e-mail.
"""

from collections.abc import Mapping

from reviews.domain.enums import Channel, Role

REACHES_USERS = {Channel.INBOX: "TRUE", Channel.EMAIL: "p.email <> ''"}
"""Channels to people with an account, and whom (``p``) each reaches."""
REACHES_CONTACTS = {Channel.EMAIL: "c.email <> ''"}
"""Channels to contacts (``c``)."""

NOBODY = "none:"
"""Begins the key of a line that has no recipient; the audience follows."""

_SAID = """
    SELECT u.ref, u.deadline_id, u.subject_kind, u.subject_id, u.is_fresh, s.step_id, s.audience,
           s.rank, s.kind, s.due_on, d.customer_id,
           CASE WHEN q.is_silenced THEN 'skipped' ELSE s.state END AS state,
           CASE WHEN q.is_silenced THEN d.status ELSE s.reason END AS reason,
           CASE WHEN s.audience = 'contact' AND cardinality(t.silenced_by) > 0
                THEN d.snoozed_until END AS quiet_until
    FROM {due} u
    JOIN {say} s ON s.ref = u.ref
    JOIN reviews_ladderstep t ON t.id = s.step_id
    LEFT JOIN reviews_deployment d ON u.subject_kind = 'deployment' AND d.id = u.subject_id
    CROSS JOIN LATERAL (
        SELECT s.state = 'planned' AND COALESCE(d.status = ANY(t.silenced_by), FALSE) AS is_silenced
    ) q
"""

_OWNED = """
    SELECT s.*,
           CASE s.subject_kind
               WHEN 'deployment' THEN (SELECT c.owner_id FROM reviews_customer c
                                       WHERE c.id = s.customer_id)
               WHEN 'condition' THEN (SELECT c.owner_id FROM reviews_condition c
                                      WHERE c.id = s.subject_id)
               WHEN 'exception' THEN (SELECT e.asked_by_id FROM reviews_policyexception e
                                      WHERE e.id = s.subject_id)
               WHEN 'grant' THEN (SELECT a.filed_by_id FROM reviews_accessgrant g
                                  JOIN reviews_accessapplication a ON a.id = g.application_id
                                  WHERE g.id = s.subject_id)
               WHEN 'rereview' THEN (SELECT k.created_by_id FROM reviews_usecase k
                                     WHERE k.id = s.subject_id)
               WHEN 'evaluation' THEN (SELECT k.created_by_id FROM reviews_evaluation e
                                       JOIN reviews_usecase k ON k.id = e.use_case_id
                                       WHERE e.id = s.subject_id)
           END AS owner_id
    FROM said s
    WHERE s.audience IN ('owner', 'manager')
"""

_USERS = """
    SELECT o.deadline_id, o.step_id, o.audience, o.ref,
           CASE o.audience WHEN 'owner' THEN o.owner_id ELSE w.manager_id END AS user_id,
           {rest_of_o}
    FROM owned o JOIN reviews_user w ON w.id = o.owner_id
    UNION ALL
    SELECT s.deadline_id, s.step_id, s.audience, s.ref, m.user_id, {rest_of_s}
    FROM said s
    JOIN auth_group g ON g.name = '{lead}'
    JOIN reviews_user_groups m ON m.group_id = g.id
    WHERE s.audience = 'lead'
"""

_TOLD = """
    SELECT t.deadline_id, t.step_id, t.audience, t.ref, {rest_of_t}, w.channel,
           'u' || p.id AS recipient_key, p.id AS user_id, NULL::bigint AS contact_id,
           p.time_zone AS zone
    FROM users t
    JOIN reviews_user p ON p.id = t.user_id AND p.is_active
    JOIN LATERAL ({user_channels}) w ON TRUE
    UNION ALL
    SELECT s.deadline_id, s.step_id, s.audience, s.ref, {rest_of_s}, w.channel, 'c' || c.id, NULL,
           c.id, c.time_zone
    FROM said s
    JOIN reviews_customercontact c
      ON c.customer_id = s.customer_id AND c.departed_at IS NULL AND c.bounced_at IS NULL
    JOIN LATERAL ({contact_channels}) w ON TRUE
    WHERE s.audience = 'contact' AND s.subject_kind = 'deployment' AND (
        c.deployment_id = s.subject_id OR (c.deployment_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM reviews_customercontact own
            WHERE own.deployment_id = s.subject_id
              AND own.departed_at IS NULL AND own.bounced_at IS NULL)))
    UNION ALL
    SELECT s.deadline_id, s.step_id, s.audience, s.ref, {rest_of_s}, '{email}', NULL, NULL, NULL,
           'UTC'
    FROM said s
"""

_COUNTED = """
    SELECT t.*, count(recipient_key) OVER (PARTITION BY ref, deadline_id, step_id, audience) AS told
    FROM told t
"""

_LINES = """
    SELECT ref, deadline_id, step_id, audience, rank, kind, due_on, quiet_until, is_fresh, channel,
           user_id, contact_id, zone,
           COALESCE(recipient_key, '{nobody}' || audience) AS recipient_key,
           CASE WHEN told = 0 AND state = 'planned' THEN 'failed' ELSE state END AS state,
           CASE WHEN told = 0 AND state = 'planned' THEN 'no_recipient' ELSE reason END AS reason
    FROM counted
    WHERE recipient_key IS NOT NULL OR told = 0
"""
"""What was said to an audience and reached nobody stays as a line of its own. A window, not a join
back: its cost grows with the lines, whatever the planner believes of them."""

_CARRIED = ("rank", "kind", "due_on", "state", "reason", "quiet_until", "is_fresh")


def _channels(reaches: Mapping[Channel, str]) -> str:
    rows = (f"SELECT '{channel.value}' AS channel WHERE {who}" for channel, who in reaches.items())
    return " UNION ALL ".join(rows)


_WORDS = {
    "lead": Role.LEAD.value,
    "user_channels": _channels(REACHES_USERS),
    "contact_channels": _channels(REACHES_CONTACTS),
    "email": Channel.EMAIL.value,
    "nobody": NOBODY,
    **{f"rest_of_{t}": ", ".join(f"{t}.{name}" for name in _CARRIED) for t in "ost"},
}


def lines(*, due: str, say: str) -> str:
    """The common table expressions ``said`` ... ``lines``, without the word WITH.

    ``due`` and ``say``: names of relations, or subqueries in brackets.
    """
    parts = {
        "said": _SAID.format(due=due, say=say),
        "owned": _OWNED,
        "users": _USERS.format(**_WORDS),
        "told": _TOLD.format(**_WORDS),
        "counted": _COUNTED,
        "lines": _LINES.format(**_WORDS),
    }
    forms = {"said": "MATERIALIZED", "lines": "MATERIALIZED"}
    return ",\n".join(f"{name} AS {forms.get(name, '')} ({text})" for name, text in parts.items())
