"""The statements that turn what is due into lines, mails and rows of the ledger. Text only.

``sweep_due``, ``sweep_line`` and ``sweep_slot`` are temporary tables of one transaction. A slot is
one person on one channel on one day: a mail. All moments and days come from ``domain.ladders``.
"""

from reviews.services.reminding import recipients

DROP = "DROP TABLE IF EXISTS pg_temp.sweep_slot, pg_temp.sweep_line, pg_temp.sweep_due"

BEGIN = """
    CREATE TEMP TABLE sweep_due
        (deadline_id bigint, subject_kind text, subject_id bigint, ref int, is_fresh boolean)
    ON COMMIT DROP
"""

DUE = """
    INSERT INTO pg_temp.sweep_due
    WITH looked AS MATERIALIZED (
        SELECT id, subject_kind, subject_id, last_day, last_safe_filing_on, calendar,
               next_step_on, set_at
        FROM reviews_deadline
        WHERE is_current AND is_open AND next_step_on <= %(on)s
        {lock}
    )
    SELECT d.id, d.subject_kind, d.subject_id, g.ref, COALESCE(d.set_at > %(foreseen_at)s, FALSE)
    FROM looked d
    JOIN unnest(%(group_refs)s::int[], %(group_kinds)s::text[], %(group_lasts)s::date[],
                %(group_filings)s::date[], %(group_calendars)s::text[], %(group_pending)s::date[])
         AS g(ref, kind, last_day, filing_on, calendar, pending_on)
      ON g.kind = d.subject_kind AND g.last_day = d.last_day AND g.calendar = d.calendar
     AND g.pending_on = d.next_step_on
     AND g.filing_on IS NOT DISTINCT FROM d.last_safe_filing_on
"""
LOCK = "FOR NO KEY UPDATE SKIP LOCKED"
"""Who holds a deadline moves it, or sends about it: the next plan looks at it again."""

DUE_BY_HAND = """
    INSERT INTO pg_temp.sweep_due
    SELECT id, subject_kind, subject_id, 1, FALSE FROM reviews_deadline
    WHERE id = ANY(%(deadlines)s) AND is_current AND is_open
    ORDER BY id FOR NO KEY UPDATE
"""

_SAY = """(
    SELECT * FROM unnest(%(say_refs)s::int[], %(say_steps)s::bigint[], %(say_audiences)s::text[],
                         %(say_ranks)s::int[], %(say_kinds)s::text[], %(say_days)s::date[],
                         %(say_states)s::text[], %(say_reasons)s::text[])
        AS s(ref, step_id, audience, rank, kind, due_on, state, reason)
)"""

_LINES = """
    CREATE TEMP TABLE sweep_line ON COMMIT DROP AS
    WITH {lines}
    SELECT DISTINCT ON (l.deadline_id, l.step_id, l.channel, l.recipient_key) l.*
    FROM lines l
    WHERE NOT EXISTS (
        SELECT 1 FROM reviews_reminder r
        WHERE r.deadline_id = l.deadline_id AND r.step_id = l.step_id AND r.channel = l.channel
          AND r.recipient_key = l.recipient_key AND r.occasion = %(occasion)s)
    ORDER BY l.deadline_id, l.step_id, l.channel, l.recipient_key, l.rank
"""

LINES = _LINES.format(lines=recipients.lines(due="pg_temp.sweep_due", say=_SAY))

ANALYZE = "ANALYZE pg_temp.{table}"

ZONES = "SELECT DISTINCT zone, due_on FROM pg_temp.sweep_line WHERE state = 'planned'"

_WANTED = """unnest(%(zones)s::text[], %(zone_days)s::date[], %(zone_wanted)s::date[])
        AS z(zone, due_on, wanted_on)"""

_SLOTS = """
    CREATE TEMP TABLE sweep_slot ON COMMIT DROP AS
    SELECT l.recipient_key, l.channel, l.kind, l.user_id, l.contact_id, l.zone,
           z.wanted_on, z.wanted_on AS local_day,
           bool_or(l.due_on >= %(on)s OR l.is_fresh) AS is_counted,
           NULL::bigint AS mail_id, FALSE AS is_new
    FROM pg_temp.sweep_line l
    JOIN {wanted} ON z.zone = l.zone AND z.due_on = l.due_on
    WHERE l.state = 'planned' AND (l.quiet_until IS NULL OR l.quiet_until < z.wanted_on)
    GROUP BY l.recipient_key, l.channel, l.kind, l.user_id, l.contact_id, l.zone, z.wanted_on
"""

SLOTS = _SLOTS.format(wanted=_WANTED)

NEXT_FREE_DAY = """
    UPDATE pg_temp.sweep_slot s
    SET local_day = 1 + COALESCE((
        SELECT max(m.local_day) FROM reviews_mail m
        WHERE m.recipient_key = s.recipient_key AND m.channel = s.channel
          AND m.local_day >= s.local_day AND NOT (m.kind IN ('escalation', 'notice'))
          AND NOT (m.state = 'empty' OR m.state IN ('due', 'held') AND m.attempts = 0)),
        s.local_day)
    WHERE s.mail_id IS NULL
    RETURNING s.zone, s.local_day
"""

