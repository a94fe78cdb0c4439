"""The virtual environment in .venv, filled from the hashed lock files. Standard library only."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from rai_portal.embedded.attach import PROJECT
from rai_portal.embedded.locks import Lock
from rai_portal.launcher import say

VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK_FILES = {
    "run": "requirements.txt",
    "dev": "requirements-dev.txt",
    "parquet": "requirements-parquet.txt",
}


def ensure(*, dev: bool = False, parquet: bool = False) -> None:
    """Returns at once where the lock files are installed already.

    `dev` adds tests and linters, `parquet` what writes Parquet files.
    """
    groups = ["run", *(["dev"] if dev else []), *(["parquet"] if parquet else [])]
    if all(_is_installed(group) for group in groups):
        return
    try:
        VENV.mkdir(exist_ok=True)
        lock = Lock(VENV / ".installing.lock")
    except OSError as error:
        say.refuse(f"cannot write to {VENV} ({error.strerror}): make the checkout writable")
    lock.hold()  # a second caller waits, then finds the work done
    try:
        _make_environment()
        for group in groups:
            if not _is_installed(group):
                _install(group)
    finally:
        lock.close()


def _is_installed(group: str) -> bool:
    stamp = _stamp(group)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _digest(group)


def _stamp(group: str) -> Path:
    return VENV / f".installed-{group}"


def _digest(group: str) -> str:
    names = dict.fromkeys(["requirements.txt", LOCK_FILES[group]])
    joined = b"".join((PROJECT / name).read_bytes() for name in names)
    # A Python that was upgraded under the environment has another path.
    return hashlib.sha256(joined + os.fsencode(PYTHON.resolve())).hexdigest()


def _make_environment() -> None:
    uv = shutil.which("uv")
    wanted = "import sys" if uv else "import sys, pip"
    if PYTHON.exists() and _runs([str(PYTHON), "-c", wanted]):
        return
    missing = [name for name in ("venv", "ensurepip") if not importlib.util.find_spec(name)]
    if missing and not (uv and missing == ["ensurepip"]):
        say.refuse(
            "this Python has no venv module: install it (on Debian: python3-venv), run again"
        )
    command = [sys.executable, "-m", "venv", *(["--without-pip"] if uv else []), str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode != 0:
        say.refuse(f"cannot make {VENV}: {_last_line(made.stderr or made.stdout)}")


def _install(group: str) -> None:
    name = LOCK_FILES[group]
    say.line(f"Installing {name} into .venv (once) ...")
    options = ["--require-hashes", "--only-binary", ":all:", "-r", str(PROJECT / name)]
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", str(PYTHON), *options]
    else:
        quiet = [
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
            "--no-warn-script-location",
        ]
        command = [str(PYTHON), "-m", "pip", "install", *quiet, *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT)
    if done.returncode != 0:
        say.refuse(f"could not install {name}: {_last_line(done.stderr or done.stdout)}")
    _stamp(group).write_text(_digest(group))


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def _last_line(text: str) -> str:
    """The most telling line of a tool's output."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["no reason given"])[-1]


def run(*command: str, environment: dict[str, str] | None = None) -> int:
    """Runs a program of the virtual environment in the checkout; its exit code. Ctrl-C reaches it,
    too: it cleans up and reports in its own time, then ours goes on."""
    program = str(VENV / "bin" / command[0])
    child = subprocess.Popen(
        [program, *command[1:]], cwd=PROJECT, env={**os.environ, **(environment or {})}
    )
    try:
        return child.wait()
    except KeyboardInterrupt:
        _wait_patiently(child)
        raise


def _wait_patiently(child: subprocess.Popen[bytes]) -> None:
    while True:
        try:
            child.wait()
            return
        except KeyboardInterrupt:
            continue
