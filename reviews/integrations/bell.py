"""The bell: tells the mail worker that there is work, so that nobody waits for the next sweep.

The database is the truth; a bell that is not heard costs at most one interval of the sweep.
"""

import logging

from celery import current_app
from django.conf import settings

SEND_MAILS = "reviews.send_mails"
REHEARSE = "reviews.rehearse"
PATIENCE = 0.3  # seconds for each step of the dialogue; all of them stay below one second

logger = logging.getLogger(__name__)


def ring(task: str = SEND_MAILS, *words: str, queue: str = "mail") -> bool:
    """Whether the broker took it: this task, with these arguments. Never raises, never takes
    longer than a second.

    Call it after the commit (``transaction.on_commit``): the worker reads the database.
    """
    try:
        with current_app.connection_for_write(
            connect_timeout=PATIENCE, transport_options=_hasty_options()
        ) as connection:
            current_app.send_task(
                task, args=words, queue=queue, connection=connection, retry=False, expires=60
            )
    except Exception as error:  # noqa: BLE001  # whatever the broker does, the page goes on
        logger.warning("the bell was not heard: %s", error)
        return False
    return True


def _hasty_options() -> dict[str, object]:
    return {
        **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "retry_on_timeout": False,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
        "connect_retries_timeout": PATIENCE,
    }
