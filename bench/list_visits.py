"""The visits of ``bench.lists``: who opens what, how long it took, and how the server read it."""

import re
import statistics
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from bench import seeding
from bench.seeding_facts import NOW, TODAY
from reviews.models import UseCase, User
from reviews.selectors import paging
from reviews.services import catalogue, roles
from reviews.services.reminding import ladders

DEPTH = 0.9
"""Where a deep page lies: this part of the list comes before it."""
GROWTH, DEEPER = 1.25, 1.2
LARGE = 20_000
"""From here on no statement of a list may read every use case; of a few the server may."""


def measure(use_cases: int, *, times: int) -> list[dict]:
    """One line for each page and person, with its plans that read all use cases."""
    when: dict[str, Any] = {"at": NOW, "on": TODAY}
    roles.sync(**when)
    catalogue.sync(**when)
    ladders.sync(**when)
    began = time.perf_counter()
    made = seeding.seed(use_cases, reviewed=min(2_000, use_cases // 2))
    seeding.analyse()
    seconds = time.perf_counter() - began
    lines = [{"name": f"seed {use_cases}", "value": round(seconds, 1), "unit": "s", "ok": True}]
    people = {name: User.objects.get(pk=keys[0]) for name, keys in made.people.items()}
    with override_settings(DEMO=False, ALLOWED_HOSTS=["testserver"]):
        for who, name, address in _visits():
            line = _visit(
                people[who],
                f"{use_cases} {who}: {name}",
                address,
                times=times,
                is_large=use_cases >= LARGE,
            )
            lines.append(line)
    return lines


def _visits() -> Iterator[tuple[str, str, str]]:
    """Who, what the page is called, where it is."""
    filters = "state=approved&sensitive=yes&q=camera"
    for who in ("lead", "reviewer", "requester"):
        yield who, "home", "/"
        yield who, "list", "/use-cases/"
        yield who, "three filters", f"/use-cases/?{filters}"
        yield who, "one capability", "/use-cases/?capability=emotion"
        yield who, "my teams", "/use-cases/?mine=yes"
        yield who, "deep", "deep"
    yield "lead", "workbench", "/reviews/"
    yield "lead", "customers", "/access/customers/"
    yield "lead", "teams", "/teams/"


def _visit(person: User, name: str, address: str, *, times: int, is_large: bool) -> dict:
    client = Client()
    client.force_login(person)
    if address == "deep":
        address = _deep(person)
    took, queries = [], 0
    for turn in range(times + 3):
        began = time.perf_counter()
        answer = client.get(address)
        if turn >= 3:  # the first fill what a process keeps
            took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {answer.status_code} at {address}")
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    queries = len(captured)
    whole = [plan for one in captured for plan in _whole_reads(one["sql"])]
    slowest = max(captured, key=lambda one: float(one["time"]))
    return {
        "name": name,
        "p50": round(statistics.median(took), 1),
        "p95": round(statistics.quantiles(took, n=20)[-1], 1),
        "unit": "ms",
        "queries": queries,
        "slowest": [round(float(slowest["time"]) * 1000, 1), slowest["sql"][:2000]],
        "reads_all": whole,
        "ok": not whole or not is_large,
    }


def _deep(person: User) -> str:
    """The page after most of the person's list, as its links would lead there."""
    rows = UseCase.objects.visible_to(person).order_by("-updated_at", "-pk")
    row = rows[int(rows.count() * DEPTH)]
    return f"/use-cases/?cursor={paging.cursor_after(row, 'updated_at')}"


def _whole_reads(statement: str) -> list[str]:
    """Sequential scans over use cases in the plan of a statement that reads."""
    if not statement.lstrip().startswith("SELECT"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    return re.findall(r"Seq Scan on reviews_usecase\b[^\n]*", plan)


def compare(lines: list[dict]) -> list[dict]:
    """Growth of each page from the smaller to the larger portal, and deep against first."""
    pages = [line for line in lines if "p95" in line]
    sizes = sorted({int(line["name"].split()[0]) for line in pages})
    p95 = {tuple(line["name"].split(" ", 1)): line["p95"] for line in pages}
    found = []
    for (size, name), value in p95.items():
        if int(size) == sizes[-1] and "workbench" not in name:
            before = p95[str(sizes[0]), name]
            found.append(_ratio(f"growth of {name}", value, before, GROWTH))
        if int(size) == sizes[-1] and name.endswith(": deep"):
            first = p95[size, name.replace("deep", "list")]
            found.append(_ratio(f"depth of {name}", value, first, DEEPER))
    return found


def _ratio(name: str, value: float, floor: float, bound: float) -> dict:
    ratio = round(value / floor, 2)
    return {
        "name": name,
        "value": value,
        "floor": floor,
        "ratio": ratio,
        "bound": bound,
        "ok": ratio <= bound,
    }
