"""The verbs of `./portal` and `make`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from rai_portal.embedded.attach import PROJECT
from rai_portal.launcher import install, ports, say

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
STOPPED = 130  # what a shell says of a program that Ctrl-C has ended
CHECKS: list[tuple[str, list[str]]] = [
    ("format", ["ruff", "format", "--check", "."]),
    ("lint", ["ruff", "check", "."]),
    ("floors", ["lint-imports"]),
    ("types", ["mypy"]),
    ("migrations", ["python", "manage.py", "makemigrations", "--check", "--dry-run"]),
    ("templates", ["djlint", "templates", "--lint", "--quiet"]),
    ("schema", ["python", "-m", "rai_portal.api_schema"]),
    ("sources", ["python", "-m", "rai_portal.launcher.sources"]),
]


def main(arguments: list[str]) -> int:
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if verb in ("-h", "--help"):
        verb = "help"
    if verb not in VERBS:
        say.refuse(f"there is no verb {verb!r}; ./portal help names them")
    try:
        return VERBS[verb](rest)
    except KeyboardInterrupt:
        say.line("\nStopped.")
        return STOPPED


def run(arguments: list[str]) -> int:
    """install what is missing, then start everything; PORT=8000, DEMO=0 for an empty one"""
    _, lock = ports.only_run()
    ports.check_free(ports.wanted_port())
    lock.close()  # the supervisor takes it again
    install.ensure()
    os.chdir(PROJECT)
    os.execv(install.PYTHON, [str(install.PYTHON), "-m", "rai_portal.launcher.supervisor"])


def test(arguments: list[str]) -> int:
    """every test but the browser's; more words go to pytest"""
    install.ensure(dev=True)
    return install.run("pytest", *arguments)


def check(arguments: list[str]) -> int:
    """format, lint, floors, types, migrations, templates, schema, sources"""
    install.ensure(dev=True)
    failed = []
    for name, command in CHECKS:
        say.line(f"== {name}")
        if install.run(*command) != 0:
            failed.append(name)
    if failed:
        say.refuse(f"check failed: {', '.join(failed)}")
    say.line("All checks passed.")
    return 0


def e2e(arguments: list[str]) -> int:
    """browser tests, with CHROMIUM or the browser on PATH"""
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        say.refuse("no Chromium on PATH: install it, or set CHROMIUM to its path")
    install.ensure(dev=True)
    # Playwright's synchronous API runs an event loop in the thread that also asks the database.
    environment = {"CHROMIUM": browser, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    return install.run("pytest", "-m", "e2e", "tests/e2e", *arguments, environment=environment)


def chaos(arguments: list[str]) -> int:
    """break the reminder machine on purpose and count; QUICK=1 for the small set"""
    install.ensure(dev=True)
    return install.run("python", "-m", "chaos", *arguments)


def install_all(arguments: list[str]) -> int:
    """fill .venv; `install dev` adds what tests and checks need, `install parquet` the extra"""
    install.ensure(dev="dev" in arguments, parquet="parquet" in arguments)
    return 0


def lock(arguments: list[str]) -> int:
    """compile the lock files from their .in files (needs uv); --upgrade takes newer versions"""
    uv = shutil.which("uv")
    if not uv:
        say.refuse("uv is not on PATH: it compiles the lock files")
    for name in ("requirements", "requirements-parquet", "requirements-dev"):
        command = [uv, "pip", "compile", f"{name}.in", "--output-file", f"{name}.txt", "--quiet"]
        command += ["--universal", "--python-version", "3.11", "--generate-hashes"]
        command += ["--no-annotate", "--no-emit-index-url", "--only-binary", ":all:"]
        command += ["--custom-compile-command", "./portal lock", *arguments]
        if subprocess.run(command, cwd=PROJECT).returncode != 0:
            return 1
    return 0


def explain(arguments: list[str]) -> int:
    """this list"""
    say.line("./portal VERB, or make VERB:")
    for name, function in VERBS.items():
        say.line(f"  {name:8} {function.__doc__}")
    return 0


VERBS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "check": check,
    "e2e": e2e,
    "chaos": chaos,
    "install": install_all,
    "lock": lock,
    "help": explain,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
