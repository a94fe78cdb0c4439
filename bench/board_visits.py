"""What ``bench.boards`` measures; imported once Django and the database stand."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from bench import seeding
from reviews.models import Tally, Team, User
from reviews.services import catalogue, roles, tallies
from reviews.services.reminding import ladders

MOST_STATEMENTS = 12


def measure(use_cases: int, *, times: int) -> list[dict]:
    when: dict[str, Any] = {"at": seeding.NOW, "on": seeding.TODAY}
    roles.sync(**when)
    catalogue.sync(**when)
    ladders.sync(**when)
    took, made = _timed(lambda: seeding.seed(use_cases, reviewed=min(2_000, use_cases // 2)))
    lines = [_line("seed, triggers at work", took, rows=Tally.objects.count())]
    took, gone = _timed(tallies.fold)
    lines.append(_line("fold", took, rows=Tally.objects.count(), gone=gone))
    seeding.analyse()
    took, wrong = _timed(tallies.differences)
    lines.append(_line("recount", took, differences=len(wrong), ok=not wrong))
    lead = User.objects.get(pk=made.people["lead"][0])
    team = Team.objects.get(pk=made.teams[0])
    with override_settings(DEMO=False, ALLOWED_HOSTS=["testserver"]):
        for address in ("/reviews/board/", f"/teams/{team.uid}/board/", "/reviews/people/"):
            lines.append(_visit(lead, address.replace(str(team.uid), "UID"), address, times))
    return lines


def _visit(person: User, name: str, address: str, times: int) -> dict:
    client = Client()
    client.force_login(person)
    for _ in range(2):  # the first fill what a process keeps
        if client.get(address).status_code != 200:
            raise RuntimeError(f"{address} does not answer")
    took = sorted(_timed(lambda: client.get(address))[0] * 1000 for _ in range(times))
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    return {
        "name": name,
        "p50": round(statistics.median(took), 1),
        "p95": round(took[max(0, len(took) * 95 // 100 - 1)], 1),
        "unit": "ms",
        "statements": len(seen),
        "slowest": max(float(one["time"]) for one in seen.captured_queries),
        "ok": len(seen) <= MOST_STATEMENTS,
    }


def _line(name: str, seconds: float, *, ok: bool = True, **more: Any) -> dict:
    return {"name": name, "value": round(seconds, 2), "unit": "s", **more, "ok": ok}


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found
