"""Beat's own schedule at ``PACE``: ``celery -A chaos.beat beat``. Names, queues, order as it is."""

from chaos.timing import PACE
from rai_portal.celery import app

for entry in app.conf.beat_schedule.values():
    entry["schedule"] = float(entry["schedule"]) / PACE
