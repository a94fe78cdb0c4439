"""An escalation that was tried holds no place: it may return beside a later one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0013_carried_verdicts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="mail",
            name="one_waiting_escalation_per_person_channel_and_day",
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("attempts", 0), ("kind", "escalation"), ("state__in", ["due", "held"])
                ),
                fields=("recipient_key", "channel", "local_day"),
                name="one_waiting_escalation_per_person_channel_and_day",
            ),
        ),
    ]
