"""A portal as it runs in production: gunicorn in a process of its own, on a database of its own."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from rai_portal.embedded.attach import PROJECT

PASSWORD = "a long sentence for tests"
SCENARIO_DATE = "2023-06-01"
PATIENCE = 300
"""Seconds for a command or for the first answer; the machine may be busy."""


@dataclass
class Portal:
    """Where it answers, and how its data is prepared."""

    url: str
    environment: dict[str, str]
    facts: dict[str, object] = field(default_factory=dict)
    """What a fixture has put in, by name."""

    def python(self, *words: str) -> str:
        return run(self.environment, *words)

    def stage(self, *words: str) -> dict[str, str]:
        """Have ``tests.e2e.stage`` prepare something; what it says about it."""
        return json.loads(self.python("-m", "tests.e2e.stage", *words))


@dataclass(frozen=True)
class Ground:
    """A migrated database with roles and catalogue, to be copied, and collected static files."""

    database: str
    environment: dict[str, str]


def run(environment: dict[str, str], *words: str) -> str:
    """A Python command beside the portal; its output. Raises with all it said if it fails."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def lay_ground() -> Ground:
    """Once per run: everything that ``make run`` prepares, but the demo."""
    name = "portal_e2e"
    _administer(f'CREATE DATABASE "{name}"')
    environment = {
        **os.environ,
        "VAR_DIR": tempfile.mkdtemp(prefix="portal-", dir=os.environ["VAR_DIR"]),
        "DATABASE_URL": _address(name),
        "DEBUG": "0",
        "STATIC_MANIFEST": "1",
        "DEMO": "0",
        "DEMO_PASSWORD": PASSWORD,
        "SCENARIO_DATE": SCENARIO_DATE,
    }
    run(environment, "-m", "rai_portal.launcher.prepare")
    return Ground(name, environment)


@contextmanager
def running(ground: Ground, name: str) -> Iterator[Portal]:
    """A portal on a copy of the ground; it ends by its process id."""
    database = f"{ground.database}_{name}"
    _administer(f'CREATE DATABASE "{database}" TEMPLATE "{ground.database}"')
    environment = {**ground.environment, "DATABASE_URL": _address(database), "DEMO": "1"}
    log = Path(environment["VAR_DIR"]) / f"{name}.log"
    with socket.create_server(("127.0.0.1", 0)) as listening, log.open("w") as said:
        port = listening.getsockname()[1]
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "rai_portal.wsgi:application"),
                *("--worker-class", "gthread", "--threads", "4", "--timeout", "60"),
                *("--bind", f"fd://{listening.fileno()}", "--no-control-socket"),
            ],
            cwd=PROJECT,
            env=environment,
            pass_fds=[listening.fileno()],
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            portal = Portal(f"http://127.0.0.1:{port}", environment)
            # The socket listens already, so this waits in its queue until the server answers.
            urllib.request.urlopen(f"{portal.url}/readyz", timeout=PATIENCE).read()
            yield portal
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _address(database: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


def _administer(statement: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)
