"""Triggers: what was recorded, filed or decided is never changed, whoever holds the connection."""

from django.db import migrations

TABLES = [
    "reviews_auditevent",
    "reviews_submission",
    "reviews_decisionround",
    "reviews_decision",
    "reviews_countersignature",
]

FUNCTION = """
CREATE FUNCTION reviews_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def _triggers() -> str:
    return "".join(
        f"CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION reviews_refuse_change();"
        f"CREATE TRIGGER {table}_table_stays BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION reviews_refuse_change();"
        for table in TABLES
    )


def _no_triggers() -> str:
    return "".join(
        f"DROP TRIGGER {table}_rows_stay ON {table};DROP TRIGGER {table}_table_stays ON {table};"
        for table in TABLES
    )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_first_tables")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION reviews_refuse_change();"),
        migrations.RunSQL(_triggers(), _no_triggers()),
    ]
