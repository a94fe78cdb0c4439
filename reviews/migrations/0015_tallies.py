"""Summary rows for the boards, and the triggers that keep them right in every transaction.

A change appends what it adds and takes away; nothing is updated, so nobody waits for a counter.
The views say what the rows of one thing are: the triggers append them, ``reviews_tally_truth``
counts them again from the tables. A migration that alters a column which a view reads drops
the view first.
"""

from datetime import date

from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION reviews_working_days(first date, last date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT greatest(
        (last - date '1900-01-01' + 1) / 7 * 5 + least((last - date '1900-01-01' + 1) % 7, 5)
        - (first - date '1900-01-01' + 1) / 7 * 5 - least((first - date '1900-01-01' + 1) % 7, 5),
        0)
$$;
CREATE FUNCTION reviews_tally_key(state text, origin text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN state = 'draft' AND origin = 'imported' THEN 'imported' ELSE state END
$$;
CREATE FUNCTION reviews_tally_day(state text, since timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN state IN ('in_review', 'needs_information', 'awaiting_decision', 'referred',
                               'awaiting_countersignature', 'under_appeal')
           THEN (since AT TIME ZONE 'UTC')::date ELSE date '0001-01-01' END
$$;
"""

VIEWS = """
CREATE VIEW reviews_tally_of_case AS
SELECT c.id AS source, 'state' AS measure, c.team_id AS scope,
       reviews_tally_key(c.state, c.origin) AS key,
       reviews_tally_day(c.state, c.state_since) AS day, 0 AS number
FROM reviews_usecase c;

CREATE VIEW reviews_tally_of_link AS
SELECT l.id AS source, 'state_capability' AS measure, l.capability_id AS scope,
       reviews_tally_key(c.state, c.origin) AS key,
       reviews_tally_day(c.state, c.state_since) AS day, 0 AS number
FROM reviews_usecase_capabilities l JOIN reviews_usecase c ON c.id = l.usecase_id;

CREATE VIEW reviews_tally_of_submission AS
SELECT s.id AS source, m.measure, m.scope, '' AS key, s.submitted_on AS day, 0 AS number
FROM reviews_submission s
JOIN reviews_usecase c ON c.id = s.use_case_id
CROSS JOIN LATERAL (
    VALUES ('filed', 0::bigint), ('filed_team', c.team_id)
    UNION ALL
    SELECT DISTINCT 'filed_capability', k.id
    FROM jsonb_path_query(s.gate, '$.results[*].capability') AS asked
    JOIN reviews_capability k ON k.slug = asked #>> '{}'
) AS m(measure, scope)
WHERE s.number = 1;

CREATE VIEW reviews_tally_of_decision AS
SELECT d.id AS source, m.measure, m.scope, m.key,
       CASE WHEN d.needs_countersignature THEN g."on" ELSE d.decided_on END AS day,
       CASE WHEN m.measure = 'verdict' THEN 0 ELSE reviews_working_days(
           r.opened_on, CASE WHEN d.needs_countersignature THEN g."on" ELSE d.decided_on END)
       END AS number
FROM reviews_decisionround d
JOIN reviews_review r ON r.id = d.review_id
JOIN reviews_usecase c ON c.id = d.use_case_id
LEFT JOIN reviews_countersignature g ON g.decision_round_id = d.id
CROSS JOIN LATERAL (
    VALUES ('decided', 0::bigint, ''), ('decided_team', c.team_id, '')
    UNION ALL
    SELECT DISTINCT 'decided_capability', k.id, ''
    FROM reviews_submission s,
         jsonb_path_query(s.gate, '$.results[*].capability') AS asked
    JOIN reviews_capability k ON k.slug = asked #>> '{}'
    WHERE s.id = r.submission_id
    UNION ALL
    SELECT 'verdict', i.requirement_id, v.value
    FROM reviews_checklistitem i
    JOIN reviews_verdict v ON v.item_id = i.id AND v.is_current AND v.value <> ''
    JOIN reviews_reviewassignment a ON a.id = v.assignment_id AND a.recused_at IS NULL
    WHERE i.review_id = r.id AND i.requirement_id IS NOT NULL
) AS m(measure, scope, key)
WHERE NOT d.needs_countersignature OR g.agreed;

CREATE VIEW reviews_tally_of_refusal AS
SELECT e.seq AS source, m.measure, m.scope, m.key, e.business_on AS day, 0 AS number
FROM reviews_auditevent e
JOIN reviews_usecase c ON c.id = e.use_case_id
CROSS JOIN LATERAL (
    SELECT DISTINCT rule #>> '{}' FROM jsonb_path_query(e.data, '$.rules[*]') AS rule
) AS named(key)
CROSS JOIN LATERAL (VALUES ('refused', 0::bigint, named.key), ('refused_team', c.team_id, named.key)
) AS m(measure, scope, key)
WHERE e.kind = 'use_case.refused_at_gate';

CREATE VIEW reviews_tally_truth AS
SELECT measure, scope, key, day, number, count(*) AS count
FROM (
    SELECT * FROM reviews_tally_of_case UNION ALL SELECT * FROM reviews_tally_of_link
    UNION ALL SELECT * FROM reviews_tally_of_submission
    UNION ALL SELECT * FROM reviews_tally_of_decision
    UNION ALL SELECT * FROM reviews_tally_of_refusal
) AS rows
GROUP BY measure, scope, key, day, number;
"""

_ADD = "INSERT INTO reviews_tally (measure, scope, key, day, number, count) "
_CASE = (
    "id, team_id, reviews_tally_key(state, origin) AS key,"
    " reviews_tally_day(state, state_since) AS day"
)


def _cases(changed: str) -> str:
    """Rows for what ``changed`` (id, team_id, key, day, sign) adds up to; nothing where equal."""
    return f"""
    WITH changed AS ({changed})
    {_ADD}
    SELECT 'state', team_id, key, day, 0, sum(sign) FROM changed
    GROUP BY team_id, key, day HAVING sum(sign) <> 0
    UNION ALL
    SELECT 'state_capability', l.capability_id, key, day, 0, sum(sign)
    FROM changed JOIN reviews_usecase_capabilities l ON l.usecase_id = changed.id
    GROUP BY l.capability_id, key, day HAVING sum(sign) <> 0;
    """  # noqa: S608


def _function(name: str, body: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN {body} RETURN NULL; END $$;"
    )


# Whoever changes the case at this moment is waited for: then its links are counted once.
_WAIT = "PERFORM 1 FROM reviews_usecase WHERE id IN (SELECT usecase_id FROM {rows}) FOR SHARE;"
_LINKS = (
    _ADD + "SELECT 'state_capability', l.capability_id, reviews_tally_key(c.state, c.origin),"  # noqa: S608
    " reviews_tally_day(c.state, c.state_since), 0, {sign}count(*)"
    " FROM {rows} l JOIN reviews_usecase c ON c.id = l.usecase_id GROUP BY 2, 3, 4;"
)


def _of(view: str, source: str) -> str:
    return (
        _ADD + f"SELECT measure, scope, key, day, number, count(*) FROM reviews_tally_of_{view}"  # noqa: S608
        f" WHERE source = {source} GROUP BY 1, 2, 3, 4, 5;"
    )


TRIGGER_FUNCTIONS = "".join(
    [
        _function("reviews_tally_new_cases", _cases(f"SELECT {_CASE}, 1 AS sign FROM born")),  # noqa: S608
        _function("reviews_tally_gone_cases", _cases(f"SELECT {_CASE}, -1 AS sign FROM gone")),  # noqa: S608
        _function(
            "reviews_tally_changed_cases",
            _cases(f"SELECT {_CASE}, -1 AS sign FROM gone UNION ALL SELECT {_CASE}, 1 FROM born"),  # noqa: S608
        ),
        _function(
            "reviews_tally_new_links",
            _WAIT.format(rows="born") + _LINKS.format(rows="born", sign=""),
        ),
        _function(
            "reviews_tally_gone_links",
            _WAIT.format(rows="gone") + _LINKS.format(rows="gone", sign="-"),
        ),
        _function("reviews_tally_submission", _of("submission", "NEW.id")),
        _function("reviews_tally_decision", _of("decision", "NEW.id")),
        _function("reviews_tally_countersignature", _of("decision", "NEW.decision_round_id")),
        _function("reviews_tally_refusal", _of("refusal", "NEW.seq")),
    ]
)

TRIGGERS = """
CREATE TRIGGER tally_new AFTER INSERT ON reviews_usecase
    REFERENCING NEW TABLE AS born
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_tally_new_cases();
CREATE TRIGGER tally_changed AFTER UPDATE ON reviews_usecase
    REFERENCING OLD TABLE AS gone NEW TABLE AS born
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_tally_changed_cases();
CREATE TRIGGER tally_gone AFTER DELETE ON reviews_usecase
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_tally_gone_cases();
CREATE TRIGGER tally_new AFTER INSERT ON reviews_usecase_capabilities
    REFERENCING NEW TABLE AS born
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_tally_new_links();
CREATE TRIGGER tally_gone AFTER DELETE ON reviews_usecase_capabilities
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_tally_gone_links();
CREATE TRIGGER tally_filed AFTER INSERT ON reviews_submission
    FOR EACH ROW WHEN (NEW.number = 1) EXECUTE FUNCTION reviews_tally_submission();
CREATE TRIGGER tally_decided AFTER INSERT ON reviews_decisionround
    FOR EACH ROW WHEN (NOT NEW.needs_countersignature) EXECUTE FUNCTION reviews_tally_decision();
CREATE TRIGGER tally_signed AFTER INSERT ON reviews_countersignature
    FOR EACH ROW WHEN (NEW.agreed) EXECUTE FUNCTION reviews_tally_countersignature();
CREATE TRIGGER tally_refused AFTER INSERT ON reviews_auditevent
    FOR EACH ROW WHEN (NEW.kind = 'use_case.refused_at_gate') EXECUTE FUNCTION reviews_tally_refusal();
"""

FILL = _ADD + "SELECT measure, scope, key, day, number, count FROM reviews_tally_truth;"  # noqa: S608

UNDO = """
DROP TRIGGER tally_new ON reviews_usecase;
DROP TRIGGER tally_changed ON reviews_usecase;
DROP TRIGGER tally_gone ON reviews_usecase;
DROP TRIGGER tally_new ON reviews_usecase_capabilities;
DROP TRIGGER tally_gone ON reviews_usecase_capabilities;
DROP TRIGGER tally_filed ON reviews_submission;
DROP TRIGGER tally_decided ON reviews_decisionround;
DROP TRIGGER tally_signed ON reviews_countersignature;
DROP TRIGGER tally_refused ON reviews_auditevent;
DROP FUNCTION reviews_tally_new_cases, reviews_tally_gone_cases, reviews_tally_changed_cases,
    reviews_tally_new_links, reviews_tally_gone_links, reviews_tally_submission,
    reviews_tally_decision, reviews_tally_countersignature, reviews_tally_refusal;
DROP VIEW reviews_tally_truth, reviews_tally_of_case, reviews_tally_of_link,
    reviews_tally_of_submission, reviews_tally_of_decision, reviews_tally_of_refusal;
DROP FUNCTION reviews_working_days, reviews_tally_key, reviews_tally_day;
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0014_tried_escalations")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("state", "state"),
                            ("state_capability", "state_capability"),
                            ("filed", "filed"),
                            ("filed_team", "filed_team"),
                            ("filed_capability", "filed_capability"),
                            ("decided", "decided"),
                            ("decided_team", "decided_team"),
                            ("decided_capability", "decided_capability"),
                            ("refused", "refused"),
                            ("refused_team", "refused_team"),
                            ("verdict", "verdict"),
                        ],
                        max_length=20,
                    ),
                ),
                ("scope", models.BigIntegerField(default=0)),
                ("key", models.CharField(blank=True, max_length=80)),
                ("day", models.DateField(default=date(1, 1, 1))),
                (
                    "number",
                    models.IntegerField(default=0, help_text="Working days that a decision took."),
                ),
                ("count", models.IntegerField()),
            ],
            options={
                "verbose_name_plural": "tallies",
                "indexes": [
                    models.Index(
                        fields=["measure", "scope", "day"],
                        include=("key", "number", "count"),
                        name="tally_read",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "measure__in",
                                [
                                    "state",
                                    "state_capability",
                                    "filed",
                                    "filed_team",
                                    "filed_capability",
                                    "decided",
                                    "decided_team",
                                    "decided_capability",
                                    "refused",
                                    "refused_team",
                                    "verdict",
                                ],
                            )
                        ),
                        name="tally_measure_known",
                    )
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS + VIEWS + TRIGGER_FUNCTIONS + TRIGGERS + FILL, UNDO),
    ]
