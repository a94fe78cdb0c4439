"""A visit keeps what had been seen when the present sitting began."""

import datetime

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0007_the_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="sitting_at",
            field=models.DateTimeField(
                default=datetime.datetime(2022, 6, 21, tzinfo=datetime.UTC),
                help_text="The look before the present sitting.",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="visit",
            name="sitting_seq",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="visit",
            name="sitting_submission",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reviews.submission",
            ),
        ),
    ]
