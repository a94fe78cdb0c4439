"""The ground that a run stands on: a folder, PostgreSQL, Valkey, and a database for each case."""

import io
import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis
from django.core.management import call_command
from django.db import connection

from rai_portal.embedded import service
from rai_portal.embedded.account import service_account, socket_folder
from rai_portal.embedded.postgres import DATABASE, Postgres
from rai_portal.embedded.valkey import Valkey


class Ground:
    """Own services in an own folder, which goes with them. Made before Django's settings load.

    Both are as on a laptop, but Valkey keeps nothing on disk: what it loses is lost.
    """

    def __init__(self) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="rai-chaos-"))
        self.var.chmod(0o711)
        account = service_account()
        sockets = socket_folder(self.var, account)
        self.postgres = Postgres(self.var, sockets, account, durable=True)
        self.valkey = Valkey(self.var, sockets, account, durable=False)
        os.environ.update(self.environment(DATABASE))

    def environment(self, database: str) -> dict[str, str]:
        """What settings of ours and of our processes read."""
        return {
            "VAR_DIR": str(self.var),
            "DATABASE_URL": f"postgresql://postgres@/{database}?host={self.postgres.sockets}",
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets.token_urlsafe(50),
            "EMBEDDED": "1",
            "DEMO": "1",
            "DEBUG": "0",
            "STATIC_MANIFEST": "0",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
        }

    def start(self) -> None:
        """Services up, and one migrated database with roles, catalogue and ladders to copy from."""
        self.postgres.start()
        self.valkey.start()
        call_command("migrate", interactive=False, verbosity=0)
        for command in ("sync_roles", "sync_catalogue"):
            call_command(command, stdout=io.StringIO())
        connection.close()

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """A fresh copy of the prepared database, which Django uses here until the end."""
        connection.close()
        with self._admin() as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE}")
        before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
        try:
            yield name
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
            with self._admin() as admin:
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def broker(self) -> redis.Redis:
        return redis.Redis.from_url(self.valkey.url)

    def kill_broker(self) -> None:
        """kill -9; nothing was kept."""
        if self.valkey.process:
            self.valkey.process.kill()
            self.valkey.process.wait()

    def restart_database(self, pause: float) -> None:
        """The fast shutdown of PostgreSQL, a pause, and a start."""
        if self.postgres.process:
            service.stop(self.postgres.process, signal.SIGINT)
        time.sleep(pause)
        self.postgres.start()

    def close(self, keep: Path | None = None) -> None:
        """Stops both and removes the folder. ``keep``: where the logs of the cases go."""
        connection.close()
        for running in (self.valkey, self.postgres):
            running.stop()
        if keep and (self.var / "cases").exists():
            shutil.copytree(self.var / "cases", keep, dirs_exist_ok=True)
        for name in ("sockets", "postgres", "valkey"):
            shutil.rmtree((self.var / name).resolve(), ignore_errors=True)
        shutil.rmtree(self.var, ignore_errors=True)

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.postgres.sockets), user="postgres", dbname="postgres", autocommit=True
        )
