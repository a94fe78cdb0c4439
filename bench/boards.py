"""The boards over many use cases: ``python -m bench.boards`` (100,000).

Own PostgreSQL. Seeds as ``bench.lists`` does, then opens each board in this process, without a
server between: p50 and p95 in milliseconds, statements, and the seconds of folding and recounting
the summary rows. Exit code 0: at most 12 statements a board, and the recount found nothing.
"""

import argparse
import importlib
import json
import os
import sys

import django

from chaos import processes
from chaos.ground import Ground


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.boards", description=__doc__.splitlines()[0])
    parser.add_argument("--use-cases", type=int, default=100_000, help="100,000")
    parser.add_argument("--times", type=int, default=20, help="visits of each board")
    words = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
    ground, lines = Ground(), []
    try:
        django.setup()
        ground.start()
        visits = importlib.import_module("bench.board_visits")
        with ground.database(f"bench_boards_{words.use_cases}"):
            lines = visits.measure(words.use_cases, times=words.times)
    finally:
        processes.kill_all()
        ground.close()
    for line in lines:
        sys.stdout.write(json.dumps(line) + "\n")
    return 0 if lines and all(line["ok"] for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
