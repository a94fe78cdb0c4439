"""Who is told what on which channel: one SELECT, for the plan and for the look before sending.

``{due}`` has ``deadline_id``, ``subject_kind``, ``subject_id`` and ``ref``; ``{say}`` has ``ref``,
``step_id``, ``audience``, ``rank``, ``kind`` (of the mail), ``due_on``, ``state``, ``reason``. Out
come the lines: every person of every audience on every channel that reaches them, and one line
without a person where an audience has nobody. Text only.

The contacts of a deployment are its own, where one can be reached, else the customer's. A person
gets both channels, or the inbox alone without an address; a contact gets e-mail.
"""

from collections.abc import Mapping

from reviews.domain.enums import Channel, ReminderState, Role

REACHES_USERS = {Channel.INBOX: "TRUE", Channel.EMAIL: "p.email <> ''"}
"""Channels to people with an account, and whom (``p``) each reaches."""
REACHES_CONTACTS = {Channel.EMAIL: "c.email <> ''"}
"""Channels to contacts (``c``)."""

NOBODY = "none:"
"""Begins the key of a line that has no recipient; the audience follows."""

_SAID = """
    SELECT u.ref, u.deadline_id, u.subject_kind, u.subject_id, s.step_id, s.audience, s.rank,
           s.kind, s.due_on, d.customer_id,
           s.state = 'planned' AND COALESCE(d.status = ANY(t.silenced_by), FALSE) AS is_silenced,
           s.state, s.reason, d.status,
           CASE WHEN s.audience = 'contact' AND cardinality(t.silenced_by) > 0
                THEN d.snoozed_until END AS quiet_until
    FROM {due} u
    JOIN {say} s ON s.ref = u.ref
    JOIN reviews_ladderstep t ON t.id = s.step_id
    LEFT JOIN reviews_deployment d ON u.subject_kind = 'deployment' AND d.id = u.subject_id
"""

_OWNED = """
    SELECT s.ref, s.deadline_id, s.step_id, s.audience,
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

_TOLD = """
    SELECT o.ref, o.deadline_id, o.step_id, o.audience,
           CASE o.audience WHEN 'owner' THEN o.owner_id ELSE w.manager_id END AS user_id
    FROM owned o JOIN reviews_user w ON w.id = o.owner_id
    UNION ALL
    SELECT s.ref, s.deadline_id, s.step_id, s.audience, m.user_id
    FROM said s
    JOIN auth_group g ON g.name = '{lead}'
    JOIN reviews_user_groups m ON m.group_id = g.id
    WHERE s.audience = 'lead'
"""

_PEOPLE = """
    SELECT t.ref, t.deadline_id, t.step_id, t.audience, w.channel, 'u' || p.id AS recipient_key,
           p.id AS user_id, NULL::bigint AS contact_id, p.time_zone AS zone
    FROM told t
    JOIN reviews_user p ON p.id = t.user_id AND p.is_active
    JOIN LATERAL ({user_channels}) w ON TRUE
    UNION ALL
    SELECT s.ref, s.deadline_id, s.step_id, s.audience, w.channel, 'c' || c.id,
           NULL, c.id, c.time_zone
    FROM said s
    JOIN reviews_customercontact c
      ON c.customer_id = s.customer_id AND c.departed_at IS NULL AND c.bounced_at IS NULL
    JOIN LATERAL ({contact_channels}) w ON TRUE
    WHERE s.audience = 'contact' AND s.subject_kind = 'deployment' AND (
        c.deployment_id = s.subject_id OR (c.deployment_id IS NULL AND NOT EXISTS (
            SELECT 1 FROM reviews_customercontact own
            WHERE own.deployment_id = s.subject_id
              AND own.departed_at IS NULL AND own.bounced_at IS NULL)))
"""

_LINES = """
    SELECT s.ref, s.deadline_id, s.step_id, s.audience, s.rank, s.kind, s.due_on, s.quiet_until,
           CASE WHEN s.is_silenced THEN '{skipped}'
                WHEN p.recipient_key IS NULL AND s.state = '{planned}' THEN '{failed}'
                ELSE s.state END AS state,
           CASE WHEN s.is_silenced THEN s.status
                WHEN p.recipient_key IS NULL AND s.state = '{planned}' THEN 'no_recipient'
                ELSE s.reason END AS reason,
           COALESCE(p.channel, '{email}') AS channel,
           COALESCE(p.recipient_key, '{nobody}' || s.audience) AS recipient_key,
           p.user_id, p.contact_id, COALESCE(p.zone, 'UTC') AS zone
    FROM said s
    LEFT JOIN people p ON p.ref = s.ref AND p.deadline_id = s.deadline_id
                      AND p.step_id = s.step_id AND p.audience = s.audience
"""


def _channels(reaches: Mapping[Channel, str]) -> str:
    rows = (f"SELECT '{channel.value}' AS channel WHERE {who}" for channel, who in reaches.items())
    return " UNION ALL ".join(rows)


_WORDS = {
    "lead": Role.LEAD.value,
    "user_channels": _channels(REACHES_USERS),
    "contact_channels": _channels(REACHES_CONTACTS),
    "email": Channel.EMAIL.value,
    "planned": ReminderState.PLANNED.value,
    "skipped": ReminderState.SKIPPED.value,
    "failed": ReminderState.FAILED.value,
    "nobody": NOBODY,
}


def lines(*, due: str, say: str) -> str:
    """The common table expressions ``said`` ... ``lines``, without the word WITH.

    ``due`` and ``say``: names of relations, or subqueries in brackets.
    """
    parts = {
        "said": _SAID.format(due=due, say=say),
        "owned": _OWNED,
        "told": _TOLD.format(**_WORDS),
        "people": _PEOPLE.format(**_WORDS),
        "lines": _LINES.format(**_WORDS),
    }
    return ",\n".join(f"{name} AS MATERIALIZED ({text})" for name, text in parts.items())