_MAILS = """
    WITH made AS (
        INSERT INTO reviews_mail
            (uid, kind, channel, recipient_key, user_id, contact_id, local_day, due_at, state,
             attempts, last_error, planned_at, address, reply_to, subject, text, html, message_id)
        SELECT DISTINCT ON (s.recipient_key, s.channel, s.local_day)
               gen_random_uuid(), s.kind, s.channel, s.recipient_key, s.user_id, s.contact_id,
               s.local_day, m.due_at, 'due', 0, '', %(at)s, '', '', '', '', '', ''
        FROM pg_temp.sweep_slot s
        JOIN unnest(%(moment_zones)s::text[], %(moment_days)s::date[],
                    %(moments)s::timestamptz[]) AS m(zone, local_day, due_at)
          ON m.zone = s.zone AND m.local_day = s.local_day
        WHERE s.mail_id IS NULL AND s.kind {which} 'escalation'
        ON CONFLICT (recipient_key, channel, local_day) WHERE {index} {on_conflict}
        RETURNING id, recipient_key, channel, local_day, xmax = 0 AS is_new
    )
    UPDATE pg_temp.sweep_slot s SET mail_id = made.id, is_new = made.is_new
    FROM made
    WHERE s.recipient_key = made.recipient_key AND s.channel = made.channel
      AND s.local_day = made.local_day AND s.kind {which} 'escalation'
"""

MAILS = _MAILS.format(
    which="<>",
    index="NOT (kind IN ('escalation', 'notice'))",
    on_conflict="""
        DO UPDATE SET
            kind = excluded.kind,
            state = CASE reviews_mail.state WHEN 'empty' THEN 'due' ELSE reviews_mail.state END,
            attempts = CASE reviews_mail.state WHEN 'empty' THEN 0 ELSE reviews_mail.attempts END,
            settled_at = NULL, settled_business_at = NULL
        WHERE reviews_mail.state = 'empty'
           OR reviews_mail.state IN ('due', 'held') AND reviews_mail.attempts = 0""",
)
"""One mail a person, channel and day. A digest that waits becomes the reminder: that is owed. One
that was dropped because nothing was left to say is taken up again. One that was tried gains no
line: it may have arrived, and its Message-ID would hide what was added."""

ESCALATIONS = _MAILS.format(
    which="=",
    index="kind = 'escalation' AND state IN ('due', 'held') AND attempts = 0",
    on_conflict="DO UPDATE SET kind = excluded.kind",
)
"""Lines join the escalation that waits and was not tried; another one holds nothing back."""

_LEDGER = """
    WITH written AS (
        INSERT INTO reviews_reminder
            (uid, deadline_id, step_id, channel, recipient_key, audience, occasion, due_on,
             state, reason, mail_id, planned_at)
        SELECT gen_random_uuid(), l.deadline_id, l.step_id, l.channel, l.recipient_key,
               l.audience, %(occasion)s, l.due_on,
               CASE WHEN l.state = 'planned' AND s.mail_id IS NULL THEN 'skipped'
                    ELSE l.state END,
               CASE WHEN l.state = 'planned' AND s.mail_id IS NULL THEN 'snoozed'
                    ELSE l.reason END,
               s.mail_id, %(at)s
        FROM pg_temp.sweep_line l
        LEFT JOIN {wanted} ON l.state = 'planned' AND z.zone = l.zone AND z.due_on = l.due_on
        LEFT JOIN pg_temp.sweep_slot s
               ON s.recipient_key = l.recipient_key AND s.channel = l.channel
              AND s.kind = l.kind AND s.wanted_on = z.wanted_on
              AND (l.quiet_until IS NULL OR l.quiet_until < z.wanted_on)
        ON CONFLICT DO NOTHING
        RETURNING state
    )
    SELECT count(*), count(*) FILTER (WHERE state = 'missed') FROM written
"""

LEDGER = _LEDGER.format(wanted=_WANTED)

LOOK_NEXT = """
    UPDATE reviews_deadline d SET next_step_on = g.next_on
    FROM pg_temp.sweep_due u
    JOIN unnest(%(group_refs)s::int[], %(group_next)s::date[]) AS g(ref, next_on) ON g.ref = u.ref
    WHERE d.id = u.deadline_id
"""

COUNT_SLOTS = """
    SELECT count(*) FROM (
        SELECT DISTINCT recipient_key, channel, local_day, kind FROM pg_temp.sweep_slot
        WHERE local_day >= %(day)s
    ) s
"""

COUNT_ALL_NEW = "SELECT count(DISTINCT mail_id) FROM pg_temp.sweep_slot WHERE is_new"

COUNT_NEW = """
    SELECT count(DISTINCT mail_id) FROM pg_temp.sweep_slot WHERE is_new AND is_counted
"""

HOLD = """
    UPDATE reviews_mail SET state = 'held', hold_id = %(hold)s
    WHERE id IN (SELECT mail_id FROM pg_temp.sweep_slot WHERE is_new AND is_counted)
      AND state = 'due'
"""
