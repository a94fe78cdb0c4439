"""``python -m chaos [CASE ...]``: one JSON line a fault on stdout; all of them in chaos.json.

QUICK=1 runs most cases, small, on shared processes. Exit code 0: every bound held; 1: one did
not; 2: wrong usage.
"""

import argparse
import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import django

from chaos import processes
from chaos.ground import Ground
from rai_portal.embedded.attach import make_run_folder, var_folder


def main() -> int:
    words = _words()
    report = words.report or var_folder() / "chaos.json"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # tidies up on the way out
    ground = Ground()
    try:
        django.setup()  # from here on our models can be imported
        cases = importlib.import_module("chaos.cases")
        unknown = set(words.cases) - set(cases.CASES)
        if unknown:
            print(f"chaos: no case {', '.join(unknown)}; known: {', '.join(cases.CASES)}")
            return 2
        ground.start()
        lines = list(_lines(cases, ground, words.cases, quick=os.environ.get("QUICK") == "1"))
    finally:
        processes.kill_all()
        ground.close(keep=words.keep)
    make_run_folder(report.parent)
    report.write_text(json.dumps(lines, indent=1) + "\n")
    failed = [line["fault"] for line in lines if not line["ok"]]
    print(f"chaos: {len(lines) - len(failed)} of {len(lines)} held; {report}", file=sys.stderr)
    return 1 if failed else 0


def _lines(cases: ModuleType, ground: Ground, names: list[str], *, quick: bool) -> Iterator[dict]:
    """One line a case, printed as it comes. A case that breaks off is a line, too, and those that
    would have shared its world get a new one."""
    groups = cases.groups(names, quick=quick)
    while groups:
        left = groups.pop(0)
        begun = time.monotonic()
        try:
            for name, finding in cases.run(ground, list(left), quick=quick):
                yield _said(finding.line(), begun)
                left.remove(name)
                begun = time.monotonic()
        except Exception as error:  # noqa: BLE001 - the next case may well run
            traceback.print_exc()
            yield _said(_broken_off(left.pop(0), error), begun)
            groups[:0] = [left] if left else []


def _broken_off(name: str, error: Exception) -> dict:
    return {
        "fault": name,
        "injected": "",
        "expected": "a result",
        "measured": f"{type(error).__name__}: {error}",
        "ok": False,
    }


def _said(line: dict, begun: float) -> dict:
    print(json.dumps(line), flush=True)
    seconds = time.monotonic() - begun
    print(f"chaos: {line['fault']} took {seconds:.0f} s", file=sys.stderr, flush=True)
    return line


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", help="names of cases; none: all")
    parser.add_argument("--report", type=Path, help="where the list goes (var/chaos.json)")
    parser.add_argument("--keep", type=Path, help="keep the logs of all processes in this folder")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
