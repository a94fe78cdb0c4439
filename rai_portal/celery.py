"""The Celery app and the beat schedule (names of tasks, seconds)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")

app = Celery("rai_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {}  # the reminders add their sweeps here
app.autodiscover_tasks(["reviews"])
