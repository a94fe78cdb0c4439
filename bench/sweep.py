"""How fast a day's sweep is: ``python -m bench.sweep``, beside the bare statements.

Own PostgreSQL (durable, as on a laptop) with a register of a million deployments, of which one per
cent is due. The bare run is the same SELECT with its
joins, poured by ``INSERT ... ON CONFLICT DO NOTHING`` into the same tables with the same indexes:
mails, then rows of the ledger. Both run in turn, three times; the medians count. So do both second
runs, which write nothing. Exit code 0: all bounds held.
"""

import argparse
import importlib
import json
import os
import statistics
import sys
from pathlib import Path
from types import ModuleType

import django

from chaos import processes
from chaos.ground import Ground
from rai_portal.embedded.attach import make_run_folder, var_folder

ROUNDS = 3
MEMORY = 150
"""Megabytes that the process of a worker may take."""


def main() -> int:
    words = _words()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
    ground = Ground()
    try:
        django.setup()
        ground.start()
        rounds = importlib.import_module("bench.sweep_rounds")
        with ground.database("bench_sweep"):
            lines = _measure(rounds, words.deployments)
    finally:
        processes.kill_all()
        ground.close()
    report = words.report or var_folder() / "bench-sweep.json"
    make_run_folder(report.parent)
    report.write_text(json.dumps(lines, indent=1) + "\n")
    return 0 if all(line["ok"] for line in lines) else 1


def _measure(rounds: ModuleType, deployments: int) -> list[dict]:
    due = rounds.seed(deployments)
    sys.stdout.write(f"{deployments:,} deployments, {due:,} due\n")
    bare, bare_again, ours, ours_again = [], [], [], []
    for _ in range(ROUNDS):
        rounds.reset()
        bare.append(rounds.bare(writes=due))
        bare_again.append(rounds.bare(writes=0))
        rounds.reset()
        ours.append(rounds.plan(writes=due))
        ours_again.append(rounds.plan(writes=0))
    memory = rounds.memory()
    return [
        _line("a day's sweep", ours, bare),
        _line("a second sweep", ours_again, bare_again),
        _said(
            {
                "name": "memory of the process that sweeps",
                "value": memory,
                "floor": MEMORY,
                "ratio": round(memory / MEMORY, 2),
                "bound": 1.0,
                "ok": memory <= MEMORY,
                "unit": "MB",
            }
        ),
    ]


def _line(name: str, ours: list[float], bare: list[float]) -> dict:
    value, floor = statistics.median(ours), statistics.median(bare)
    return _said(
        {
            "name": name,
            "value": round(value, 3),
            "floor": round(floor, 3),
            "ratio": round(value / floor, 2),
            "bound": 2.0,
            "ok": value <= 2.0 * floor,
            "unit": "seconds",
            "of": [[round(one, 3) for one in ours], [round(one, 3) for one in bare]],
        }
    )


def _said(line: dict) -> dict:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    return line


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.sweep", description=__doc__.splitlines()[0])
    parser.add_argument("--deployments", type=int, default=1_000_000, help="1,000,000")
    parser.add_argument("--report", type=Path, help="where the list goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
