"""Checks of the sources that no linter knows. Standard library only."""

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from rai_portal.embedded.attach import PROJECT

INLINE = {
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']|hx-on|javascript:|js:", re.IGNORECASE),
    "unsafe text": re.compile(r"\|\s*safe\b|autoescape\s+off"),
}
# A mail program loads no style sheet; the outbox shows mails under a policy of their own.
MAIL_STYLE = Path("reviews/mail/base.html")
# A block of data is no script: the browser never runs it.
DATA_BLOCK = re.compile(r"<script[^>]*\btype=\"application/json\"", re.IGNORECASE)
LOCKED_NAME = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==", re.IGNORECASE)
WANTED_NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")


def main() -> int:
    problems = [*inline_markup(), *unlocked_requirements(), *changed_vendor_files()]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def inline_markup(folder: Path = PROJECT / "templates") -> Iterator[str]:
    """What the Content-Security-Policy would refuse. A mail carries its own style sheet."""
    for path in sorted(folder.rglob("*.html")):
        allowed = {"inline style"} if path.relative_to(folder) == MAIL_STYLE else set()
        for number, text in enumerate(path.read_text().splitlines(), 1):
            for what, pattern in INLINE.items():
                if what in allowed:
                    continue
                if pattern.search(text) and not DATA_BLOCK.search(text):
                    yield f"{path.relative_to(folder.parent)}:{number}: {what}"


def unlocked_requirements(folder: Path = PROJECT) -> Iterator[str]:
    """Names that stand in a .in file and not in its lock file, and locked lines without a hash."""
    for name in ("requirements", "requirements-parquet", "requirements-dev"):
        wanted = (folder / f"{name}.in").read_text().splitlines()
        locked = (folder / f"{name}.txt").read_text()
        names = {
            _plain(found[1]) for line in locked.splitlines() if (found := LOCKED_NAME.match(line))
        }
        for line in wanted:
            found = WANTED_NAME.match(line)
            if found and _plain(found[1]) not in names:
                yield f"{name}.txt: {found[1]} is not locked: run ./portal lock"
        entries = re.findall(r"^[a-z0-9].*(?:\n .*)*", locked, re.MULTILINE)
        yield from (
            f"{name}.txt: no hash: {e.splitlines()[0]}" for e in entries if "--hash=" not in e
        )


def changed_vendor_files(folder: Path = PROJECT / "static" / "vendor") -> Iterator[str]:
    """Other people's files are shipped as they came."""
    for line in (folder / "checksums.sha256").read_text().splitlines():
        wanted, name = line.split(maxsplit=1)
        path = folder / name.lstrip("*")
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
            yield f"static/vendor/{name}: missing or changed"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
