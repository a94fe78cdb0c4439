"""Indexes that find cases by a rule of the gate among its findings."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0015_tallies"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="importedrow",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["gate"], name="row_by_finding", opclasses=["jsonb_path_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["gate"], name="submission_by_finding", opclasses=["jsonb_path_ops"]
            ),
        ),
    ]
