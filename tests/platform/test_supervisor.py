"""`./portal run` and manage.py as a whole: they start, share, and leave nothing behind."""

import json
import shutil
import signal
import socket
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.platform.processes import belonging_to, kill, python, run, start, until

SUPERVISOR = (sys.executable, "-m", "rai_portal.launcher.supervisor")


@pytest.fixture(scope="module")
def var():
    """One state folder for all of them: whoever comes first pays for the new database."""
    folder = Path(tempfile.mkdtemp(prefix="rai-state-"))
    folder.chmod(0o711)
    yield folder
    for pid in belonging_to(folder):
        kill(pid)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def ready(port: str) -> dict | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return json.load(answer)
    except (urllib.error.URLError, OSError):
        return None


def has_worker_and_beat(var: Path) -> bool:
    commands = " ".join(belonging_to(var).values())
    children = ("worker --queues default", "worker --queues mail", "beat")
    return all(f"rai_portal.celery {child}" in commands for child in children)


def test_a_command_fills_a_new_database_before_it_runs(var):
    code = "from reviews.models import User; print(User.objects.count())"
    done = python("manage.py", "shell", "-c", code, VAR_DIR=str(var), DEMO="0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "0"
    assert until(lambda: not belonging_to(var), 10)


def test_run_refuses_a_twin_and_leaves_nothing_however_it_ends(var, port):
    settings = {"VAR_DIR": str(var), "PORT": port, "DEMO": "0"}
    first = start(*SUPERVISOR, **settings)
    assert until(lambda: ready(port), 60), first.stdout.read()
    assert ready(port) == {"status": "ok", "problems": [], "warnings": []}
    assert until(lambda: has_worker_and_beat(var), 10)

    twin = run(*SUPERVISOR, **settings)
    assert twin.returncode == 1
    assert twin.stderr == (
        f"portal: RAI Portal runs already at http://127.0.0.1:{port}/; "
        f"stop that one first (Ctrl-C)\n"
    )

    code = "from django.conf import settings as s; print(s.DATABASES['default']['HOST'])"
    command = python("manage.py", "shell", "-c", code, **settings)
    assert command.stdout.splitlines()[-1] == str(var / "sockets")
    assert ready(port)

    first.kill()
    first.communicate()
    assert until(lambda: not belonging_to(var), 10), belonging_to(var)

    again = start(*SUPERVISOR, **settings)
    assert until(lambda: ready(port), 60), again.stdout.read()
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=20)
    assert again.returncode == 0
    assert belonging_to(var) == {}
