"""What operators ask: is it alive, is it ready, which version is it?"""

import logging
import time

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reviews.services.reminding import heartbeats

logger = logging.getLogger(__name__)
_STARTED = time.monotonic()


@login_not_required
@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready = the database answers and every migration is applied. A silent broker and sweeps that
    do not run only warn: every page works without them."""
    problems = _database_problems()
    body = {
        "status": "not ready" if problems else "ok",
        "problems": problems,
        "warnings": [*_broker_warnings(), *([] if problems else _sweep_warnings())],
    }
    return JsonResponse(body, status=503 if problems else 200)


@login_not_required
@never_cache
@require_safe
def version(request: HttpRequest) -> HttpResponse:
    """The running version."""
    return JsonResponse({"name": "rai-portal", "version": settings.VERSION})


def _database_problems() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        logger.warning("readyz: the database does not answer", exc_info=True)
        return ["the database does not answer"]
    return [f"{len(waiting)} migrations are not applied"] if waiting else []


def _broker_warnings() -> list[str]:
    try:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5
        )
        client.ping()
    except (redis.RedisError, ValueError, OSError):
        return ["the broker does not answer: reminders wait, pages work"]
    return []


def _sweep_warnings() -> list[str]:
    """Sweeps whose last good run is too old. In the first minutes after our own start one that
    never ran is none: the worker may just be starting, too."""
    is_fresh = time.monotonic() - _STARTED < heartbeats.LATE_AFTER.total_seconds()
    warnings = []
    for late in heartbeats.late():
        if late.age is not None:
            minutes = int(late.age.total_seconds() // 60)
            warnings.append(f"the sweep “{late.name.value}” last went well {minutes} minutes ago")
        elif not is_fresh:
            warnings.append(f"the sweep “{late.name.value}” has not run yet")
    return warnings
