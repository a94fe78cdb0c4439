"""A replayed year in which customers answer, and what the board would have foretold in it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0008_sittings"),
    ]

    operations = [
        migrations.CreateModel(
            name="RehearsedForecast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seed", models.PositiveIntegerField(null=True)),
                ("is_walked", models.BooleanField(default=False)),
                ("on", models.DateField()),
                ("running", models.PositiveIntegerField()),
                ("low", models.DateField(null=True)),
                ("middle", models.DateField(null=True)),
                ("high", models.DateField(null=True)),
                ("came_on", models.DateField(null=True)),
            ],
            options={
                "ordering": ["seed", "on", "pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="rehearsal",
            name="rehearsal_kind_known",
        ),
        migrations.AlterField(
            model_name="rehearsal",
            name="kind",
            field=models.CharField(
                choices=[
                    ("plan", "What is still to come"),
                    ("replay", "What a silent year brings"),
                    ("answered", "A year in which customers answer"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="rehearsal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["plan", "replay", "answered"])),
                name="rehearsal_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="rehearsedforecast",
            name="rehearsal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="forecasts",
                to="reviews.rehearsal",
            ),
        ),
        migrations.AddIndex(
            model_name="rehearsedforecast",
            index=models.Index(
                fields=["rehearsal", "seed", "on"], name="rehearsed_forecast_by_week"
            ),
        ),
        migrations.AddConstraint(
            model_name="rehearsedforecast",
            constraint=models.CheckConstraint(
                condition=models.Q(("seed__isnull", False), ("is_walked", True), _connector="OR"),
                name="rehearsed_forecast_without_seed_was_walked",
            ),
        ),
    ]
