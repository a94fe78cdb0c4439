"""``python -m chaos [CASE ...]``: one JSON line a fault on stdout; all of them in chaos.json.

QUICK=1 runs every case small. Exit code 0: every bound held; 1: one did not; 2: wrong usage.
"""

import argparse
import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path

import django

from chaos import processes
from chaos.ground import Ground
from rai_portal.embedded.attach import make_run_folder, var_folder


def main() -> int:
    words = _words()
    report = words.report or var_folder() / "chaos.json"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
    ground = Ground()
    try:
        django.setup()  # from here on our models can be imported
        cases = importlib.import_module("chaos.cases")
        unknown = set(words.cases) - set(cases.NAMES)
        if unknown:
            print(f"chaos: no case {', '.join(unknown)}; known: {', '.join(cases.NAMES)}")
            return 2
        ground.start()
        lines = [_run(cases, ground, name) for name in words.cases or cases.NAMES]
    finally:
        processes.kill_all()
        ground.close(keep=words.keep)
    make_run_folder(report.parent)
    report.write_text(json.dumps(lines, indent=1) + "\n")
    failed = [line["fault"] for line in lines if not line["ok"]]
    print(f"chaos: {len(lines) - len(failed)} of {len(lines)} held; {report}", file=sys.stderr)
    return 1 if failed else 0


def _run(cases, ground: Ground, name: str) -> dict:
    """One line; a case that breaks off is a line, too."""
    begun = time.monotonic()
    try:
        line = cases.run(ground, name, quick=os.environ.get("QUICK") == "1").line()
    except Exception as error:  # noqa: BLE001 - the next case may well run
        traceback.print_exc()
        line = {
            "fault": name,
            "injected": "",
            "expected": "a result",
            "measured": f"{type(error).__name__}: {error}",
            "ok": False,
        }
    print(json.dumps(line), flush=True)
    print(f"chaos: {name} took {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return line


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", help="names of cases; none: all")
    parser.add_argument("--report", type=Path, help="where the list goes (var/chaos.json)")
    parser.add_argument("--keep", type=Path, help="keep the logs of all processes in this folder")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
