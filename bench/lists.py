"""How the long lists answer as the work grows: ``python -m bench.lists``, at 1,000 and 100,000.

Own PostgreSQL. Each page is opened in this process, without a server between: the plain list, under
three filters, deep inside, and home; p50 and p95 in milliseconds, and the plans of the list's
statements, which must not read the whole table of use cases. Exit code 0: growth and depth held.
"""

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

import django

from chaos import processes
from chaos.ground import Ground
from rai_portal.embedded.attach import make_run_folder, var_folder


def main() -> int:
    words = _words()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
    ground = Ground()
    lines: list[dict] = []
    try:
        django.setup()
        ground.start()
        visits = importlib.import_module("bench.list_visits")
        for use_cases in (words.small, words.use_cases):
            with ground.database(f"bench_lists_{use_cases}"):
                lines += visits.measure(use_cases, times=words.times)
    finally:
        processes.kill_all()
        ground.close()
    lines += visits.compare(lines)
    for line in lines:
        sys.stdout.write(json.dumps(line) + "\n")
    report = words.report or var_folder() / "bench-lists.json"
    make_run_folder(report.parent)
    report.write_text(json.dumps(lines, indent=1) + "\n")
    return 0 if all(line["ok"] for line in lines) else 1


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.lists", description=__doc__.splitlines()[0])
    parser.add_argument("--use-cases", type=int, default=100_000, help="100,000")
    parser.add_argument("--small", type=int, default=1_000, help="1,000")
    parser.add_argument("--times", type=int, default=60, help="visits of each page")
    parser.add_argument("--report", type=Path, help="where the list goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
