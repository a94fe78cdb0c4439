"""How fast exports are: ``python -m bench.exporting``, beside psql's own COPY in the same run.

Own PostgreSQL (durable, as on a laptop), a million use cases (QUICK=1: 50,000) of 18 columns with
team, customer and author joined and their capabilities listed, and the portal's own web server with
two workers on loopback. What is compared: the bytes over HTTP against ``COPY (SELECT …) TO STDOUT``
of the bare columns through psql of the same PostgreSQL. The runs take turns, three times; the
medians count. Exit code 0: all bounds held.
"""

import argparse
import importlib
import json
import os
import statistics
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import django

from chaos import processes
from chaos.ground import Ground
from rai_portal.embedded.attach import make_run_folder, var_folder

ROUNDS = 3
ROWS = 1_000_000
QUICK_ROWS = 50_000


def main() -> int:
    words = _words()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
    ground = Ground()
    try:
        django.setup()
        ground.start()
        rounds = importlib.import_module("bench.exporting_rounds")
        with ground.database("bench_exporting") as name:
            lines = _measure(rounds, ground, name, words.rows)
    finally:
        processes.kill_all()
        ground.close()
    report = words.report or var_folder() / "bench-exporting.json"
    make_run_folder(report.parent)
    report.write_text(json.dumps(lines, indent=1) + "\n")
    return 0 if all(line["ok"] for line in lines) else 1


def _measure(rounds: ModuleType, ground: Ground, database: str, rows: int) -> list[dict]:
    width = rounds.seed(rows)
    load = os.getloadavg()[0]
    sys.stdout.write(f"{rows:,} rows of {width} bytes as bare CSV; load before: {load:.1f}\n")
    web = rounds.Web(ground, database)
    bare = rounds.statements()
    took: dict[str, list[float]] = {}
    memory = web.memory()
    for _ in range(ROUNDS):
        for name, sql in bare.items():
            took.setdefault(name, []).append(rounds.psql(ground, database, sql))
        for form in ("csv", "ndjson", "parquet"):
            seconds, first, found = web.fetch(f"/exports/use-cases.{form}")
            rounds.expect(form, found, rows)
            took.setdefault(form, []).append(seconds)
            took.setdefault(f"{form} first byte", []).append(first)
    grown = web.memory() - memory
    idle, busy = web.pages(None), web.pages("/exports/use-cases.csv")
    xlsx = web.fetch("/exports/use-cases.xlsx?origin=filed")[0]
    middle = {name: statistics.median(all_) for name, all_ in took.items()}
    return [
        _faster("CSV over HTTP beside the bare COPY", took, "csv", "psql csv", 0.7),
        _faster("CSV over HTTP beside the guarded COPY", took, "csv", "psql guarded csv", 0.8),
        _faster("NDJSON over HTTP beside the same COPY", took, "ndjson", "psql json", 0.85),
        _faster("Parquet beside our CSV", took, "parquet", "csv", 0.75),
        _within("first byte of the CSV", middle["csv first byte"], 0.1, "seconds"),
        _within("first byte of the NDJSON", middle["ndjson first byte"], 0.1, "seconds"),
        _within(f"XLSX of {rounds.xlsx_rows(rows):,} rows", xlsx, 20.0, "seconds"),
        _within("growth of the web server's processes", grown, 30.0, "MB"),
        _within("a page while an export runs, by the page at rest", busy / idle, 2.5, "p95 / p95"),
    ]


def _faster(name: str, took: dict[str, list[float]], ours: str, bare: str, bound: float) -> dict:
    """Speeds as parts: how much of the bare speed is left."""
    value, floor = statistics.median(took[ours]), statistics.median(took[bare])
    ratio = floor / value
    return _said(
        {
            "name": name,
            "value": round(value, 3),
            "floor": round(floor, 3),
            "ratio": round(ratio, 2),
            "bound": bound,
            "ok": ratio >= bound,
            "unit": "seconds",
            "of": [[round(one, 3) for one in took[key]] for key in (ours, bare)],
        }
    )


def _within(name: str, value: float, bound: float, unit: str) -> dict:
    return _said(
        {
            "name": name,
            "value": round(value, 3),
            "floor": bound,
            "ratio": round(value / bound, 2),
            "bound": 1.0,
            "ok": value <= bound,
            "unit": unit,
        }
    )


def _said(line: dict[str, Any]) -> dict[str, Any]:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    return line


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.exporting", description=__doc__.splitlines()[0])
    quick = os.environ.get("QUICK") == "1"
    default = QUICK_ROWS if quick else ROWS
    parser.add_argument("--rows", type=int, default=default, help=f"{default:,}")
    parser.add_argument("--report", type=Path, help="where the list goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
