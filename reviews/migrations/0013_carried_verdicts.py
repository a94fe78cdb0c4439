"""A verdict may be a reviewer's own of an earlier round that still holds."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0012_api_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="verdict",
            name="carried_from",
            field=models.ForeignKey(
                blank=True,
                help_text=(
                    "The reviewer's own verdict of an earlier round that still holds, word for"
                    " word."
                ),
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reviews.verdict",
            ),
        ),
    ]
