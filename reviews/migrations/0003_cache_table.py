"""The table that holds rate counters, so that ``migrate`` alone makes the portal whole."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_rows_that_never_change")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
