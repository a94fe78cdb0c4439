"""The statements by which ``deadlines`` follows its subjects. Text only.

``{truth}`` is one of ``truths``; the arrays of days are those of ``deadline_days``.
"""


def filled(statement: str, truth: str) -> str:
    """The statement with the truth about one kind of subject put in."""
    difference = _DIFFERENCE.format(truth=truth, days=_DAYS)
    return statement.format(truth=truth, days=_DAYS, difference=difference)


LOCK = """
    SELECT count(*) FROM (
        SELECT id FROM reviews_deadline
        WHERE subject_kind = %(kind)s AND subject_id = ANY(%(ids)s) AND is_current
        ORDER BY id FOR UPDATE
    ) held
"""

COMBINATIONS = """
    SELECT DISTINCT last_day, review_days, calendar FROM ({truth}) t WHERE is_open
"""

_DAYS = """
    SELECT * FROM unnest(%(day_lasts)s::date[], %(day_reviews)s::int[], %(day_calendars)s::text[],
                         %(day_filings)s::date[], %(day_starts)s::date[], %(day_afters)s::date[])
        AS d(last_day, review_days, calendar, filing_on, start_on, after_on)
"""

_DIFFERENCE = """
    SELECT t.subject_id, t.is_open AS is_wanted, t.reason, t.time_zone, t.calendar,
           d.filing_on, d.start_on, d.after_on, c.id AS current_id,
           CASE WHEN c.id IS NULL THEN CASE WHEN t.is_open THEN 'made' END
                WHEN NOT t.is_open THEN CASE WHEN c.is_open THEN 'closed' END
                WHEN NOT c.is_open OR c.last_day <> t.last_day THEN 'moved'
                WHEN c.time_zone <> t.time_zone OR c.calendar <> t.calendar
                     OR c.last_safe_filing_on IS DISTINCT FROM d.filing_on THEN 'refreshed'
           END AS change
    FROM ({truth}) t
    LEFT JOIN reviews_deadline c
           ON c.subject_kind = %(kind)s AND c.subject_id = t.subject_id AND c.is_current
    LEFT JOIN ({days}) d ON d.last_day = t.last_day AND d.review_days = t.review_days
                         AND d.calendar = t.calendar
"""

STRAYS = """
    SELECT subject_id FROM ({difference}) x WHERE change IS NOT NULL
    ORDER BY subject_id LIMIT %(limit)s
"""

CHANGE = """
    WITH x AS MATERIALIZED (
        SELECT * FROM ({difference}) y WHERE change IN ('closed', 'moved', 'refreshed')
    ), ended AS (
        UPDATE reviews_deadline d
        SET is_open = FALSE, is_current = (x.change = 'closed'), next_step_on = NULL
        FROM x WHERE d.id = x.current_id AND x.change IN ('closed', 'moved')
    ), refreshed AS (
        UPDATE reviews_deadline d
        SET time_zone = x.time_zone, calendar = x.calendar, last_safe_filing_on = x.filing_on,
            next_step_on = CASE WHEN d.next_step_on <= %(on)s THEN x.start_on ELSE x.after_on END
        FROM x WHERE d.id = x.current_id AND x.change = 'refreshed'
    ), quiet AS (
        UPDATE reviews_reminder r
        SET state = CASE x.change WHEN 'moved' THEN 'superseded' ELSE 'skipped' END,
            reason = CASE x.change WHEN 'moved' THEN '' ELSE x.reason END
        FROM x WHERE r.deadline_id = x.current_id AND r.state = 'planned'
                 AND x.change IN ('closed', 'moved')
    )
    SELECT count(*) FILTER (WHERE change = 'moved'), count(*) FILTER (WHERE change = 'closed'),
           count(*) FILTER (WHERE change = 'refreshed')
    FROM x
"""

MAKE = """
    INSERT INTO reviews_deadline
        (uid, subject_kind, subject_id, version, is_current, is_open, last_day,
         last_safe_filing_on, time_zone, calendar, next_step_on, set_at, set_on)
    SELECT gen_random_uuid(), %(kind)s, t.subject_id,
           1 + COALESCE((SELECT max(version) FROM reviews_deadline v
                         WHERE v.subject_kind = %(kind)s AND v.subject_id = t.subject_id), 0),
           TRUE, TRUE, t.last_day, d.filing_on, t.time_zone, t.calendar, d.start_on,
           %(at)s, %(on)s
    FROM ({truth}) t
    JOIN ({days}) d ON d.last_day = t.last_day AND d.review_days = t.review_days
                    AND d.calendar = t.calendar
    WHERE t.is_open AND NOT EXISTS (
        SELECT 1 FROM reviews_deadline c
        WHERE c.subject_kind = %(kind)s AND c.subject_id = t.subject_id AND c.is_current
    )
    ON CONFLICT DO NOTHING
"""

REFRESH = """
    UPDATE reviews_deadline c
    SET next_step_on = d.next_on
    FROM (
        SELECT b.id, CASE WHEN b.next_step_on <= %(on)s OR (b.next_step_on IS NULL AND NOT EXISTS (
                               SELECT 1 FROM reviews_reminder r WHERE r.deadline_id = b.id))
                          THEN s.start_on ELSE s.after_on END AS next_on
        FROM reviews_deadline b
        JOIN unnest(%(day_lasts)s::date[], %(day_filings)s::date[], %(day_calendars)s::text[],
                    %(day_starts)s::date[], %(day_afters)s::date[])
             AS s(last_day, filing_on, calendar, start_on, after_on)
          ON s.last_day = b.last_day AND s.calendar = b.calendar
             AND s.filing_on IS NOT DISTINCT FROM b.last_safe_filing_on
        WHERE b.subject_kind = %(kind)s AND b.is_current AND b.is_open
    ) d
    WHERE c.id = d.id AND c.next_step_on IS DISTINCT FROM d.next_on
"""
