"""How fast one sender is: ``python -m bench.sending``, beside a bare loop over smtplib.

Own PostgreSQL (durable, as on a laptop) and a mail server as a process of its own, on loopback. The
bare loop sends the very same messages over one connection and does nothing else. Both run in turn,
three times; the medians count. Exit code 0: both bounds held.
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
from chaos.mailbox import Mailbox
from rai_portal.embedded.attach import make_run_folder, var_folder

ROUNDS = 3
CASES = [  # name, seconds that the server takes for a mail, share of the bare loop's speed
    ("one sender, server takes 20 ms a mail", 0.02, 0.7),
    ("one sender, server takes no time", 0.0, 0.1),
]


def main() -> int:
    words = _words()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
    ground = Ground()
    mailbox = None
    try:
        mailbox = Mailbox(ground.var / "mailbox")
        os.environ["EMAIL_URL"] = mailbox.url
        django.setup()
        ground.start()
        rounds = importlib.import_module("bench.sending_rounds")
        lines = [_measure(rounds, ground, mailbox, words.mails, *case) for case in CASES]
    finally:
        processes.kill_all()
        ground.close()
    report = words.report or var_folder() / "bench-sending.json"
    make_run_folder(report.parent)
    report.write_text(json.dumps(lines, indent=1) + "\n")
    return 0 if all(line["ok"] for line in lines) else 1


def _measure(
    rounds: ModuleType,
    ground: Ground,
    mailbox: Mailbox,
    mails: int,
    name: str,
    think: float,
    bound: float,
) -> dict:
    mailbox.behave(think=think)
    ours, bare = [], []
    for round_ in range(ROUNDS):
        with ground.database(f"bench_{round_}"):
            speed, letters = rounds.ours(mails, mailbox)
            ours.append(speed)
        bare.append(rounds.bare(letters, mailbox))
    value, floor = statistics.median(ours), statistics.median(bare)
    line = {
        "name": name,
        "value": round(value, 1),
        "floor": round(floor, 1),
        "ratio": round(value / floor, 2),
        "bound": bound,
        "ok": value >= bound * floor,
        "unit": "mails per second",
        "of": [[round(one, 1) for one in ours], [round(one, 1) for one in bare]],
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    return line


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.sending", description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=300, help="in each round (300)")
    parser.add_argument("--report", type=Path, help="where the list goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
