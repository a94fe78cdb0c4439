"""Settings that only work together, held by Django's system checks before anything starts."""

from collections.abc import Iterator, Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from reviews.domain.delivering import SWEEP_SECONDS

STEPS_OF_A_DIALOGUE = 3
"""How many silent steps of the mail server a lease outlasts."""
STEPS_OF_A_MAIL = 5
"""How many silent steps the last mail may take: reconnect, MAIL, RCPT, DATA, contents."""


def mail_settings(
    app_configs: Sequence[AppConfig] | None = None, **options: object
) -> list[CheckMessage]:
    """The sender's lease and the mail server's time limit."""
    return list(_mail())


def celery_settings(
    app_configs: Sequence[AppConfig] | None = None, **options: object
) -> list[CheckMessage]:
    """Limits of tasks and the broker's patience."""
    return list(_celery())


def _mail() -> Iterator[CheckMessage]:
    timeout, lease = settings.EMAIL_TIMEOUT, settings.MAIL_LEASE_SECONDS
    if not timeout or timeout <= 0:
        yield Error(
            "EMAIL_TIMEOUT is not set: a silent mail server would hold the sender for ever.",
            hint="Set it in seconds, such as 15.",
            id="rai_portal.E001",
        )
    elif lease <= STEPS_OF_A_DIALOGUE * timeout:
        yield Error(
            f"MAIL_LEASE_SECONDS ({lease}) is not above {STEPS_OF_A_DIALOGUE} x EMAIL_TIMEOUT"
            f" ({timeout}): a slow mail server would outlast the lease, and mails would go twice.",
            hint="Raise MAIL_LEASE_SECONDS or lower EMAIL_TIMEOUT.",
            id="rai_portal.E002",
        )


def _celery() -> Iterator[CheckMessage]:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    soft, hard = settings.CELERY_TASK_SOFT_TIME_LIMIT, settings.CELERY_TASK_TIME_LIMIT
    if options.get("visibility_timeout", 0) <= hard:
        yield Error(
            "The broker's visibility_timeout is not above CELERY_TASK_TIME_LIMIT: it would give a"
            " running task to a second worker.",
            id="rai_portal.E003",
        )
    if not soft < hard:
        yield Error(
            "CELERY_TASK_SOFT_TIME_LIMIT is not below CELERY_TASK_TIME_LIMIT: a task would be"
            " killed before it could tidy up.",
            id="rai_portal.E004",
        )
    if soft < SWEEP_SECONDS + STEPS_OF_A_MAIL * (settings.EMAIL_TIMEOUT or 0):
        yield Error(
            f"CELERY_TASK_SOFT_TIME_LIMIT does not leave a sweep of the mails its {SWEEP_SECONDS} s"
            " and the last of them its time with a slow server.",
            hint="Lower EMAIL_TIMEOUT, or raise the limits of tasks.",
            id="rai_portal.E005",
        )
    if not settings.CELERY_TASK_ACKS_LATE or settings.CELERY_WORKER_PREFETCH_MULTIPLIER != 1:
        yield Error(
            "Tasks must be acknowledged late and fetched one by one, else a crash loses them.",
            id="rai_portal.E006",
        )
    if settings.CELERY_TASK_REJECT_ON_WORKER_LOST:
        yield Error(
            "CELERY_TASK_REJECT_ON_WORKER_LOST makes a task that kills its worker run for ever.",
            id="rai_portal.E007",
        )
    if not options.get("socket_timeout") or not options.get("socket_connect_timeout"):
        yield Error(
            "The broker's socket_timeout and socket_connect_timeout are needed: a silent broker"
            " would hold a process for ever.",
            id="rai_portal.E008",
        )
