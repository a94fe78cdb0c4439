"""The Celery app and the beat schedule (names of tasks, seconds)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")

app = Celery("rai_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {
    "open due re-reviews": {
        "task": "reviews.open_due_rereviews",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "sweep stray files": {
        "task": "reviews.sweep_stray_files",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
}
app.autodiscover_tasks(["reviews"])
