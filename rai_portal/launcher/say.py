"""How the launcher talks: short lines; one line and exit 1 where it cannot go on."""

import sys
from typing import NoReturn


def line(text: str) -> None:
    print(text, flush=True)


def refuse(text: str) -> NoReturn:
    print(f"portal: {text}", file=sys.stderr, flush=True)
    sys.exit(1)
