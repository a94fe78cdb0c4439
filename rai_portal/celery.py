"""The Celery app and the beat schedule (names of tasks, seconds)."""

import os
import sys

from celery import Celery
from celery.signals import beat_init, worker_init
from django.conf import settings
from django.core.checks import ERROR, run_checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")

app = Celery("rai_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {
    "open due re-reviews": {
        "task": "reviews.open_due_rereviews",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "fold the tallies": {
        "task": "reviews.fold_tallies",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "sweep stray files": {
        "task": "reviews.sweep_stray_files",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "follow the deadlines": {
        "task": "reviews.follow_deadlines",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "plan the reminders": {
        "task": "reviews.plan_reminders",
        "schedule": 300.0,
        "options": {"expires": 280},
    },
    "foresee the mails": {
        "task": "reviews.rehearse",
        "schedule": 900.0,
        "options": {"expires": 800},
    },
    "plan the digests": {
        "task": "reviews.plan_digests",
        "schedule": 900.0,
        "options": {"expires": 800},
    },
    "write a checkpoint": {
        "task": "reviews.write_checkpoint",
        "schedule": 86400.0,
        "options": {"expires": 3600},
    },
    "send the mails": {
        "task": "reviews.send_mails",
        "schedule": float(settings.MAIL_SWEEP_SECONDS),
        "options": {"expires": settings.MAIL_SWEEP_SECONDS},
    },
}
app.autodiscover_tasks(["reviews"])


@worker_init.connect
@beat_init.connect
def refuse_bad_settings(**kwargs: object) -> None:
    """Django's system checks, before the first task: Celery itself only looks away."""
    errors = [error for error in run_checks() if error.level >= ERROR]
    if errors:
        sys.exit("portal: " + " ".join(str(error).replace("\n", " ") for error in errors))
